/* SPDX-License-Identifier: MIT */
/* One loop body for all ciphers: nonce, additional data, run, tag. Offsets into a record are kept
 * within the length that was checked first. */
#include "tls/modern_record.h"
#include "base/wipe.h"
#include "tls/suites.h"
#include <string.h>

static const struct protect_suite suites[] = {
	{ 0x1301, TLS_1_3, PROTECT_GCM, 16, 16, false },
	{ 0x1302, TLS_1_3, PROTECT_GCM, 32, 16, true },
	{ 0x1303, TLS_1_3, PROTECT_CHACHA, 32, 16, false },
	{ 0x1304, TLS_1_3, PROTECT_CCM, 16, 16, false },
	{ 0x1305, TLS_1_3, PROTECT_CCM, 16, 8, false },
	{ 0xC02B, TLS_1_2, PROTECT_GCM, 16, 16, false },
	{ 0xC02C, TLS_1_2, PROTECT_GCM, 32, 16, true },
	{ 0xC02F, TLS_1_2, PROTECT_GCM, 16, 16, false },
	{ 0xC030, TLS_1_2, PROTECT_GCM, 32, 16, true },
	{ 0xC0AC, TLS_1_2, PROTECT_CCM, 16, 16, false },
	{ 0xC0AD, TLS_1_2, PROTECT_CCM, 32, 16, false },
	{ 0xC0AE, TLS_1_2, PROTECT_CCM, 16, 8, false },
	{ 0xC0AF, TLS_1_2, PROTECT_CCM, 32, 8, false },
	{ 0xCCA8, TLS_1_2, PROTECT_CHACHA, 32, 16, false },
	{ 0xCCA9, TLS_1_2, PROTECT_CHACHA, 32, 16, false },
};

const struct protect_suite *protect_suite(uint16_t code)
{
	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
		if (suites[i].code == code)
			return &suites[i];
	return NULL;
}

uint64_t protect_records(const struct protect_suite *s)
{
	return s->kind == PROTECT_CCM ? 1 << 23 : 1 << 24;
}

/* ---- the fastest implementation that the processor has */

static void aes_ccm_init(br_aes_gen_ctrcbc_keys *keys, const void *key, size_t n)
{
	const br_block_ctrcbc_class *fast = br_aes_x86ni_ctrcbc_get_vtable();
	(fast ? fast : &br_aes_ct64_ctrcbc_vtable)->init(&keys->vtable, key, n);
}

void protect_chacha(const uint8_t key[32], const uint8_t nonce[12], struct mspan text,
	struct span aad, uint8_t tag[16], bool seal)
{
#ifdef __x86_64__
	const br_chacha20_run chacha = br_chacha20_sse2_run;
#else
	const br_chacha20_run chacha = br_chacha20_ct_run;
#endif
#ifdef __SIZEOF_INT128__
	const br_poly1305_run poly = br_poly1305_ctmulq_run;
#else
	const br_poly1305_run poly = br_poly1305_ctmul_run;
#endif
	poly(key, nonce, text.p, text.n, aad.p, aad.n, tag, chacha, seal);
}

/* ---- one record */

void protect_set(
	struct protect *p, const struct protect_suite *suite, const void *key, const void *iv)
{
	protect_clear(p);
	p->suite = suite;
	const bool salt = suite->version == TLS_1_2 && suite->kind != PROTECT_CHACHA;
	memcpy(p->iv, iv, salt ? 4 : 12);
	switch (suite->kind) {
	case PROTECT_GCM:
		if (!p->way)
			p->way = gcm_way();
		gcm_set(&p->key.gcm, p->way, key, suite->key);
		break;
	case PROTECT_CCM:
		aes_ccm_init(&p->key.ccm, key, suite->key);
		break;
	case PROTECT_CHACHA:
		memcpy(p->key.chacha, key, suite->key);
		break;
	case PROTECT_NONE:
		break;
	}
}

void protect_clear(struct protect *p)
{
	const struct gcm_way *way = p->way;
	wipe(p, sizeof *p);
	p->way = way;
}

/* TLS 1.2 with AES sends 8 bytes of the nonce (RFC 5288 3). */
static size_t nonce_sent(const struct protect *p)
{
	return p->suite && p->suite->version == TLS_1_2 && p->suite->kind != PROTECT_CHACHA ? 8 : 0;
}

size_t protect_before(const struct protect *p)
{
	return RECORD_HEADER + nonce_sent(p);
}

size_t protect_after(const struct protect *p)
{
	return p->suite ? p->suite->tag + (p->suite->version == TLS_1_3) : 0;
}

static void put64(uint8_t *to, uint64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		to[i] = (uint8_t)v;
}

/* sent: the 8 bytes of the nonce that the record carries, NULL when it carries none. */
static void make_nonce(const struct protect *p, const uint8_t *sent, uint8_t nonce[12])
{
	uint8_t count[8];
	memcpy(nonce, p->iv, 12);
	if (sent) {
		memcpy(nonce + 4, sent, 8);
		return;
	}
	put64(count, p->count);
	for (int i = 0; i < 8; i++)
		nonce[4 + i] ^= count[i];
}

