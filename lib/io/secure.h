/* SPDX-License-Identifier: MIT */
/* From the files that options name to what a TLS connection needs: our key and certificates, the
 * certificates that we trust, the rules that peers are judged by, and the generators. Made once at
 * start, shared by all connections. */
#ifndef DCMSEC_IO_SECURE_H
#define DCMSEC_IO_SECURE_H

#include "io/entropy.h"
#include "io/keeper.h"
#include "io/keyfile.h"
#include "io/trust.h"
#include "tls/engine.h"

/* What the options say; all text is borrowed for the life of the struct secure. */
struct secure_opts {
	const char *key, *cert; /* NULL both: an anonymous client */
	struct pass_opts pass;  /* for the key */
	struct trust_opts trust;
	int mode;                 /* enum pki_mode */
	const char *profile;      /* NULL: the default one */
	struct list ciphers;      /* suites besides those of the profile, by name */
	bool require_ems;         /* no TLS 1.2 without extended master secret */
	bool no_keeper;           /* a server keeps its key in its own process ... */
	const char *user;         /* ... or in one that becomes this user; NULL: stays who we are */
	bool no_sni;              /* do not tell the host name in the clear */
	const char *sni;          /* a name other than the host's */
	bool no_tickets;          /* nothing is resumed */
	uint64_t ticket_lifetime; /* server, ms; 0: the default */
#ifdef DCMSEC_DEBUG
	const char *keylog; /* file for the secrets of all connections; NULL: none */
#endif
};

struct secure {
	struct tls_config config;
	struct rand *rand; /* whose generators config names */
	struct trust trust;
	const struct secure_opts *opts;
	struct secret *secret;           /* key and identity, in memory for secrets */
	struct keeper keeper;            /* of a server: who has the key in our place */
	struct authorities *authorities; /* the names we ask clients for */
	struct tls_tickets *tickets;     /* server: keys of tickets; NULL: none are given */
	struct tls_sessions *sessions;   /* client: what may be resumed */
#ifdef DCMSEC_DEBUG
	int keylog;
#endif
};

/* False with the file, the rule and the remedy; nothing is to be closed then. The generators of
 * entropy are ready, and stay the caller's. *s must not move. */
bool secure_open(struct secure *s, enum tls_role role, const struct secure_opts *opts,
	struct entropy *entropy, struct err *e);
void secure_close(struct secure *s);

/* Client: who is called, before any connection. Sessions are good for this peer, and for what was
 * configured, alone. */
void secure_peer(struct secure *s, const char *peer);

#endif
