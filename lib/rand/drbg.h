/* SPDX-License-Identifier: MIT */
/* The chain of generators that all secrets and nonces come from: three instances of HMAC_DRBG with
 * SHA-256 (NIST SP 800-90A Rev. 1, 10.1.2; 256 bits of strength). The primary is fed by an entropy
 * source; the public one (nonces, hello randoms) and the private one (keys) are fed by the primary.
 * No entropy is gathered here: io/entropy does that, behind struct rand_source. */
#ifndef DCMSEC_RAND_DRBG_H
#define DCMSEC_RAND_DRBG_H

#include "base/err.h"
#include "base/span.h"

#include <bearssl_rand.h>

enum {
	DRBG_SEED = 48,        /* bytes that instantiate: 32 of entropy and 16 of nonce (8.6.7) */
	DRBG_RESEED = 32,      /* bytes of entropy in a reseed: the security strength */
	DRBG_REQUEST = 65536,  /* bytes a request at most (10.1, table 2) */
	DRBG_ADDITIONAL = 256, /* bytes of additional input at most */
	/* By default a generator reseeds after so many requests and so many seconds. */
	DRBG_PRIMARY_REQUESTS = 256,
	DRBG_PRIMARY_INTERVAL = 3600,
	DRBG_REQUESTS = 65536,
	DRBG_INTERVAL = 420,
};

/* What the chain needs of the world, filled in by io/entropy or by a test. Every function gets ctx. */
struct rand_source {
	/* Fills out with fresh bytes of full entropy. False: it cannot now, e says why; it may be
	 * asked again. NULL: there is no automatic source, and only rand_seed feeds the chain. */
	bool (*read)(void *ctx, struct mspan out, struct err *e);
	/* Milliseconds of a monotonic clock. */
	uint64_t (*now)(void *ctx);
	/* A number that differs in every process that can hold a copy of the state: after a fork
	 * parent and child must not see the same one. */
	uint64_t (*process)(void *ctx);
	void *ctx;
};

/* One generator. All fields are its own; read through the functions. */
struct drbg {
	const br_prng_class *vtable; /* first, so that &d->vtable is a generator to BearSSL */
	br_hmac_drbg_context hmac;
	const struct rand_source
		*source;         /* of the chain: clock, process, and the primary's entropy */
	struct drbg *parent;     /* NULL for the primary */
	struct span purpose;     /* personalization string, borrowed; each has another */
	bool seeded;             /* instantiated */
	bool failed;             /* error state: no output until a reseed succeeds */
	bool refused;            /* BearSSL asked while in the error state; see drbg_prng */
	uint64_t max_requests;   /* reseed after so many; 0: never for that reason */
	uint64_t max_age;        /* reseed after so many milliseconds; 0: never */
	uint64_t requests;       /* since the last reseed */
	uint64_t born;           /* when the last reseed was */
	uint64_t process;        /* who did it */
	uint64_t reseeds;        /* how many there were; children follow their parent's */
	uint64_t parent_reseeds; /* the parent's count at our last reseed */
};

/* The chain. It must not be moved or copied after rand_init. */
struct rand {
	struct rand_source source;
	struct drbg primary, public, private;
};

/* Sets up three unseeded generators with the default limits; no entropy is drawn yet. Wiped with
 * rand_wipe by whoever called this. */
void rand_init(struct rand *r, const struct rand_source *source);
void rand_wipe(struct rand *r);

/* Seeds by hand. The bytes are mixed in; they never make a seeded chain worse. An unseeded primary
 * is instantiated by them only when bits, the entropy that the caller vouches for, is at least
 * 8 * DRBG_SEED; with fewer an automatic source must do it, and the bytes are added to what that
 * gives. False (ERR_RANDOM, with what to do): neither is there. */
bool rand_seed(struct rand *r, struct span seed, unsigned bits, struct err *e);

/* One generator by itself, unseeded, fed by its parent or, without one, by the source. purpose is at
 * most 32 bytes and borrowed. */
void drbg_init(
	struct drbg *d, const struct rand_source *source, struct drbg *parent, struct span purpose);

/* When to reseed: after so many requests, after so many seconds; 0 switches that reason off. */
void drbg_limits(struct drbg *d, uint64_t requests, uint64_t seconds);

/* Fills out, of any size. Reseeds first when that is due: never seeded, limits, another process, the
 * parent reseeded. False (ERR_RANDOM): the source failed; out is zeroed. The next call tries again,
 * so an instance recovers by itself when its source does. */
bool drbg_bytes(struct drbg *d, struct mspan out, struct err *e);

/* As drbg_bytes for at most DRBG_REQUEST bytes, with additional input, which is mixed in and never
 * counts as entropy. With fresh (prediction resistance, 9.3.1) new entropy is first drawn through
 * the whole chain. */
bool drbg_generate(
	struct drbg *d, struct mspan out, struct span additional, bool fresh, struct err *e);

/* Draws fresh entropy through the chain now and mixes additional in (9.2). */
bool drbg_reseed(struct drbg *d, struct span additional, struct err *e);

/* Makes sure that d can give output at this moment: what drbg_generate would do before it generates. */
bool drbg_ready(struct drbg *d, struct err *e);

/* The generator as BearSSL takes it. BearSSL cannot be told no, so: call drbg_ready before handing it
 * over (an instance that was never seeded and cannot be seeded aborts the process), and drbg_refused
 * before anything made with it leaves. True there means that a reseed was due and the source failed:
 * bytes then came from the old state, unpredictable but not fresh, and what they made is to be
 * thrown away. Asking clears the mark. */
const br_prng_class **drbg_prng(struct drbg *d);
bool drbg_refused(struct drbg *d);

#endif
