/* SPDX-License-Identifier: MIT */
/* What the networked applets share: the options about TLS, titles and times as rows, and opening and
 * describing what they say. */
#ifndef DCMSEC_APP_NODE_H
#define DCMSEC_APP_NODE_H

#include "cli/applet.h"
#include "cli/json.h"
#include "cli/log.h"
#include "io/conn.h"
#include "io/peers.h"
#include "io/secure.h"
#include "io/sessionfile.h"

enum node_tls { NODE_BY_FACE, NODE_TLS, NODE_PLAIN };

enum {
	NODE_PORT_TLS = 2762,
	NODE_PORT_PLAIN = 11112,
	NODE_PDU_LEAST = 4096,
	NODE_PDU_MOST = 1 << 24
};

struct node_opts {
	struct log log;
	int tls; /* enum node_tls: under our own names TLS is on, under DCMTK's it is off */
	struct secure_opts secure;
	bool anonymous;
	struct entropy_opts random;
	struct list peer;       /* AE titles bound to certificates, see io/peers.h ... */
	const char *peers;      /* ... and a file of such lines; NULL: none */
	bool write_back;        /* write the seed to the file it came from */
	const char *session;    /* client: the file that TLS sessions are kept in; NULL: none */
	const char *title;      /* our AE title */
	const char *called;     /* client: the peer's */
	const char *log_config; /* DCMTK's: the file that the log's level came from */
	int list;               /* DCMTK's: DCMTK_LIST_*, to be shown instead of anything else */
	bool nothing;           /* DCMTK's, for options that say what is so anyway */
	uint64_t socket;        /* DCMTK's, ms without progress within an object; 0: no limit */
	int max_pdu;
	uint64_t associate, dimse, artim, connect; /* ms; 0: no limit */
};

/* For struct node_opts: all of it but titles, for who calls and for who is called; of the latter what is
 * about resumption stands apart. */
extern const struct opt node_caller_rows[], node_answerer_rows[], node_ticket_rows[];
extern const struct opt node_title_rows[]; /* for who calls: both titles */
#define NODE_DEFAULTS                                                                        \
	{                                                                                    \
		.title = "DCMSEC", .called = "ANY-SCP", .max_pdu = 131072, .connect = 30000, \
		.associate = 30000, .dimse = 60000, .artim = 30000, .random = {              \
			.limits = true,                                                      \
			.requests = DRBG_REQUESTS,                                           \
			.interval = DRBG_INTERVAL * 1000                                     \
		}                                                                            \
	}
/* Under a DCMTK name: an answer may take as long as it takes. */
#define NODE_DCMTK(TITLE)                                                                 \
	{                                                                                 \
		.title = TITLE, .called = "ANY-SCP", .max_pdu = 131072, .connect = 30000, \
		.associate = 30000, .socket = 60000, .artim = 30000                       \
	}

/* Which of DCMTK's options need TLS, where that is switched on by one of these. */
#define NODE_DCMTK_RULES(ON)                                                                     \
	{ "--log-config", NULL, "--log-level --verbose --debug --quiet" },                       \
		{ "--log-level", NULL, "--verbose --debug --quiet" },                            \
		{ "--std-passwd --use-passwd --null-passwd", "--enable-tls", NULL },             \
		{ "--pem-keys --der-keys --add-cert-file --add-cert-dir --add-crl-file "         \
		  "--enable-crl-vfy --enable-crl-all --profile-8996 --profile-8996-mod "         \
		  "--profile-bcp195-nd --profile-bcp195 --profile-bcp195-ex --profile-basic "    \
		  "--profile-aes --profile-null --cipher --seed --write-seed --write-seed-file " \
		  "--require-peer-cert --verify-peer-cert --ignore-peer-cert --request-sni "     \
		  "--no-sni",                                                                    \
			ON, NULL },                                                              \
		{ "--cipher", NULL, "--profile-bcp195-ex" },                                     \
	{                                                                                        \
		"--write-seed --write-seed-file", "--seed", NULL                                 \
	}

/* The parts of a node that live as long as the applet. */
struct node {
	struct log *log;
	struct json json;
	const struct node_opts *opts;
	bool plain;
	struct peers peers;
	struct entropy entropy;
	bool random; /* the generators are open */
	struct secure secure;
	struct session_file session;
};

/* Opens the generators and what TLS needs. False: reported, and *code is the exit code. */
bool node_open(struct node *n, struct node_opts *opts, enum tls_role role, const struct call *call,
	int *code);
void node_close(struct node *n);
/* Client: who is called, before the first connection: sessions of this peer are looked for. */
void node_peer(struct node *n, const char *peer);
struct secure *node_secure(struct node *n); /* NULL when plain */
/* The generator for what peers may see, opened now where TLS did not need it. NULL: *e. */
struct drbg *node_random(struct node *n, struct err *e);
unsigned node_port(const struct node *n); /* the default one */

/* Reports an error and gives its exit code (under a DCMTK name 1). */
int node_fail(struct node *n, const struct call *call, const struct err *e);

/* Each tells in the way that was asked for; who is the peer's address. That a link is secure, with all
 * that was agreed; and that an association stands, with how many presentation contexts. */
void node_tell_secured(struct node *n, struct conn *c, const char *who);
void node_tell_association(struct node *n, const char *who, const char *calling, const char *called,
	unsigned accepted, unsigned refused);

/* The presentation contexts that were agreed, one a line. */
void node_tell_contexts(struct node *n, struct conn *c);

/* Setter for AE titles: const char *. */
bool opt_title(void *field, const struct opt_use *use, struct err *e);

/* Four digits, as the standard writes status codes. */
char *node_status(uint16_t status, char text[5]);

#endif
