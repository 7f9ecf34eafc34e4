/* SPDX-License-Identifier: MIT */
/* The inside of the engine that wraps BearSSL's own: legacy.c moves bytes, legacy_setup.c builds the
 * context, legacy_auth.c stands between BearSSL and certificates, legacy_words.c explains failures. */
#ifndef DCMSEC_TLS_LEGACY_H
#define DCMSEC_TLS_LEGACY_H

#include "tls/ops.h"
#include "tls/witness.h"

/* Stands before BearSSL's handlers for our own certificate and remembers what was asked. */
struct chooser {
	union {
		const br_ssl_client_certificate_class *client;
		const br_ssl_server_policy_class *server;
	};
	bool asked;       /* client: the server asked for a certificate */
	bool nothing_fit; /* we have one, but it does not suit what the peer takes */
	unsigned sign;    /* server: hash that signs, as BearSSL numbers them; 0 unknown */
};

struct legacy {
	struct tls tls; /* first */
	const struct tls_config *config;
	const struct err *verdict;
	const char *server_name;
	struct witness witness;
	struct chooser chooser;
	bool ready;         /* the handshake was completed */
	bool closing;       /* tls_close was called */
	bool cut;           /* the transport ended early */
	bool failed;        /* tls.err is set; BearSSL's context is not asked any more */
	uint8_t first[6];   /* what the peer began with */
	size_t first_n;     /* how much of that is there */
	struct span unsent; /* failed: records that were ready, or half sent, before */
	uint8_t alert[128]; /* failed: the last record */
	struct span last;   /* what of it is still to be sent */
	union {
		br_ssl_engine_context eng; /* the first member of the other two */
		br_ssl_client_context client;
		br_ssl_server_context server;
	};
};

/* legacy_auth.c */
void chooser_init(struct legacy *l); /* after BearSSL's own handlers were set */

extern const struct tls_ops legacy_ops; /* legacy.c */

extern const br_sslrec_in_cbc_class legacy_cbc_in; /* legacy_cbc.c: opens CBC records */

/* legacy_words.c: writes into l->tls.err what went wrong; the alert to send, or -1 for none. */
int legacy_explain(struct legacy *l);
int legacy_explain_end(struct legacy *l); /* the transport ended in the handshake */

#endif
