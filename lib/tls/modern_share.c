/* SPDX-License-Identifier: MIT */
/* Ephemeral Diffie-Hellman on X25519, P-256, P-384 and P-521 (RFC 8446 4.2.8, 7.4.2; RFC 7748). */
#include "base/wipe.h"
#include "pki/curves.h"
#include "tls/modern.h"
#include <string.h>

bool share_make(struct modern *m, struct share *s, int group, uint8_t point[SHARE_POINT], size_t *n)
{
	const br_ec_impl *ec = curves();
	const br_prng_class **random = m->config->rand_private;
	br_ec_private_key key = { group, s->key, 32 };
	if (s->key_n > 0 &&
		s->group == group) { /* a retry for its cookie alone keeps it (RFC 8446 4.1.2) */
		key.xlen = s->key_n;
		*n = br_ec_compute_pub(ec, NULL, point, &key);
		return *n > 0;
	}
	/* RFC 7748 6.1: any 32 bytes are a key. BearSSL's own maker would clear a bit of the first one,
	 * which it takes for the most significant. */
	if (group == 29)
		(*random)->generate(random, s->key, key.xlen);
	else
		key.xlen = br_ec_keygen(random, ec, &key, s->key, group);
	s->key_n = key.xlen;
	s->group = group;
	*n = s->key_n ? br_ec_compute_pub(ec, NULL, point, &key) : 0;
	return *n > 0;
}

bool share_agree(const struct share *s, struct span point, uint8_t secret[SHARE_KEY], size_t *n)
{
	const br_ec_impl *ec = curves();
	uint8_t p[SHARE_POINT];
	size_t whole, off;
	uint8_t any = 0;
	ec->generator(s->group, &whole);
	if (point.n != whole || (s->group != 29 && point.p[0] != 4))
		return false;
	memcpy(p, point.p, point.n);
	const bool ok = ec->mul(p, whole, s->key, s->key_n, s->group);
	off = ec->xoff(s->group, n);
	memcpy(secret, p + off, *n);
	/* RFC 7748 6.1: a point of small order gives zero, which must not be used. */
	for (size_t i = 0; i < *n; i++)
		any |= secret[i];
	wipe(p, sizeof p);
	return ok && any != 0;
}
