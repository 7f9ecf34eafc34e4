/* SPDX-License-Identifier: MIT */
/* Binding a name to a certificate: is this peer the one an administrator wrote down? */
#include "base/hex.h"
#include "pki/chain.h"

#include <string.h>

static bool eat(struct span *s, const char *prefix)
{
	const struct span want = span_str(prefix);
	return span_eq(span_at(*s, 0, want.n), want) && span_skip(s, want.n);
}

static bool fingerprint(struct span text, uint8_t digest[32])
{
	char digits[32 * 3 + 1];
	size_t n;
	return span_text(text, digits, sizeof digits) && hex_bytes(digits, digest, 32, &n) &&
		n == 32;
}

/* Eats one TYPE=VALUE; a comma that belongs to the value has a backslash before it, and so has a
 * backslash. */
static bool next_part(struct span *s, struct span *type, struct buf *value)
{
	size_t equals;
	while (s->n && s->p[0] == ' ')
		span_skip(s, 1);
	if (!span_find(*s, '=', &equals) || equals == 0)
		return false;
	span_take(s, equals, type);
	span_skip(s, 1);
	uint8_t c;
	while (span_u8(s, &c) && c != ',') {
		if (c == '\\' && !span_u8(s, &c))
			return false;
		buf_u8(value, c);
	}
	return value->n && buf_ok(value);
}

bool peer_is(const struct pki_peer *peer, const char *spec)
{
	struct span s = span_str(spec), type;
	const struct span name = span_of(peer->name, peer->name_len);
	uint8_t digest[32], room[256];
	if (!peer->known)
		return false;
	if (eat(&s, "SHA256:"))
		return fingerprint(s, digest) && memcmp(digest, peer->sha256, sizeof digest) == 0;
	if (!eat(&s, "subject:") || s.n == 0)
		return false;
	while (s.n) {
		struct buf value = buf_on(room, sizeof room);
		if (!next_part(&s, &type, &value) || !name_has(name, type, buf_span(&value)))
			return false;
	}
	return true;
}

bool peer_spec_ok(const char *spec)
{
	struct span s = span_str(spec), type;
	uint8_t digest[32], room[256];
	if (eat(&s, "SHA256:"))
		return fingerprint(s, digest);
	if (!eat(&s, "subject:") || s.n == 0)
		return false;
	while (s.n) {
		struct buf value = buf_on(room, sizeof room);
		if (!next_part(&s, &type, &value))
			return false;
	}
	return true;
}
