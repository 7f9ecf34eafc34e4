/* SPDX-License-Identifier: MIT */
/* When a generator must be reseeded, by what, and what it does when that fails. The arithmetic of
 * HMAC_DRBG is BearSSL's, except generation with additional input, which BearSSL does not offer. */
#include "rand/drbg.h"

#include "base/buf.h"
#include "base/wipe.h"

#include <assert.h>
#include <bearssl_hmac.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 32, PURPOSE = 32 };

static void face_update(const br_prng_class **face, const void *seed, size_t n)
{
	br_hmac_drbg_update(&((struct drbg *)face)->hmac, seed, n);
}

static void face_init(const br_prng_class **face, const void *params, const void *seed, size_t n)
{
	(void)params;
	face_update(face, seed, n); /* our own state is never given up for somebody else's seed */
}

static void face_generate(const br_prng_class **face, void *out, size_t n)
{
	struct drbg *d = (struct drbg *)face;
	if (!drbg_ready(d, NULL)) {
		if (!d->seeded)
			abort();
		d->refused = true;
	}
	d->requests++;
	br_hmac_drbg_generate(&d->hmac, out, n);
}

static const br_prng_class face_vtable = { sizeof(struct drbg), face_init, face_generate,
	face_update };
static_assert(offsetof(struct drbg, vtable) == 0, "BearSSL finds the class in the first field");

void drbg_init(
	struct drbg *d, const struct rand_source *source, struct drbg *parent, struct span purpose)
{
	*d = (struct drbg){
		.vtable = &face_vtable, .source = source, .parent = parent, .purpose = purpose
	};
	drbg_limits(d, parent ? DRBG_REQUESTS : DRBG_PRIMARY_REQUESTS,
		parent ? DRBG_INTERVAL : DRBG_PRIMARY_INTERVAL);
}

void drbg_limits(struct drbg *d, uint64_t requests, uint64_t seconds)
{
	d->max_requests = requests;
	d->max_age = seconds > UINT64_MAX / 1000 ? 0 : seconds * 1000;
}

void rand_init(struct rand *r, const struct rand_source *source)
{
	r->source = *source;
	drbg_init(&r->primary, &r->source, NULL, span_str("dcmsec primary"));
	drbg_init(&r->public, &r->source, &r->primary, span_str("dcmsec public"));
	drbg_init(&r->private, &r->source, &r->primary, span_str("dcmsec private"));
}

void rand_wipe(struct rand *r)
{
	wipe(r, sizeof *r);
}

static bool foreign(const struct drbg *d)
{
	return d->seeded && d->process != d->source->process(d->source->ctx);
}

/* What every (re)seed leaves behind. */
static void mark(struct drbg *d)
{
	d->seeded = true;
	d->failed = false;
	d->requests = 0;
	d->born = d->source->now(d->source->ctx);
	d->process = d->source->process(d->source->ctx);
	d->reseeds++;
	d->parent_reseeds = d->parent ? d->parent->reseeds : 0;
}

/* Parent and child of a fork part here, before any source is asked: should it fail, their states
 * differ all the same. */
static void part(struct drbg *d)
{
	uint8_t text[16];
	struct buf b = buf_on(text, sizeof text);
	buf_u64be(&b, d->source->process(d->source->ctx));
	buf_u64be(&b, d->source->now(d->source->ctx));
	br_hmac_drbg_update(&d->hmac, b.p, b.n);
}

static bool draw(struct drbg *d, struct mspan out, bool fresh, struct err *e)
{
	if (d->parent)
		return drbg_generate(d->parent, out, span_of(NULL, 0), fresh, e);
	if (d->source->read)
		return d->source->read(d->source->ctx, out, e);
	return err_set(e, ERR_RANDOM, 0,
		"no randomness: there is no source, and no seed of at least 48 bytes (384 bits) "
		"was "
		"given; make one on a host that has randomness with: dcmsec seed --out FILE, and "
		"name "
		"it with --seed FILE");
}

/* Instantiate (SP 800-90A 9.1) or reseed (9.2) with what the parent or the source gives. */
static bool feed(struct drbg *d, struct span additional, bool fresh, struct err *e)
{
	uint8_t material[DRBG_SEED + PURPOSE + DRBG_ADDITIONAL];
	struct buf b = buf_on(material, sizeof material);
	const size_t want = d->seeded ? DRBG_RESEED : DRBG_SEED;
	if (foreign(d))
		part(d);
	/* from here on only a success clears the mark */
	d->failed = true;
	if (!draw(d, (struct mspan){ buf_room(&b).p, want }, fresh, e)) {
		wipe(material, sizeof material);
		return false;
	}
	buf_filled(&b, want);
	if (!d->seeded)
		buf_bytes(&b, d->purpose);
	buf_bytes(&b, additional);
	assert(buf_ok(&b));
	if (d->seeded)
		br_hmac_drbg_update(&d->hmac, b.p, b.n);
	else
		br_hmac_drbg_init(&d->hmac, &br_sha256_vtable, b.p, b.n);
	wipe(material, sizeof material);
	mark(d);
	return true;
}

