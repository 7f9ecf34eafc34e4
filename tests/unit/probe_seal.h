/* SPDX-License-Identifier: MIT */
/* A TLS 1.3 server's first flight with any messages in its encrypted part, for the test and the fuzz
 * target of the probe. */
#ifndef DCMSEC_PROBE_SEAL_H
#define DCMSEC_PROBE_SEAL_H

#include "base/buf.h"
#include "tls/modern_keys.h"
#include "tls/probe.h"

#include <string.h>

enum { SEAL_HELLO = 64, SEAL_MOST = 12000 };

/* A ClientHello that only counts by its octets, and our key for it; false: no share could be made. */
static inline bool seal_client(struct probe_key *k, uint8_t hello[SEAL_HELLO])
{
	uint8_t random[32] = { 3 };
	memset(hello, 0x11, SEAL_HELLO);
	return probe_key(k, 29, random);
}

/* Appends the ServerHello (suite TLS_AES_128_GCM_SHA256, X25519) and one record with the content. */
static inline bool seal_flight(const struct probe_key *client, uint8_t *hello, uint8_t type,
	struct span content, struct buf *out)
{
	static const uint8_t head[] = { 22, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3 };
	static const uint8_t tail[] = { 0, 0x13, 0x01, 0, 0, 46, 0, 43, 0, 2, 3, 4, 0, 51, 0, 36, 0,
		29, 0, 32 };
	uint8_t random[32] = { 5 }, secret[32], hash[KEYS_HASH], traffic[KEYS_HASH];
	static uint8_t record[RECORD_HEADER + SEAL_MOST + 64];
	const br_ec_impl *ec = br_ec_get_default();
	struct probe_key server;
	struct transcript t;
	struct schedule s;
	struct protect p = { 0 };
	if (!probe_key(&server, 29, random) || content.n > SEAL_MOST)
		return false;
	const size_t at = out->n;
	buf_bytes(out, span_of(head, sizeof head));
	buf_fill(out, 0x22, 32);
	buf_bytes(out, span_of(tail, sizeof tail));
	buf_bytes(out, span_of(server.point, server.n));
	transcript_init(&t);
	transcript_add(&t, span_of(hello + RECORD_HEADER, SEAL_HELLO - RECORD_HEADER));
	transcript_add(&t, span_at(buf_span(out), at + RECORD_HEADER, out->n));
	transcript_hash(&t, hash);
	memcpy(secret, client->point, sizeof secret);
	if (!ec->mul(secret, sizeof secret, server.secret, sizeof server.secret, 29))
		return false;
	schedule_start(&s, false, (struct span){ 0 });
	schedule_next(&s, span_of(secret, sizeof secret));
	schedule_derive(&s, "s hs traffic", hash, traffic);
	keys_protect(&s, traffic, protect_suite(0x1301), &p);
	memcpy(record + protect_before(&p), content.p, content.n);
	buf_bytes(
		out, span_of(record, protect_seal(&p, (enum record_type)type, record, content.n)));
	return buf_ok(out);
}

#endif
