/* SPDX-License-Identifier: MIT */
/* Pre-shared keys from tickets, always with (EC)DHE (RFC 8446 4.2.9, 4.2.11). No early data is sent or
 * taken, so the age of a ticket decides nothing but whether it has expired, by the server's own clock;
 * and so a ticket that is shown twice does no harm: each time both sides add fresh keys. */
#include "base/wipe.h"
#include "tls/modern.h"
#include <string.h>

enum { PSK_DHE_KE = 1, IDENTITIES = 8 };

static size_t hash_size(bool sha384)
{
	return sha384 ? br_sha384_SIZE : br_sha256_SIZE;
}

/* 4.2.11.2: the hello up to its binders is in the transcript. Returns its size. */
static size_t make_binder(const struct modern *m, bool sha384, uint8_t binder[KEYS_HASH])
{
	struct schedule s;
	uint8_t hash[KEYS_HASH], key[KEYS_HASH];
	const size_t n = transcript_hash_as(&m->transcript, sha384, hash);
	schedule_start(&s, sha384, span_of(m->resume.secret, n));
	schedule_derive(&s, "res binder", NULL, key);
	keys_finished(&s, key, hash, binder);
	wipe(&s, sizeof s);
	wipe(key, sizeof key);
	return n;
}

/* ---- client */

void psk_write_modes(const struct modern *m, struct buf *b)
{
	if (!m->resume.sessions)
		return; /* who keeps no tickets asks for none */
	buf_u16be(b, hello_ext_number(EXT_PSK_MODES));
	buf_u16be(b, 2);
	buf_u8(b, 1);
	buf_u8(b, PSK_DHE_KE);
}

static size_t offered_hash(const struct modern *m)
{
	return m->resume.offer.secret.n;
}

void psk_write(const struct modern *m, struct buf *b)
{
	const struct tls_session *s = &m->resume.offer;
	if (!resume_offers(m, TLS_1_3))
		return;
	buf_u16be(b, hello_ext_number(EXT_PRE_SHARED_KEY));
	const size_t ext = buf_open(b, 2), list = buf_open(b, 2), one = buf_open(b, 2);
	buf_bytes(b, s->ticket);
	buf_close_be(b, one, 2);
	buf_u32be(b, (uint32_t)(m->resume.now - s->issued) + s->age_add);
	buf_close_be(b, list, 2);
	buf_u16be(b, (uint16_t)(1 + offered_hash(m)));
	buf_u8(b, (uint8_t)offered_hash(m));
	buf_fill(b, 0, offered_hash(m));
	buf_close_be(b, ext, 2);
}

size_t psk_binders(const struct modern *m)
{
	return resume_offers(m, TLS_1_3) ? 2 + 1 + offered_hash(m) : 0;
}

void psk_bind(const struct modern *m, struct mspan binders)
{
	uint8_t binder[KEYS_HASH];
	const size_t n = make_binder(m, offered_hash(m) == br_sha384_SIZE, binder);
	memcpy(binders.p + binders.n - n, binder, n);
}

bool psk_chosen(struct modern *m, const struct hello *h)
{
	struct span body = h->ext[EXT_PRE_SHARED_KEY];
	uint16_t identity;
	if (!hello_has(h, EXT_PRE_SHARED_KEY)) {
		wipe(m->resume.secret, sizeof m->resume.secret);
		return true;
	}
	if (!span_u16be(&body, &identity) || body.n > 0)
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the server sent a malformed pre_shared_key");
	if (identity != 0 || hash_size(m->suite->sha384) != offered_hash(m) ||
		!hello_has(h, EXT_KEY_SHARE))
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the server resumes a session that we did not offer, or not as we offered "
			"it; report it with the product and version of the peer");
	m->resume.used = true;
	return true;
}

/* ---- server */

struct offered {
	struct span identities, binders;
	size_t partial; /* bytes of the hello before its binders */
};

static bool malformed(struct modern *m)
{
	return modern_fail(m, ERR_TLS, DECODE_ERROR, "the client sent a malformed pre_shared_key");
}

static bool next_identity(struct span *list, struct span *identity)
{
	return span_run(list, 2, identity) && identity->n > 0 && span_skip(list, 4);
}

static bool next_binder(struct span *list, struct span *binder)
{
	return span_run(list, 1, binder) && binder->n >= 32;
}

/* The form of all that is offered, and that there is a binder for each. */
static bool read_offer(
	struct modern *m, const struct hello *h, struct span message, struct offered *o)
{
	struct span body = h->ext[EXT_PRE_SHARED_KEY], one;
	size_t identities = 0, binders = 0;
	if (!span_run(&body, 2, &o->identities))
		return malformed(m);
	o->partial = message.n - body.n;
	if (!span_run(&body, 2, &o->binders) || body.n > 0)
		return malformed(m);
	for (struct span s = o->identities; s.n > 0; identities++)
		if (!next_identity(&s, &one))
			return malformed(m);
	for (struct span s = o->binders; s.n > 0; binders++)
		if (!next_binder(&s, &one))
			return malformed(m);
	if (identities == 0 || binders == 0)
		return malformed(m);
	return identities == binders ||
		modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the client sent %zu pre-shared keys and %zu binders", identities, binders);
}

/* A binder that is wrong ends it (4.2.11); anything else that is wrong means a full handshake. */
static bool try_one(struct modern *m, struct span identity, struct span binder)
{
	struct tls_session s;
	uint8_t want[KEYS_HASH];
	const bool sha384 = m->suite->sha384;
	if (!resume_recall(m, identity, TLS_1_3, &s) || s.secret.n != hash_size(sha384))
		return true;
	const size_t n = make_binder(m, sha384, want);
	if (binder.n != n || !wipe_same(binder.p, want, n))
		return modern_fail(m, ERR_TLS, DECRYPT_ERROR,
			"the client does not know the secret of the session that it resumes");
	m->resume.used = resume_judge(m, s.chain);
	return true;
}

bool psk_choose(struct modern *m, const struct hello *h, struct span message)
{
	struct span modes = h->ext[EXT_PSK_MODES], identity, binder;
	struct offered o;
	uint8_t n, mode;
	bool dhe = false;
	if (hello_has(h, EXT_PSK_MODES)) {
		if (!span_u8(&modes, &n) || n == 0 || n != modes.n)
			return modern_fail(m, ERR_TLS, DECODE_ERROR,
				"the client sent malformed psk_key_exchange_modes");
		while (span_u8(&modes, &mode))
			dhe |= mode == PSK_DHE_KE;
	}
	m->resume.willing = dhe && m->resume.tickets;
	if (!hello_has(h, EXT_PRE_SHARED_KEY))
		return true;
	if (!hello_has(h, EXT_PSK_MODES))
		return modern_fail(m, ERR_TLS, MISSING_EXTENSION,
			"the client offers a pre-shared key without saying how to use it");
	if (!read_offer(m, h, message, &o))
		return false;
	transcript_add(&m->transcript, span_at(message, 0, o.partial));
	m->resume.heard = o.partial;
	for (int i = 0; dhe && !m->resume.used && i < IDENTITIES; i++) {
		if (!next_identity(&o.identities, &identity) || !next_binder(&o.binders, &binder))
			break;
		m->resume.identity = (uint16_t)i;
		const bool fine = try_one(m, identity, binder);
		resume_forget(m);
		if (!fine)
			return false;
	}
	return true;
}