/* The additional data: the header in TLS 1.3, and in TLS 1.2 the count, the type, the version and the
 * length of the content (RFC 5246 6.2.3.3). */
static struct span make_aad(
	const struct protect *p, const uint8_t *header, size_t n, uint8_t aad[13])
{
	if (p->suite->version == TLS_1_3)
		return span_of(header, RECORD_HEADER);
	put64(aad, p->count);
	memcpy(aad + 8, header, 3);
	aad[11] = (uint8_t)(n >> 8);
	aad[12] = (uint8_t)n;
	return span_of(aad, 13);
}

/* Runs the cipher over from, the result of which goes to where from lies or begins before it; gives the
 * tag that belongs to it. */
static void run(struct protect *p, const uint8_t nonce[12], struct span aad, struct mspan from,
	uint8_t *to, uint8_t tag[16], bool seal)
{
	br_ccm_context ccm;
	switch (p->suite->kind) {
	case PROTECT_GCM:
		gcm_run(&p->key.gcm, nonce, aad, span_of(from.p, from.n), to, tag, seal);
		return;
	case PROTECT_CCM:
		br_ccm_init(&ccm, &p->key.ccm.vtable);
		br_ccm_reset(&ccm, nonce, 12, aad.n, from.n, p->suite->tag);
		br_ccm_aad_inject(&ccm, aad.p, aad.n);
		br_ccm_flip(&ccm);
		br_ccm_run(&ccm, seal, from.p, from.n);
		br_ccm_get_tag(&ccm, tag);
		wipe(&ccm, sizeof ccm);
		break;
	case PROTECT_CHACHA:
		protect_chacha(p->key.chacha, nonce, from, aad, tag, seal);
		break;
	case PROTECT_NONE:
		break;
	}
	if (to != from.p)
		memmove(to, from.p, from.n);
}

bool protect_moves(const struct protect *p)
{
	return p->suite && p->suite->kind == PROTECT_GCM;
}

size_t protect_seal(struct protect *p, enum record_type type, uint8_t *record, size_t n)
{
	const size_t before = protect_before(p),
		     body = before - RECORD_HEADER + n + protect_after(p);
	uint8_t nonce[12], aad[13], tag[16];
	const bool hide = p->suite && p->suite->version == TLS_1_3;
	record[0] = (uint8_t)(hide ? RECORD_DATA : type);
	record[1] = TLS_1_2 >> 8;
	record[2] = TLS_1_2 & 0xff;
	record[3] = (uint8_t)(body >> 8);
	record[4] = (uint8_t)body;
	if (!p->suite)
		return RECORD_HEADER + body;
	uint8_t *content = record + before;
	if (hide)
		content[n++] = (uint8_t)type;
	uint8_t *sent = nonce_sent(p) ? record + RECORD_HEADER : NULL;
	if (sent)
		put64(sent, p->count);
	make_nonce(p, sent, nonce);
	run(p, nonce, make_aad(p, record, n, aad), (struct mspan){ content, n }, content, tag,
		true);
	memcpy(content + n, tag, p->suite->tag);
	p->count++;
	return RECORD_HEADER + body;
}

/* RFC 8446 5.4: padding of zeros behind the type. */
static bool unhide(struct mspan *content, uint8_t *type)
{
	size_t n = content->n;
	while (n > 0 && content->p[n - 1] == 0)
		n--;
	if (n == 0)
		return false;
	*type = content->p[n - 1];
	content->n = n - 1;
	return true;
}

bool protect_open(struct protect *p, struct mspan record, uint8_t *to, uint8_t *type,
	struct mspan *content, int *alert)
{
	uint8_t nonce[12], aad[13], tag[16];
	const size_t before = protect_before(p), tag_n = p->suite ? p->suite->tag : 0;
	*alert = 20;
	if (record.n < before + tag_n)
		return false;
	const struct mspan body = { record.p + before, record.n - before - tag_n };
	*type = record.p[0];
	*content = (struct mspan){ to ? to : body.p, body.n };
	if (p->suite) {
		make_nonce(p, nonce_sent(p) ? record.p + RECORD_HEADER : NULL, nonce);
		run(p, nonce, make_aad(p, record.p, body.n, aad), body, content->p, tag, false);
		if (!wipe_same(tag, body.p + body.n, tag_n)) {
			wipe(content->p, content->n); /* SP 800-38D 7.2: it is nobody's plaintext */
			content->n = 0;
			return false;
		}
		p->count++;
		*alert = 22; /* 5.4: the padding counts */
		if (p->suite->version == TLS_1_3 && content->n > RECORD_PLAIN + 1)
			return false;
		*alert = 10;
		if (p->suite->version == TLS_1_3 && !unhide(content, type))
			return false;
	} else if (to) {
		memmove(to, body.p, body.n);
	}
	*alert = 22;
	return content->n <= RECORD_PLAIN;
}
