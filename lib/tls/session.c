/* SPDX-License-Identifier: MIT */
#include "tls/session.h"
#include "tls/modern_record.h"

enum { FORM = 1 };

void session_write_head(struct buf *b, const struct tls_session *s)
{
	buf_u8(b, FORM);
	buf_u16be(b, s->version);
	buf_u16be(b, s->suite);
	buf_u64be(b, s->issued);
	buf_u32be(b, s->lifetime);
	buf_u32be(b, s->age_add);
	buf_u8(b, (uint8_t)s->secret.n);
	buf_bytes(b, s->secret);
	buf_u8(b, (uint8_t)s->server_name.n);
	buf_bytes(b, s->server_name);
	buf_u16be(b, (uint16_t)s->ticket.n);
	buf_bytes(b, s->ticket);
	buf_u24be(b, (uint32_t)s->chain.n);
}

bool session_next_cert(struct span *chain, struct span *cert)
{
	return span_run(chain, 3, cert) && cert->n > 0;
}

static bool chain_ok(struct span chain)
{
	struct span cert;
	size_t n = 0;
	while (chain.n > 0)
		if (!session_next_cert(&chain, &cert) || ++n > TLS_CHAIN_MAX)
			return false;
	return true;
}

bool session_read(struct span bytes, struct tls_session *s)
{
	uint8_t form;
	uint32_t high, low;
	if (!span_u8(&bytes, &form) || form != FORM || !span_u16be(&bytes, &s->version) ||
		!span_u16be(&bytes, &s->suite) || !span_u32be(&bytes, &high) ||
		!span_u32be(&bytes, &low) || !span_u32be(&bytes, &s->lifetime) ||
		!span_u32be(&bytes, &s->age_add) || !span_run(&bytes, 1, &s->secret) ||
		!span_run(&bytes, 1, &s->server_name) || !span_run(&bytes, 2, &s->ticket) ||
		!span_run(&bytes, 3, &s->chain) || bytes.n > 0)
		return false;
	s->issued = (uint64_t)high << 32 | low;
	const struct protect_suite *suite = protect_suite(s->suite);
	if (!suite || suite->version != s->version)
		return false;
	const size_t secret = s->version == TLS_1_3 && !suite->sha384 ? 32 : SESSION_SECRET;
	return s->secret.n == secret && s->lifetime > 0 && s->lifetime <= SESSION_WEEK &&
		s->ticket.n <= SESSION_TICKET && s->chain.n <= SESSION_CHAIN && chain_ok(s->chain);
}

bool session_live(const struct tls_session *s, uint64_t now)
{
	return s->issued <= now && now - s->issued < (uint64_t)s->lifetime * 1000;
}

bool session_allowed(const struct tls_session *s, const struct tls_config *config)
{
	if (s->version < config->min_version || s->version > config->max_version)
		return false;
	for (size_t i = 0; i < config->suites_n; i++)
		if (config->suites[i] == s->suite)
			return true;
	return false;
}

/* Lengths go before what varies, so that no two configurations give the same bytes. */
static void add(br_sha256_context *h, const void *p, size_t n)
{
	const uint8_t length[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
		(uint8_t)n };
	br_sha256_update(h, length, sizeof length);
	br_sha256_update(h, p, n);
}

static void add_list(br_sha256_context *h, const struct span *list, size_t n)
{
	add(h, &n, sizeof n);
	for (size_t i = 0; i < n; i++)
		add(h, list[i].p, list[i].n);
}

void session_binding(const struct tls_config *c, uint8_t binding[32])
{
	br_sha256_context h;
	uint8_t storage[16 + 2 * TLS_SUITES_MAX];
	struct buf b = buf_on(storage, sizeof storage);
	buf_u8(&b, FORM);
	buf_u8(&b, (uint8_t)c->role);
	buf_u8(&b, (uint8_t)c->trust);
	buf_u8(&b, c->require_ems);
	buf_u16be(&b, c->min_version);
	buf_u16be(&b, c->max_version);
	buf_u32be(&b, c->curves);
	for (size_t i = 0; i < c->suites_n; i++)
		buf_u16be(&b, c->suites[i]);
	br_sha256_init(&h);
	add(&h, b.p, b.n);
	add_list(&h, c->chain, c->chain_n);
	add_list(&h, c->ca_names, c->ca_names_n);
	br_sha256_out(&h, binding);
}

void session_binding_add(uint8_t binding[32], struct span more)
{
	br_sha256_context h;
	br_sha256_init(&h);
	add(&h, binding, 32);
	add(&h, more.p, more.n);
	br_sha256_out(&h, binding);
}
