/* SPDX-License-Identifier: MIT */
#include "tls/sessions.h"
#include "base/wipe.h"
#include <string.h>

static const char MAGIC[] = "DST1";

void sessions_init(struct tls_sessions *s, const uint8_t binding[32])
{
	memset(s, 0, sizeof *s);
	memcpy(s->binding, binding, sizeof s->binding);
}

static void empty(struct session_slot *slot)
{
	wipe(slot, sizeof *slot);
}

static void keep(struct tls_sessions *s, struct span head, struct span chain)
{
	struct session_slot *oldest = s->slots;
	for (size_t i = 1; i < SESSIONS; i++)
		if (s->slots[i].number < oldest->number)
			oldest = &s->slots[i];
	empty(oldest);
	struct buf b = buf_on(oldest->bytes, sizeof oldest->bytes);
	buf_bytes(&b, head);
	buf_bytes(&b, chain);
	if (!buf_ok(&b)) {
		empty(oldest);
		return;
	}
	oldest->n = b.n;
	oldest->number = ++s->count;
}

void sessions_add(struct tls_sessions *s, const struct tls_session *session)
{
	uint8_t storage[SESSION_HEAD + SESSION_TICKET];
	struct buf head = buf_on(storage, sizeof storage);
	if (session->ticket.n == 0 || session->ticket.n > SESSION_TICKET ||
		session->chain.n > SESSION_CHAIN || session->lifetime == 0)
		return;
	session_write_head(&head, session);
	if (buf_ok(&head))
		keep(s, buf_span(&head), session->chain);
	s->changed = true;
	wipe(storage, sizeof storage);
}

bool sessions_take(struct tls_sessions *s, uint64_t now, const struct tls_config *config,
	struct buf *copy, struct tls_session *session)
{
	struct session_slot *newest = NULL;
	struct tls_session one;
	for (size_t i = 0; i < SESSIONS; i++) {
		struct session_slot *slot = &s->slots[i];
		if (slot->number == 0)
			continue;
		if (!session_read(span_of(slot->bytes, slot->n), &one) || !session_live(&one, now))
			empty(slot);
		else if ((!newest || slot->number > newest->number) &&
			session_allowed(&one, config))
			newest = slot;
	}
	if (!newest)
		return false;
	copy->n = 0;
	buf_bytes(copy, span_of(newest->bytes, newest->n));
	empty(newest);
	s->changed = true;
	return buf_ok(copy) && session_read(buf_span(copy), session);
}

/* So that half a file is not taken for a whole one. */
static void digest(struct span bytes, uint8_t out[32])
{
	br_sha256_context h;
	br_sha256_init(&h);
	br_sha256_update(&h, bytes.p, bytes.n);
	br_sha256_out(&h, out);
}

void sessions_write(const struct tls_sessions *s, struct buf *b)
{
	uint8_t sum[32];
	uint64_t after = 0;
	buf_str(b, MAGIC);
	buf_bytes(b, span_of(s->binding, sizeof s->binding));
	for (;;) { /* oldest first */
		const struct session_slot *next = NULL;
		for (size_t i = 0; i < SESSIONS; i++)
			if (s->slots[i].number > after &&
				(!next || s->slots[i].number < next->number))
				next = &s->slots[i];
		if (!next)
			break;
		buf_u32be(b, (uint32_t)next->n);
		buf_bytes(b, span_of(next->bytes, next->n));
		after = next->number;
	}
	digest(buf_span(b), sum);
	buf_bytes(b, span_of(sum, sizeof sum));
}

bool sessions_read(struct tls_sessions *s, struct span bytes, bool *other)
{
	uint8_t sum[32];
	struct span body = span_at(bytes, 0, bytes.n < 32 ? 0 : bytes.n - 32), text, one;
	struct tls_session session;
	*other = false;
	digest(body, sum);
	if (!span_eq(span_at(bytes, body.n, 32), span_of(sum, sizeof sum)) ||
		!span_take(&body, strlen(MAGIC), &text) || !span_eq_str(text, MAGIC) ||
		!span_take(&body, sizeof s->binding, &text))
		return false;
	*other = !span_eq(text, span_of(s->binding, sizeof s->binding));
	if (*other)
		return false;
	while (span_run(&body, 4, &one) && session_read(one, &session) && session.ticket.n > 0)
		keep(s, one, span_of(NULL, 0));
	if (body.n == 0)
		return true;
	uint8_t binding[32];
	memcpy(binding, s->binding, sizeof binding);
	sessions_init(s, binding);
	return false;
}
