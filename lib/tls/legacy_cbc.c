/* SPDX-License-Identifier: MIT */
/* BearSSL 0.6 opens a CBC record without asking whether it has whole blocks (RFC 5246 6.2.3.2), and its
 * ciphers run over the end of one that has not. So it is asked here, before BearSSL sees the record. */
#include "tls/legacy.h"

static int whole_blocks(const br_sslrec_in_class *const *ctx, size_t n)
{
	const br_sslrec_in_cbc_context *cc = (const void *)ctx;
	return br_sslrec_in_cbc_vtable.inner.check_length(ctx, n) &&
		n % cc->bc.vtable->block_size == 0;
}

static unsigned char *decrypt(
	const br_sslrec_in_class **ctx, int type, unsigned version, void *payload, size_t *n)
{
	return br_sslrec_in_cbc_vtable.inner.decrypt(ctx, type, version, payload, n);
}

static void init(const br_sslrec_in_cbc_class **ctx, const br_block_cbcdec_class *cipher,
	const void *key, size_t key_len, const br_hash_class *hash, const void *mac_key,
	size_t mac_key_len, size_t mac_len, const void *iv)
{
	br_sslrec_in_cbc_vtable.init(
		ctx, cipher, key, key_len, hash, mac_key, mac_key_len, mac_len, iv);
	*ctx = &legacy_cbc_in; /* BearSSL's init put its own there */
}

const br_sslrec_in_cbc_class legacy_cbc_in = {
	{ sizeof(br_sslrec_in_cbc_context), whole_blocks, decrypt },
	init,
};