static bool due(const struct drbg *d)
{
	if (!d->seeded || d->failed || foreign(d))
		return true;
	if (d->parent && d->parent_reseeds != d->parent->reseeds)
		return true;
	if (d->max_requests && d->requests >= d->max_requests)
		return true;
	return d->max_age && d->source->now(d->source->ctx) - d->born >= d->max_age;
}

/* Makes d fit to generate. True in *mixed: additional went into a reseed, as 9.3.1 step 7 asks. */
static bool renew(struct drbg *d, struct span additional, bool fresh, bool *mixed, struct err *e)
{
	if (additional.n > DRBG_ADDITIONAL)
		return err_set(e, ERR_USAGE, 0,
			"additional input of %zu bytes; at most %d are taken", additional.n,
			DRBG_ADDITIONAL);
	if (fresh && !d->source->read)
		return err_set(e, ERR_RANDOM, 0,
			"fresh entropy was asked for (prediction resistance), and there is no "
			"source");
	*mixed = fresh || due(d);
	if (!*mixed)
		return true;
	/* A chain that was seeded by hand has nothing to reseed from: it goes on, and after a fork
	 * with a state of its own. */
	if (d->seeded && !d->failed && !d->parent && !d->source->read) {
		if (foreign(d))
			part(d);
		br_hmac_drbg_update(&d->hmac, additional.p, additional.n);
		mark(d);
		return true;
	}
	return feed(d, additional, fresh, e);
}

bool drbg_ready(struct drbg *d, struct err *e)
{
	bool mixed = false;
	return renew(d, span_of(NULL, 0), false, &mixed, e);
}

bool drbg_reseed(struct drbg *d, struct span additional, struct err *e)
{
	bool mixed = false;
	return renew(d, additional, true, &mixed, e);
}

/* 10.1.2.5, with additional input. */
static void produce(br_hmac_drbg_context *c, struct mspan out, struct span additional)
{
	if (additional.n == 0) {
		br_hmac_drbg_generate(c, out.p, out.n);
		return;
	}
	br_hmac_drbg_update(c, additional.p, additional.n);
	br_hmac_key_context key;
	br_hmac_key_init(&key, &br_sha256_vtable, c->K, BLOCK);
	struct buf b = buf_on(out.p, out.n);
	while (b.n < out.n) {
		br_hmac_context h;
		br_hmac_init(&h, &key, 0);
		br_hmac_update(&h, c->V, BLOCK);
		br_hmac_out(&h, c->V);
		buf_bytes(&b, span_at(span_of(c->V, BLOCK), 0, out.n - b.n));
	}
	wipe(&key, sizeof key);
	br_hmac_drbg_update(c, additional.p, additional.n);
}

bool drbg_generate(
	struct drbg *d, struct mspan out, struct span additional, bool fresh, struct err *e)
{
	bool mixed = false;
	if (out.n)
		memset(out.p, 0, out.n);
	if (out.n > DRBG_REQUEST)
		return err_set(e, ERR_USAGE, 0,
			"%zu random bytes in one request; at most %d are given", out.n,
			DRBG_REQUEST);
	if (!renew(d, additional, fresh, &mixed, e))
		return false;
	d->requests++;
	produce(&d->hmac, out, mixed ? span_of(NULL, 0) : additional);
	return true;
}

bool drbg_bytes(struct drbg *d, struct mspan out, struct err *e)
{
	struct buf b = buf_on(out.p, out.n);
	while (b.n < out.n) {
		struct mspan part_of = buf_room(&b);
		if (part_of.n > DRBG_REQUEST)
			part_of.n = DRBG_REQUEST;
		if (!drbg_generate(d, part_of, span_of(NULL, 0), false, e)) {
			wipe(out.p, out.n);
			return false;
		}
		buf_filled(&b, part_of.n);
	}
	return true;
}

bool rand_seed(struct rand *r, struct span seed, unsigned bits, struct err *e)
{
	struct drbg *d = &r->primary;
	if (!d->seeded && bits >= 8 * DRBG_SEED) {
		br_hmac_drbg_init(&d->hmac, &br_sha256_vtable, d->purpose.p, d->purpose.n);
	} else if (!d->seeded && !feed(d, span_of(NULL, 0), false, e)) {
		return false;
	} else if (foreign(d)) {
		part(d);
	}
	br_hmac_drbg_update(&d->hmac, seed.p, seed.n);
	/* Bytes that are worth nothing do not end an error state, nor the wait for a reseed. */
	if (bits >= 8 * DRBG_RESEED)
		mark(d);
	else
		d->reseeds++;
	return true;
}

const br_prng_class **drbg_prng(struct drbg *d)
{
	return &d->vtable;
}

bool drbg_refused(struct drbg *d)
{
	const bool was = d->refused;
	d->refused = false;
	return was;
}
