/* SPDX-License-Identifier: MIT */
/* The questions: ClientHellos as RFC 6101, RFC 5246 and RFC 8446 write them. */
#include "tls/probe.h"

#include "tls/ops.h"

#include <string.h>

/* RFC 8422 5.1.1, RFC 7919 2 */
const uint16_t probe_groups[] = { 23, 24, 25, 29, 30, 26, 27, 28, 22, 21, 19, 256, 257, 258, 0 };

/* All that a server might sign with, so that none fails for want of one (RFC 8446 4.2.3): ECDSA, EdDSA,
 * RSA-PSS, RSA PKCS#1, and with SHA-1 and SHA-224 for the old. */
static const uint16_t signatures[] = { 0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805,
	0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201 };

enum {
	SERVER_NAME = 0,
	GROUPS = 10,
	POINTS = 11,
	SIGNATURES = 13,
	EMS = 23,
	VERSIONS = 43,
	KEY_SHARE = 51,
};

static void put_list(struct buf *b, uint16_t extension, const uint16_t *list, size_t n)
{
	buf_u16be(b, extension);
	const size_t body = buf_open(b, 2), run = buf_open(b, 2);
	for (size_t i = 0; i < n; i++)
		buf_u16be(b, list[i]);
	buf_close_be(b, run, 2);
	buf_close_be(b, body, 2);
}

static void put_name(struct buf *b, const char *name)
{
	buf_u16be(b, SERVER_NAME);
	const size_t body = buf_open(b, 2), list = buf_open(b, 2);
	buf_u8(b, 0); /* host_name */
	const size_t one = buf_open(b, 2);
	buf_str(b, name);
	buf_close_be(b, one, 2);
	buf_close_be(b, list, 2);
	buf_close_be(b, body, 2);
}

static void put_share(struct buf *b, const struct probe_ask *ask)
{
	buf_u16be(b, KEY_SHARE);
	const size_t body = buf_open(b, 2), list = buf_open(b, 2);
	if (ask->share.n && ask->groups_n) {
		buf_u16be(b, ask->groups[0]);
		const size_t one = buf_open(b, 2);
		buf_bytes(b, ask->share);
		buf_close_be(b, one, 2);
	}
	buf_close_be(b, list, 2);
	buf_close_be(b, body, 2);
}

static void put_extensions(struct buf *b, const struct probe_ask *ask)
{
	const size_t all = buf_open(b, 2);
	if (ask->name && !tls_is_address(ask->name))
		put_name(b, ask->name);
	if (ask->version < TLS_1_3) {
		buf_u16be(b, EMS);
		buf_u16be(b, 0);
		buf_u16be(b, POINTS);
		buf_u16be(b, 2);
		buf_u16be(b, 0x0100); /* one form: uncompressed */
	}
	if (ask->groups_n)
		put_list(b, GROUPS, ask->groups, ask->groups_n);
	if (ask->version >= TLS_1_2)
		put_list(b, SIGNATURES, signatures, sizeof signatures / sizeof *signatures);
	if (ask->version >= TLS_1_3) {
		buf_u16be(b, VERSIONS);
		buf_u16be(b, 3);
		buf_u8(b, 2);
		buf_u16be(b, ask->version);
		put_share(b, ask);
	}
	buf_close_be(b, all, 2);
}

bool probe_hello(const struct probe_ask *ask, struct buf *out)
{
	buf_u8(out, 22);
	buf_u16be(out, ask->version < TLS_1_0 ? ask->version : TLS_1_0);
	const size_t record = buf_open(out, 2);
	buf_u8(out, 1);
	const size_t message = buf_open(out, 3);
	buf_u16be(out, ask->version < TLS_1_2 ? ask->version : TLS_1_2);
	buf_bytes(out, span_of(ask->random, sizeof ask->random));
	buf_u8(out, 0); /* no session to resume */
	const size_t suites = buf_open(out, 2);
	for (size_t i = 0; i < ask->suites_n; i++)
		buf_u16be(out, ask->suites[i]);
	if (ask->version < TLS_1_3)
		buf_u16be(out, RENEGOTIATION_SCSV); /* a suite, so SSL 3.0 can say it as well */
	buf_close_be(out, suites, 2);
	buf_u16be(out, 0x0100); /* one compression: none */
	if (ask->version > PROBE_SSL3)
		put_extensions(out, ask);
	buf_close_be(out, message, 3);
	buf_close_be(out, record, 2);
	return buf_ok(out);
}
