/* SPDX-License-Identifier: MIT */
/* Our RSA-PSS for a test to compare with others: reads jobs from standard input, one a line, words in
 * hexadecimal but for numbers, and answers each with a line.
 *     verify BITS SALT N E DIGEST SIGNATURE           1 or 0; BITS of SHA-2, SALT in bytes
 *     sign BITS MODULUS-BITS P Q DP DQ IQ DIGEST      the signature, - for none */
#include "base/hex.h"
#include "pki/sig.h"
#include "tls/engine.h"
#include "tls/modern_sign.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 9, WORD = 1100, LINE = WORDS * WORD };

static char *word[WORDS];

static struct span bytes(int i)
{
	static uint8_t room[WORDS][WORD / 2];
	size_t n = 0;
	if (!word[i] || !hex_bytes(word[i], room[i], sizeof room[i], &n))
		exit(2);
	return span_of(room[i], n);
}

static size_t number(int i)
{
	return word[i] ? (size_t)strtoul(word[i], NULL, 10) : 0;
}

static int hash_id(void)
{
	const size_t bits = number(1);
	return bits == 256 ? br_sha256_ID : bits == 384 ? br_sha384_ID : br_sha512_ID;
}

static unsigned char *writable(struct span s)
{
	return (unsigned char *)(uintptr_t)s.p; /* BearSSL's keys are not const */
}

static void verify(void)
{
	const struct span n = bytes(3), e = bytes(4), digest = bytes(5);
	const br_rsa_public_key key = { writable(n), n.n, writable(e), e.n };
	const bool good =
		pss_verify(&key, sig_hash_class(hash_id()), digest.p, number(2), bytes(6));
	printf("%d\n", good);
}

static void sign(const br_prng_class **random)
{
	uint8_t signature[SIGN_MAX];
	char text[2 * SIGN_MAX + 1];
	const struct span p = bytes(3), q = bytes(4), dp = bytes(5), dq = bytes(6), iq = bytes(7);
	const br_rsa_private_key key = { (uint32_t)number(2), writable(p), p.n, writable(q), q.n,
		writable(dp), dp.n, writable(dq), dq.n, writable(iq), iq.n };
	const struct tls_config c = { .rsa = &key, .rand_private = random };
	const uint16_t code = (uint16_t)(0x0804 + (number(1) - 256) / 128);
	const size_t n = sign_make(sign_scheme(code), bytes(8).p, &c, signature);
	printf("%s\n", n ? hex_text(span_of(signature, n), text, sizeof text) : "-");
}

int main(void)
{
	static char line[LINE];
	br_hmac_drbg_context random;
	br_hmac_drbg_init(&random, &br_sha256_vtable, "pss", 3);
	while (fgets(line, sizeof line, stdin)) {
		char *rest = line;
		for (int i = 0; i < WORDS; i++, rest = NULL)
			word[i] = strtok(rest, " \n");
		if (word[0] && !strcmp(word[0], "verify"))
			verify();
		else
			sign(&random.vtable);
	}
	return 0;
}
