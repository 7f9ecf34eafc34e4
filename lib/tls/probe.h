/* SPDX-License-Identifier: MIT */
/* Asking a live TLS server what it has: one ClientHello, written by hand, is one question, and the
 * server's first flight is the answer. Bytes in, bytes out; sockets are the caller's matter. Nothing
 * here completes a handshake, and no answer is believed for more than what it says. */
#ifndef DCMSEC_TLS_PROBE_H
#define DCMSEC_TLS_PROBE_H

#include "base/buf.h"
#include "base/err.h"
#include "tls/profile.h"

enum {
	PROBE_SSL3 = 0x0300, /* below what our engines know; asked about because it must be gone */
	PROBE_HELLO = 4096,  /* room for any question */
	PROBE_FLIGHT = 1 << 17, /* bytes of an answer that are looked at */
	PROBE_CERTS = 16,
	PROBE_GROUPS = 16,
};

/* The groups that are asked about, IANA numbers, ended by 0. */
extern const uint16_t probe_groups[];

/* ---- a question */

struct probe_ask {
	uint16_t version; /* PROBE_SSL3 to TLS_1_3: the highest offered; TLS 1.3 is offered alone */
	const uint16_t *suites;
	size_t suites_n;
	const uint16_t *groups; /* for (EC)DHE, liked best first */
	size_t groups_n;
	const char *name;   /* to ask for (RFC 6066 3); NULL for none; an address is not sent */
	uint8_t random[32]; /* need not be secret, should not repeat */
	/* TLS 1.3: the public share of groups[0]. Empty: none is sent, and a server that agrees says so
	 * with a HelloRetryRequest (RFC 8446 4.2.8), which needs no keys on our side. */
	struct span share;
};

/* Writes the ClientHello in one record. False when it does not fit. */
bool probe_hello(const struct probe_ask *ask, struct buf *out);

/* ---- an answer */

enum probe_state {
	PROBE_MORE,     /* so far so good, more is to come */
	PROBE_AGREED,   /* a ServerHello, and all that it announced in the clear */
	PROBE_REFUSED,  /* an alert */
	PROBE_SILENT,   /* the connection ended first: how some servers refuse */
	PROBE_STRANGER, /* not TLS, or broken: why says what */
};

struct probe_answer {
	enum probe_state state;
	bool hello;       /* a ServerHello came, so version and suite are told */
	uint16_t version; /* chosen */
	uint16_t suite;
	uint16_t group;                /* of the key exchange; 0: none, or not told */
	unsigned dh_bits;              /* of the prime of DHE; 0: none */
	bool renegotiation;            /* secure renegotiation (RFC 5746) */
	bool ems;                      /* extended master secret (RFC 7627) */
	bool asks;                     /* for a client certificate */
	unsigned ca_names;             /* and names so many CAs for it */
	uint8_t alert;                 /* the refusal */
	struct span cert[PROBE_CERTS]; /* DER, as they came; in the caller's room */
	size_t cert_n;
	struct span share; /* TLS 1.3: the server's key share */
	const char *why;   /* PROBE_STRANGER: one phrase */
};

/* Reads all that the server has sent so far; called anew each time more has come. room, of as many
 * bytes as received has, takes the handshake messages put together; the answer points into it. With
 * ended set no more will come. */
void probe_read(struct span received, bool ended, struct mspan room, struct probe_answer *a);

/* ---- TLS 1.3 hides certificates and the wish for one: a share of our own opens them */

struct probe_key {
	uint16_t group;
	uint8_t secret[32];
	uint8_t point[133];
	size_t n; /* bytes of the point: the share */
};

/* From 32 random bytes, on X25519 or a NIST curve; false for any other group. It opens nothing but what
 * a probe received, and is no secret worth keeping. */
bool probe_key(struct probe_key *k, uint16_t group, const uint8_t random[32]);

/* Opens the encrypted flight of a server that answered the ClientHello hello (as sent, in its record)
 * with a ServerHello of TLS 1.3: a as probe_read gave it, to which asks, ca_names and cert are added.
 * room is as for probe_read, and another one. a->state is PROBE_MORE when more is to come. */
void probe_open(const struct probe_key *k, struct span hello, struct span received, bool ended,
	struct mspan room, struct probe_answer *a);

/* ---- all answers together, and what they mean */

enum { PROBE_VERSIONS = 5 }; /* SSL 3.0 to TLS 1.3 */

struct probe_peer {
	bool version[PROBE_VERSIONS]; /* by version - PROBE_SSL3 */
	/* Accepted suites of each version, in the order in which the server chose them. */
	uint16_t suites[PROBE_VERSIONS][96];
	size_t suites_n[PROBE_VERSIONS];
	uint16_t groups[PROBE_GROUPS];
	size_t groups_n;
	unsigned dh_bits;           /* the smallest seen; 0: none */
	unsigned rsa_bits, ec_bits; /* of the server's own key, one of them 0; both 0: not known */
	bool incomplete;            /* not all questions were put */
};

bool probe_has(const struct probe_peer *p, uint16_t version, uint16_t suite);

/* UNKNOWN: the probe was ended before it could be told. */
enum probe_verdict { PROBE_NO, PROBE_UNKNOWN, PROBE_WIDER, PROBE_YES };

struct probe_judgement {
	enum probe_verdict
		verdict; /* WIDER: satisfied, but the server takes also what the profile forbids */
	uint16_t version, suite; /* what an agreement by this profile would be */
	size_t suites, of;       /* suites of the profile that the server has, and that there are */
	bool here;               /* at least one of these is in this program */
	char why[400];           /* NO, WIDER: one phrase */
};

void probe_judge(
	const struct probe_peer *p, const struct tls_profile *profile, struct probe_judgement *j);

#endif
