/* SPDX-License-Identifier: MIT */
/* The encrypted part of a TLS 1.3 server's first flight (RFC 8446 4.3, 4.4): read, not verified, and
 * never answered. */
#include "pki/curves.h"
#include "tls/modern_hello.h"
#include "tls/modern_keys.h"
#include "tls/probe.h"

#include <string.h>

bool probe_key(struct probe_key *k, uint16_t group, const uint8_t random[32])
{
	const br_ec_impl *ec = curves();
	*k = (struct probe_key){ .group = group };
	if (group >= 32 || !(ec->supported_curves >> group & 1))
		return false;
	memcpy(k->secret, random, sizeof k->secret);
	k->secret[0] &= 0x7f; /* below the order of every curve ... */
	k->secret[31] |= 1;   /* ... and not 0 */
	br_ec_private_key key = { group, k->secret, sizeof k->secret };
	k->n = br_ec_compute_pub(ec, NULL, k->point, &key);
	return k->n > 0;
}

static bool agree(const struct probe_key *k, struct span theirs, uint8_t *secret, size_t *n)
{
	const br_ec_impl *ec = curves();
	uint8_t point[sizeof k->point];
	if (theirs.n != k->n)
		return false;
	memcpy(point, theirs.p, theirs.n);
	if (!ec->mul(point, theirs.n, k->secret, sizeof k->secret, k->group))
		return false;
	const size_t at = ec->xoff(k->group, n);
	memcpy(secret, point + at, *n);
	return true;
}

static bool request(struct span body, struct probe_answer *a)
{
	struct span context, names, one;
	struct hello h = { 0 };
	int alert;
	if (!span_run(&body, 1, &context) || !hello_extensions(&body, &h, &alert) || body.n)
		return false;
	a->asks = true;
	if (!hello_has(&h, EXT_AUTHORITIES))
		return true;
	body = h.ext[EXT_AUTHORITIES];
	if (!span_run(&body, 2, &names))
		return false;
	for (; names.n; a->ca_names++)
		if (!span_run(&names, 2, &one))
			return false;
	return body.n == 0;
}

static bool certificate(struct span body, struct probe_answer *a)
{
	struct span context, list, one, extensions;
	if (!span_run(&body, 1, &context) || !span_run(&body, 3, &list) || body.n)
		return false;
	while (list.n) {
		if (!span_run(&list, 3, &one) || !span_run(&list, 2, &extensions) || !one.n)
			return false;
		if (a->cert_n < PROBE_CERTS)
			a->cert[a->cert_n++] = one;
	}
	a->state = PROBE_AGREED;
	return true;
}

static void messages(struct span flight, struct probe_answer *a)
{
	while (a->state == PROBE_MORE && flight.n) {
		uint8_t type = 0;
		struct span body, s = flight;
		if (!span_u8(&s, &type) || !span_run(&s, 3, &body))
			return;
		/* EncryptedExtensions say nothing that is asked */
		if (!(type == 8 || (type == 13 && !a->asks && request(body, a)) ||
			    (type == 11 && certificate(body, a)))) {
			a->state = PROBE_STRANGER;
			a->why = "an encrypted handshake message is malformed or out of place";
		}
		flight = s;
	}
}

/* The keys of what the server sends (RFC 8446 7.1). False when its share is none. */
static bool derive(const struct probe_key *k, const struct protect_suite *suite, struct span hello,
	struct span theirs, struct span share, struct protect *p)
{
	struct transcript t;
	struct schedule s;
	uint8_t secret[72], hash[KEYS_HASH], traffic[KEYS_HASH];
	size_t n;
	if (!agree(k, share, secret, &n))
		return false;
	transcript_init(&t);
	t.use384 = suite->sha384;
	transcript_add(&t, span_at(hello, RECORD_HEADER, hello.n));
	transcript_add(&t, theirs);
	transcript_hash(&t, hash);
	schedule_start(&s, suite->sha384, (struct span){ 0 });
	schedule_next(&s, span_of(secret, n));
	schedule_derive(&s, "s hs traffic", hash, traffic);
	keys_protect(&s, traffic, suite, p);
	return true;
}

/* One sealed record, opened in a copy. False: broken, or an alert. */
static bool open_record(
	struct protect *p, struct span record, struct buf *flight, struct probe_answer *a)
{
	uint8_t copy[RECORD_HEADER + RECORD_SEALED], type;
	struct mspan content;
	int why;
	if (record.n > sizeof copy)
		return false;
	memcpy(copy, record.p, record.n);
	if (!protect_open(p, (struct mspan){ copy, record.n }, NULL, &type, &content, &why))
		return false;
	if (type == RECORD_ALERT && content.n == 2) {
		a->state = PROBE_REFUSED;
		a->alert = content.p[1];
	}
	if (type != RECORD_HANDSHAKE)
		return false;
	buf_bytes(flight, span_of(content.p, content.n));
	return buf_ok(flight);
}

void probe_open(const struct probe_key *k, struct span hello, struct span received, bool ended,
	struct mspan room, struct probe_answer *a)
{
	const struct protect_suite *suite = protect_suite(a->suite);
	struct buf flight = buf_on(room.p, room.n);
	struct span record, body;
	struct protect p = { 0 };
	bool open = false, broken = !suite || a->group != k->group || !a->share.n;
	for (struct span rest = received; !broken;) {
		uint8_t type = 0;
		struct span s = rest;
		if (!span_u8(&s, &type) || !span_skip(&s, 2) || !span_run(&s, 2, &body))
			break;
		record = span_at(rest, 0, RECORD_HEADER + body.n);
		rest = s;
		if (type == RECORD_HANDSHAKE && !open)
			broken = !(open = derive(k, suite, hello, body, a->share, &p));
		else if (type == RECORD_DATA && open)
			broken = !open_record(&p, record, &flight, a);
		else
			broken = type != RECORD_CCS;
	}
	if (a->state == PROBE_REFUSED)
		return;
	a->state = PROBE_MORE;
	messages(buf_span(&flight), a);
	if (a->state == PROBE_MORE && broken) {
		a->state = PROBE_STRANGER;
		a->why = "its encrypted answer cannot be opened";
	} else if (a->state == PROBE_MORE && ended) {
		a->state = PROBE_SILENT;
	}
}
