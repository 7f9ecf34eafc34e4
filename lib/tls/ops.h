/* SPDX-License-Identifier: MIT */
/* What an engine is behind tls/engine.h. Included by the engines and engine.c only. */
#ifndef DCMSEC_TLS_OPS_H
#define DCMSEC_TLS_OPS_H

#include "tls/engine.h"

/* The contract of each is that of the tls_ function of the same name. */
struct tls_ops {
	struct mspan (*in)(struct tls *t);
	void (*in_done)(struct tls *t, size_t n);
	struct span (*out)(const struct tls *t);
	void (*out_done)(struct tls *t, size_t n);
	struct span (*plain)(const struct tls *t);
	void (*plain_done)(struct tls *t, size_t n);
	struct mspan (*room)(struct tls *t);
	void (*room_done)(struct tls *t, size_t n);
	void (*flush)(struct tls *t);
	void (*close)(struct tls *t);
	void (*in_end)(struct tls *t);
	enum tls_state (*state)(const struct tls *t);
	bool (*peer_closed)(const struct tls *t);
	void (*facts)(const struct tls *t, struct tls_facts *facts);
};

/* The first member of each engine's state. */
struct tls {
	const struct tls_ops *ops;
	size_t size; /* of the whole state */
	bool spare;  /* client: BearSSL's engine could be tried after this one ... */
	bool poorer; /* ... and it failed because the peer has nothing that this one has */
	struct err err;
};

size_t legacy_size(const struct tls_config *config);
struct tls *legacy_open(
	const struct tls_config *config, const struct tls_link *link, struct err *e);

size_t modern_size(void);
struct tls *modern_open(
	const struct tls_config *config, const struct tls_link *link, struct err *e);

/* RFC 6066 3: literal addresses are not permitted as a server name. */
bool tls_is_address(const char *name);

/* The functions for our own key. */
static inline struct key_uses own_key_uses(const struct tls_config *c)
{
	return c->uses.rsa_private ? c->uses : key_uses_here();
}

#endif
