/* SPDX-License-Identifier: MIT */
#include "pki/issue.h"

#include "pki/der.h"
#include "pki/derw.h"
#include "pki/name.h"
#include "pki/oid.h"

static const struct span ce_basic = OID("\x55\x1d\x13"), ce_usage = OID("\x55\x1d\x0f"),
			 ce_purposes = OID("\x55\x1d\x25"), ce_alt = OID("\x55\x1d\x11"),
			 ce_key_id = OID("\x55\x1d\x0e"), ce_issuer_key_id = OID("\x55\x1d\x23"),
			 ce_number = OID("\x55\x1d\x14"), ce_reason = OID("\x55\x1d\x15"),
			 kp_server = OID("\x2b\x06\x01\x05\x05\x07\x03\x01"),
			 kp_client = OID("\x2b\x06\x01\x05\x05\x07\x03\x02"),
			 extension_request = OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e");

/* An Extension around what was written as its value since mark. */
static void extension(struct buf *b, size_t mark, struct span oid, bool critical)
{
	uint8_t head[16];
	struct buf h = buf_on(head, sizeof head);
	derw_close(b, mark, DER_OCTETS);
	derw_oid(&h, oid);
	if (critical)
		derw_bool(&h, true);
	derw_insert(b, mark, buf_span(&h));
	derw_close(b, mark, DER_SEQUENCE);
}

static void put_basic(struct buf *b, const struct issue *i)
{
	const size_t mark = derw_open(b), body = derw_open(b);
	if (i->ca) {
		derw_bool(b, true);
		if (i->path_length >= 0)
			derw_uint(b, (uint64_t)i->path_length);
	}
	derw_close(b, body, DER_SEQUENCE);
	extension(b, mark, ce_basic, true);
}

static void put_alt_names(struct buf *b, struct span names, bool critical)
{
	if (names.n == 0)
		return;
	const size_t mark = derw_open(b);
	derw_put(b, DER_SEQUENCE, names);
	extension(b, mark, ce_alt, critical);
}

static void put_issuer_key_id(struct buf *b, struct span id)
{
	if (id.n == 0)
		return;
	const size_t mark = derw_open(b), body = derw_open(b);
	derw_put(b, DER_CONTEXT + 0, id);
	derw_close(b, body, DER_SEQUENCE);
	extension(b, mark, ce_issuer_key_id, false);
}

bool issue_key_id(struct span spki, uint8_t id[20])
{
	struct span body, algorithm, bits;
	br_sha1_context sha1;
	if (!der_take(&spki, DER_SEQUENCE, &body) || !der_take(&body, DER_SEQUENCE, &algorithm) ||
		!der_octet_bits(&body, &bits))
		return false;
	br_sha1_init(&sha1);
	br_sha1_update(&sha1, bits.p, bits.n);
	br_sha1_out(&sha1, id);
	return true;
}

static void put_extensions(struct buf *b, const struct issue *i)
{
	uint8_t id[20];
	const size_t outer = derw_open(b), list = derw_open(b);
	put_basic(b, i);
	size_t mark = derw_open(b);
	derw_named_bits(b, i->usage);
	extension(b, mark, ce_usage, true);
	if (i->purposes) {
		mark = derw_open(b);
		if (i->purposes & PURPOSE_SERVER)
			derw_oid(b, kp_server);
		if (i->purposes & PURPOSE_CLIENT)
			derw_oid(b, kp_client);
		derw_close(b, mark, DER_SEQUENCE);
		extension(b, mark, ce_purposes, false);
	}
	/* RFC 5280 4.2.1.6: critical when the subject says nothing. */
	put_alt_names(b, i->alt_names, name_empty(i->subject));
	if (issue_key_id(i->spki, id)) {
		mark = derw_open(b);
		derw_put(b, DER_OCTETS, span_of(id, sizeof id));
		extension(b, mark, ce_key_id, false);
	}
	put_issuer_key_id(b, i->issuer_key_id);
	derw_close(b, list, DER_SEQUENCE);
	derw_close(b, outer, DER_CONTEXT_CONS + 3);
}

