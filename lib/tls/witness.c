/* SPDX-License-Identifier: MIT */
#include "tls/witness.h"
#include <string.h>

/* BearSSL hands back the address of the vtable pointer, the first member. */
static struct witness *witness_of(const br_x509_class **ctx)
{
	return (struct witness *)(void *)ctx;
}

static void start_chain(const br_x509_class **ctx, const char *server_name)
{
	struct witness *w = witness_of(ctx);
	w->certs = w->leaf_n = w->chain_n = 0;
	w->refused = 0;
	br_sha256_init(&w->hash);
	(*w->judge)->start_chain(w->judge, server_name);
}

static void gather(struct witness *w, const void *bytes, size_t n)
{
	if (w->chain_n <= w->chain.n && n <= w->chain.n - w->chain_n) {
		memcpy(w->chain.p + w->chain_n, bytes, n);
		w->chain_n += n;
	} else {
		w->chain_n = SIZE_MAX;
	}
}

static void start_cert(const br_x509_class **ctx, uint32_t length)
{
	struct witness *w = witness_of(ctx);
	w->certs++;
	const uint8_t prefix[3] = { (uint8_t)(length >> 16), (uint8_t)(length >> 8),
		(uint8_t)length };
	gather(w, prefix, sizeof prefix);
	(*w->judge)->start_cert(w->judge, length);
}

static void append(const br_x509_class **ctx, const unsigned char *bytes, size_t n)
{
	struct witness *w = witness_of(ctx);
	if (w->certs == 1) {
		br_sha256_update(&w->hash, bytes, n);
		if (w->leaf_n <= w->leaf.n && n <= w->leaf.n - w->leaf_n)
			memcpy(w->leaf.p + w->leaf_n, bytes, n);
		w->leaf_n += n;
	}
	gather(w, bytes, n);
	(*w->judge)->append(w->judge, bytes, n);
}

static void end_cert(const br_x509_class **ctx)
{
	struct witness *w = witness_of(ctx);
	if (w->certs == 1)
		br_sha256_out(&w->hash, w->sha256);
	(*w->judge)->end_cert(w->judge);
}

static unsigned end_chain(const br_x509_class **ctx)
{
	struct witness *w = witness_of(ctx);
	w->refused = (*w->judge)->end_chain(w->judge);
	return w->refused;
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *ctx, unsigned *usages)
{
	const struct witness *w = (const struct witness *)(const void *)ctx;
	return (*w->judge)->get_pkey(w->judge, usages);
}

static const br_x509_class witness_class = {
	.context_size = sizeof(struct witness),
	.start_chain = start_chain,
	.start_cert = start_cert,
	.append = append,
	.end_cert = end_cert,
	.end_chain = end_chain,
	.get_pkey = get_pkey,
};

void witness_init(struct witness *w, const br_x509_class **judge, struct mspan leaf)
{
	*w = (struct witness){ .vtable = &witness_class, .judge = judge, .leaf = leaf };
}

void witness_facts(const struct witness *w, struct tls_facts *f)
{
	f->peer_cert = w->certs > 0;
	if (f->peer_cert && w->leaf_n <= w->leaf.n)
		f->leaf = span_of(w->leaf.p, w->leaf_n);
	memcpy(f->leaf_sha256, w->sha256, sizeof f->leaf_sha256);
}
