/* SPDX-License-Identifier: MIT */
/* Each way that this processor can go against published vectors and against BearSSL's GCM, which shares
 * nothing with ours but the key schedule of AES. tests/cli/gcm.py holds it against another library. */
#include "base/hex.h"
#include "test.h"
#include "tls/gcm.h"

#include <string.h>

enum { MOST = 1100, FRONT = 64 };

static const struct gcm_way *way;

static uint32_t seed = 7;

static void fill(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = (uint8_t)(seed >> 24);
	}
}

struct sealed {
	uint8_t key[32], nonce[12], aad[40], text[MOST], tag[16];
	size_t key_n, aad_n, n;
};

/* By BearSSL's portable functions. */
static void theirs(const struct sealed *plain, struct sealed *out)
{
	br_aes_ct64_ctr_keys aes;
	br_gcm_context c;
	*out = *plain;
	br_aes_ct64_ctr_init(&aes, plain->key, plain->key_n);
	br_gcm_init(&c, &aes.vtable, br_ghash_ctmul64);
	br_gcm_reset(&c, plain->nonce, 12);
	br_gcm_aad_inject(&c, plain->aad, plain->aad_n);
	br_gcm_flip(&c);
	br_gcm_run(&c, 1, out->text, plain->n);
	br_gcm_get_tag(&c, out->tag);
}

static void same(const struct sealed *plain, size_t front)
{
	static struct sealed want;
	uint8_t room[FRONT + MOST], tag[16];
	struct gcm g;
	theirs(plain, &want);
	gcm_set(&g, way, plain->key, plain->key_n);
	memcpy(room, plain->text, plain->n);
	gcm_run(&g, plain->nonce, span_of(plain->aad, plain->aad_n), span_of(room, plain->n), room,
		tag, true);
	CHECK_MEM(room, want.text, plain->n);
	CHECK_MEM(tag, want.tag, 16);
	memset(tag, 0, 16);
	memmove(room + front, room, plain->n);
	gcm_run(&g, plain->nonce, span_of(plain->aad, plain->aad_n),
		span_of(room + front, plain->n), room, tag, false);
	CHECK_MEM(room, plain->text, plain->n);
	CHECK_MEM(tag, want.tag, 16);
}

static void every_length(void)
{
	static struct sealed s;
	for (size_t n = 0; n <= MOST; n++) {
		fill((uint8_t *)&s, sizeof s);
		s.key_n = 16 + n % 3 * 8;
		s.aad_n = n % sizeof s.aad;
		s.n = n;
		same(&s, n % 5 ? n * 7 % FRONT : 0);
	}
}

static void single_bits(void)
{
	static struct sealed s;
	for (size_t i = 0; i < 8 * 300; i++) {
		memset(&s, 0, sizeof s);
		s.key_n = 16;
		s.n = 300;
		s.text[i / 8] = (uint8_t)(0x80 >> i % 8);
		same(&s, 1);
	}
}

/* "The Galois/Counter Mode of Operation" (McGrew, Viega), appendix B, test cases with nonces of 96 bits. */
static const struct {
	const char *key, *nonce, *aad, *plain, *sealed, *tag;
} vectors[] = {
#define ZEROS "00000000000000000000000000000000"
#define KEY "feffe9928665731c6d6a8f9467308308"
#define NONCE "cafebabefacedbaddecaf888"
#define AAD "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define PLAIN                                                                                      \
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e24" \
	"49a6b525b16aedf5aa0de657ba637b39"
	{ ZEROS, "000000000000000000000000", "", "", "", "58e2fccefa7e3061367f1d57a4e7455a" },
	{ ZEROS, "000000000000000000000000", "", ZEROS, "0388dace60b6a392f328c2b971b2fe78",
		"ab6e47d42cec13bdf53a67b21257bddf" },
	{ KEY, NONCE, "", PLAIN "1aafd255",
		"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c"
		"7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
		"4d5c2af327cd64a62cf35abd2ba6fab4" },
	{ KEY, NONCE, AAD, PLAIN,
		"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c"
		"7d8f6a5aac84aa051ba30b396a0aac973d58e091",
		"5bc94fbc3221a5db94fae95ae7121a47" },
	{ KEY KEY, NONCE, AAD, PLAIN,
		"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3d"
		"a7b08b1056828838c5f61e6393ba7a0abcc9f662",
		"76fc6ece0f4e1768cddf8853bb2d551b" },
};

static struct span bytes(const char *text, uint8_t room[128])
{
	size_t n = 0;
	CHECK(hex_bytes(text, room, 128, &n));
	return span_of(room, n);
}

static void published(void)
{
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		uint8_t room[6][128], tag[16];
		const struct span key = bytes(vectors[i].key, room[0]),
				  nonce = bytes(vectors[i].nonce, room[1]),
				  aad = bytes(vectors[i].aad, room[2]),
				  plain = bytes(vectors[i].plain, room[3]),
				  want = bytes(vectors[i].sealed, room[4]);
		struct gcm g;
		gcm_set(&g, way, key.p, key.n);
		gcm_run(&g, nonce.p, aad, plain, room[3], tag, true);
		CHECK_MEM(room[3], want.p, want.n);
		CHECK_MEM(tag, bytes(vectors[i].tag, room[5]).p, 16);
	}
}

int main(void)
{
	static const char *const names[] = { "with BearSSL's functions", "a block to a register",
		"two blocks to a register" };
	size_t ways = 0;
	for (way = gcm_way(); way; way = way->lesser)
		ways++;
	for (size_t i = ways; i < sizeof names / sizeof *names; i++)
		printf("skip - GCM %s: this processor cannot\n", names[i]);
	for (way = gcm_way(); way; way = way->lesser) {
		char claim[3][100];
		const char *name = names[--ways];
		snprintf(claim[0], sizeof claim[0], "GCM %s is that of the published test cases",
			name);
		snprintf(claim[1], sizeof claim[1],
			"GCM %s is BearSSL's for every length up to %d bytes", name, MOST);
		snprintf(
			claim[2], sizeof claim[2], "GCM %s is BearSSL's for each single bit", name);
		test(claim[0], published);
		test(claim[1], every_length);
		test(claim[2], single_bits);
	}
	return test_end();
}