/* Puts algorithm and signature behind what was written since mark, and all in a SEQUENCE. */
static bool sign(struct buf *b, size_t mark, const struct key *signer)
{
	uint8_t room[600];
	struct buf signature = buf_on(room, sizeof room);
	if (!buf_ok(b) || !key_sign(signer, span_at(buf_span(b), mark, b->n), &signature))
		return false;
	key_sign_alg(signer, b);
	derw_octet_bits(b, buf_span(&signature));
	derw_close(b, mark, DER_SEQUENCE);
	return buf_ok(b);
}

bool issue_cert(const struct issue *i, const struct key *signer, struct buf *out)
{
	const size_t all = derw_open(out), version = derw_open(out);
	derw_uint(out, 2);
	derw_close(out, version, DER_CONTEXT_CONS + 0);
	derw_unsigned(out, i->serial);
	key_sign_alg(signer, out);
	buf_bytes(out, i->issuer);
	const size_t validity = derw_open(out);
	derw_time(out, i->not_before);
	derw_time(out, i->not_after);
	derw_close(out, validity, DER_SEQUENCE);
	buf_bytes(out, i->subject);
	buf_bytes(out, i->spki);
	put_extensions(out, i);
	derw_close(out, all, DER_SEQUENCE);
	return sign(out, all, signer);
}

bool issue_request(
	struct span subject, struct span alt_names, const struct key *key, struct buf *out)
{
	const size_t all = derw_open(out);
	derw_uint(out, 0);
	buf_bytes(out, subject);
	if (!key_spki(key, out))
		return false;
	const size_t attributes = derw_open(out);
	if (alt_names.n) {
		const size_t attribute = derw_open(out);
		derw_oid(out, extension_request);
		const size_t set = derw_open(out), list = derw_open(out);
		put_alt_names(out, alt_names, false);
		derw_close(out, list, DER_SEQUENCE);
		derw_close(out, set, DER_SET);
		derw_close(out, attribute, DER_SEQUENCE);
	}
	derw_close(out, attributes, DER_CONTEXT_CONS + 0);
	derw_close(out, all, DER_SEQUENCE);
	return sign(out, all, key);
}

bool issue_crl(const struct issue_crl *c, const struct key *signer, struct buf *out)
{
	struct span serial;
	int64_t date;
	unsigned reason;
	const size_t all = derw_open(out);
	derw_uint(out, 1);
	key_sign_alg(signer, out);
	buf_bytes(out, c->issuer);
	derw_time(out, c->this_update);
	derw_time(out, c->next_update);
	const size_t list = derw_open(out);
	while (c->next(c->arg, &serial, &date, &reason)) {
		const size_t entry = derw_open(out);
		derw_put(out, DER_INTEGER, serial);
		derw_time(out, date);
		if (reason) { /* RFC 5280 5.3.1: unspecified is said by saying nothing */
			const uint8_t code = (uint8_t)reason;
			const size_t extensions = derw_open(out), mark = derw_open(out);
			derw_put(out, DER_ENUMERATED, span_of(&code, 1));
			extension(out, mark, ce_reason, false);
			derw_close(out, extensions, DER_SEQUENCE);
		}
		derw_close(out, entry, DER_SEQUENCE);
	}
	if (out->n > list) /* RFC 5280 5.1.2.6: an empty list is left out */
		derw_close(out, list, DER_SEQUENCE);
	const size_t outer = derw_open(out), extensions = derw_open(out);
	put_issuer_key_id(out, c->issuer_key_id);
	const size_t mark = derw_open(out);
	derw_uint(out, c->number);
	extension(out, mark, ce_number, false);
	derw_close(out, extensions, DER_SEQUENCE);
	derw_close(out, outer, DER_CONTEXT_CONS + 0);
	derw_close(out, all, DER_SEQUENCE);
	return sign(out, all, signer);
}
