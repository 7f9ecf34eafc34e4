/* SPDX-License-Identifier: MIT */
/* PFX { 3, ContentInfo, MacData }; the content is an AuthenticatedSafe, a sequence of ContentInfo, each of
 * which holds bags, plain or encrypted (RFC 7292 4). */
#include "pki/pkcs12.h"

#include "base/wipe.h"
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/kdf.h"
#include "pki/key.h"
#include "pki/oid.h"

#include <string.h>

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define BAGS "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01"
static const struct span oid_data = OID(PKCS7 "\x01");
static const struct span oid_encrypted = OID(PKCS7 "\x06");
static const struct span bag_key = OID(BAGS "\x01");
static const struct span bag_shrouded = OID(BAGS "\x02");
static const struct span bag_cert = OID(BAGS "\x03");
static const struct span oid_x509 = OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x16\x01");
static const struct span oid_local_key = OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x15");
static const struct span oid_sha256 = OID("\x60\x86\x48\x01\x65\x03\x04\x02\x01");

static const struct {
	struct span oid;
	const br_hash_class *hash;
	size_t size;
} hashes[] = {
	{ OID("\x2b\x0e\x03\x02\x1a"), &br_sha1_vtable, 20 },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x02\x04"), &br_sha224_vtable, 28 },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x02\x01"), &br_sha256_vtable, 32 },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x02\x02"), &br_sha384_vtable, 48 },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x02\x03"), &br_sha512_vtable, 64 },
};

static bool malformed(struct err *e)
{
	return err_set(e, ERR_INPUT, 0, "the PKCS#12 file is malformed or not DER (RFC 7292 4)");
}

/* ContentInfo: eats one, gives its type and what [0] holds. */
static bool content_next(struct span *in, struct span *type, struct span *content)
{
	struct span body;
	return der_take(in, DER_SEQUENCE, &body) && der_oid(&body, type) &&
		der_take(&body, DER_CONTEXT_CONS + 0, content) && body.n == 0;
}

/* HMAC over the content with a key from the password in BMP form. */
static void mac_of(const br_hash_class *hash, size_t size, struct span bmp, struct span salt,
	uint64_t iterations, struct span content, uint8_t *out)
{
	uint8_t key[64];
	br_hmac_key_context k;
	br_hmac_context mac;
	kdf_pkcs12(hash, 3, bmp, salt, iterations, (struct mspan){ key, size });
	br_hmac_key_init(&k, hash, key, size);
	br_hmac_init(&mac, &k, 0);
	br_hmac_update(&mac, content.p, content.n);
	br_hmac_out(&mac, out);
	wipe(key, sizeof key);
	wipe(&k, sizeof k);
}

/* MacData (RFC 7292 4, A). An empty password is written in two ways: as two zero octets, or as none. */
static bool check_mac(struct pbe *pbe, struct span in, struct span content, struct err *e)
{
	struct span body, info, algorithm, oid, digest, salt;
	uint64_t iterations = 1;
	uint8_t room[2 * PBE_PASSWORD + 2], mac[64];
	struct buf b = buf_on(room, sizeof room);
	if (!der_take(&in, DER_SEQUENCE, &body) || in.n || !der_take(&body, DER_SEQUENCE, &info) ||
		!der_take(&info, DER_SEQUENCE, &algorithm) || !der_oid(&algorithm, &oid) ||
		!der_take(&info, DER_OCTETS, &digest) || info.n ||
		!der_take(&body, DER_OCTETS, &salt) || salt.n > 512 ||
		(body.n && !der_uint(&body, &iterations)) || body.n)
		return malformed(e);
	const struct span bmp = pbe_bmp(pbe->password, &b);
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
		if (!span_eq(oid, hashes[i].oid))
			continue;
		if (!pbe_afford(pbe, iterations, e))
			return false;
		mac_of(hashes[i].hash, hashes[i].size, bmp, salt, iterations, content, mac);
		bool same = digest.n == hashes[i].size && wipe_same(mac, digest.p, digest.n);
		if (!same && pbe->password.n == 0 && pbe_afford(pbe, iterations, e)) {
			mac_of(hashes[i].hash, hashes[i].size, (struct span){ 0 }, salt, iterations,
				content, mac);
			same = digest.n == hashes[i].size && wipe_same(mac, digest.p, digest.n);
		}
		wipe(room, sizeof room);
		return same || err_set(e, ERR_INPUT, KEY_WRONG_PASSWORD, "the password is wrong");
	}
	return err_set(
		e, ERR_INPUT, 0, "the MAC of the PKCS#12 file uses a hash that is not supported");
}

/* EncryptedPrivateKeyInfo (RFC 5958 3). */
static bool shrouded(
	struct pbe *pbe, struct span in, struct buf *room, struct span *key, struct err *e)
{
	struct span body, algorithm, cipher;
	if (!der_take(&in, DER_SEQUENCE, &body) || in.n ||
		!der_whole(&body, DER_SEQUENCE, &algorithm) ||
		!der_take(&body, DER_OCTETS, &cipher) || body.n)
		return malformed(e);
	const size_t at = room->n;
	if (!pbe_decrypt(pbe, algorithm, cipher, room, e))
		return false;
	*key = span_at(buf_span(room), at, room->n - at);
	return true;
}

static bool certificate(struct span in, struct pkcs12 *p, struct err *e)
{
	struct span body, type, outer, der;
	if (!der_take(&in, DER_SEQUENCE, &body) || in.n || !der_oid(&body, &type) ||
		!der_take(&body, DER_CONTEXT_CONS + 0, &outer) || body.n)
		return malformed(e);
	if (!span_eq(type, oid_x509))
		return true;
	if (!der_take(&outer, DER_OCTETS, &der) || outer.n)
		return malformed(e);
	if (p->n == PKCS12_CERTS)
		return err_set(e, ERR_LIMIT, 0, "more than %d certificates in a PKCS#12 file",
			PKCS12_CERTS);
	p->certs[p->n++] = der;
	return true;
}

/* SafeContents: bags of keys and certificates; others are passed over. */
static bool bags(struct pbe *pbe, struct span in, struct buf *room, struct pkcs12 *p, struct err *e)
{
	struct span list, bag, type, value;
	if (!der_take(&in, DER_SEQUENCE, &list) || in.n)
		return malformed(e);
	while (list.n) {
		if (!der_take(&list, DER_SEQUENCE, &bag) || !der_oid(&bag, &type) ||
			!der_take(&bag, DER_CONTEXT_CONS + 0, &value))
			return malformed(e);
		if (span_eq(type, bag_cert) && !certificate(value, p, e))
			return false;
		if (span_eq(type, bag_key) && p->key.n == 0)
			p->key = value;
		if (span_eq(type, bag_shrouded) && p->key.n == 0 &&
			!shrouded(pbe, value, room, &p->key, e))
			return false;
	}
	return true;
}

/* EncryptedData { 0, { data, algorithm, [0] octets } } (RFC 5652 8). */
static bool encrypted(
	struct pbe *pbe, struct span in, struct buf *room, struct span *plain, struct err *e)
{
	struct span body, info, type, algorithm, cipher;
	uint64_t version;
	if (!der_take(&in, DER_SEQUENCE, &body) || in.n || !der_uint(&body, &version) ||
		!der_take(&body, DER_SEQUENCE, &info) || !der_oid(&info, &type) ||
		!der_whole(&info, DER_SEQUENCE, &algorithm) ||
		!der_take(&info, DER_CONTEXT + 0, &cipher) || info.n)
		return malformed(e);
	const size_t at = room->n;
	if (!pbe_decrypt(pbe, algorithm, cipher, room, e))
		return false;
	*plain = span_at(buf_span(room), at, room->n - at);
	return true;
}

static bool safes(
	struct pbe *pbe, struct span in, struct buf *room, struct pkcs12 *p, struct err *e)
{
	struct span list, type, content, plain;
	if (!der_take(&in, DER_SEQUENCE, &list) || in.n)
		return malformed(e);
	while (list.n) {
		if (!content_next(&list, &type, &content))
			return malformed(e);
		if (span_eq(type, oid_data)) {
			if (!der_take(&content, DER_OCTETS, &plain) || content.n)
				return malformed(e);
		} else if (!span_eq(type, oid_encrypted)) {
			continue; /* for a recipient's key, which is not ours */
		} else if (!encrypted(pbe, content, room, &plain, e)) {
			return false;
		}
		if (!bags(pbe, plain, room, p, e))
			return false;
	}
	return true;
}

bool pkcs12_read(struct span der, const struct span *password, struct buf *room, struct pkcs12 *p,
	struct err *e)
{
	struct span body, type, outer, content;
	struct pbe pbe;
	uint64_t version;
	memset(p, 0, sizeof *p);
	if (der.n > PKCS12_BYTES)
		return err_set(e, ERR_LIMIT, 0, "the PKCS#12 file is larger than 256 KB");
	if (!der_take(&der, DER_SEQUENCE, &body) || der.n || !der_uint(&body, &version) ||
		version != 3 || !content_next(&body, &type, &outer) || !span_eq(type, oid_data) ||
		!der_take(&outer, DER_OCTETS, &content) || outer.n)
		return malformed(e);
	if (!password)
		return err_set(e, ERR_INPUT, KEY_NEEDS_PASSWORD,
			"the PKCS#12 file is encrypted: a password is needed");
	if (password->n > PBE_PASSWORD)
		return err_set(e, ERR_INPUT, 0, "passwords of more than %d octets are not taken",
			PBE_PASSWORD);
	pbe_init(&pbe, *password, (struct mspan){ 0 });
	if (body.n && !check_mac(&pbe, body, content, e))
		return false;
	return safes(&pbe, content, room, p, e);
}

/* ---- writing */

/* A bag's attributes: the key and its certificate have the same localKeyId. */
static void put_local_key(struct buf *b, const uint8_t id[20])
{
	const size_t set = derw_open(b), attribute = derw_open(b);
	derw_oid(b, oid_local_key);
	const size_t values = derw_open(b);
	derw_put(b, DER_OCTETS, span_of(id, 20));
	derw_close(b, values, DER_SET);
	derw_close(b, attribute, DER_SEQUENCE);
	derw_close(b, set, DER_SET);
}

static void put_cert_bag(struct buf *b, struct span cert, const uint8_t *id)
{
	const size_t bag = derw_open(b);
	derw_oid(b, bag_cert);
	const size_t value = derw_open(b), body = derw_open(b);
	derw_oid(b, oid_x509);
	const size_t inner = derw_open(b);
	derw_put(b, DER_OCTETS, cert);
	derw_close(b, inner, DER_CONTEXT_CONS + 0);
	derw_close(b, body, DER_SEQUENCE);
	derw_close(b, value, DER_CONTEXT_CONS + 0);
	if (id)
		put_local_key(b, id);
	derw_close(b, bag, DER_SEQUENCE);
}

/* ContentInfo with data around what was written since mark. */
static void wrap_data(struct buf *b, size_t mark)
{
	uint8_t head[16];
	derw_close(b, mark, DER_OCTETS);
	derw_close(b, mark, DER_CONTEXT_CONS + 0);
	struct buf h = buf_on(head, sizeof head);
	derw_oid(&h, oid_data);
	derw_insert(b, mark, buf_span(&h));
	derw_close(b, mark, DER_SEQUENCE);
}

static void put_mac(struct buf *out, struct span content, struct span password, const uint8_t *salt)
{
	uint8_t mac[32], room[2 * PBE_PASSWORD + 2];
	struct buf b = buf_on(room, sizeof room);
	const uint64_t iterations = 100000;
	mac_of(&br_sha256_vtable, sizeof mac, pbe_bmp(password, &b), span_of(salt, 8), iterations,
		content, mac);
	const size_t data = derw_open(out), info = derw_open(out), algorithm = derw_open(out);
	derw_oid(out, oid_sha256);
	derw_null(out);
	derw_close(out, algorithm, DER_SEQUENCE);
	derw_put(out, DER_OCTETS, span_of(mac, sizeof mac));
	derw_close(out, info, DER_SEQUENCE);
	derw_put(out, DER_OCTETS, span_of(salt, 8));
	derw_uint(out, iterations);
	derw_close(out, data, DER_SEQUENCE);
	wipe(room, sizeof room);
}

/* EncryptedData around bags, as one ContentInfo. */
static void put_encrypted(struct buf *out, struct span plain, struct span password,
	const uint8_t *random, struct buf *cipher)
{
	const size_t info = derw_open(out);
	derw_oid(out, oid_encrypted);
	const size_t outer = derw_open(out), data = derw_open(out);
	derw_uint(out, 0);
	const size_t content = derw_open(out);
	derw_oid(out, oid_data);
	cipher->n = 0;
	pbe_encrypt(password, 100000, random, plain, out, cipher);
	derw_put(out, DER_CONTEXT + 0, buf_span(cipher));
	derw_close(out, content, DER_SEQUENCE);
	derw_close(out, data, DER_SEQUENCE);
	derw_close(out, outer, DER_CONTEXT_CONS + 0);
	derw_close(out, info, DER_SEQUENCE);
}

static void put_key_bag(struct buf *out, struct span key, const uint8_t *id, struct span password,
	const uint8_t *random, struct buf *cipher)
{
	const size_t list = derw_open(out), bag = derw_open(out);
	derw_oid(out, bag_shrouded);
	const size_t value = derw_open(out), body = derw_open(out);
	cipher->n = 0;
	pbe_encrypt(password, 100000, random, key, out, cipher);
	derw_put(out, DER_OCTETS, buf_span(cipher));
	derw_close(out, body, DER_SEQUENCE);
	derw_close(out, value, DER_CONTEXT_CONS + 0);
	put_local_key(out, id);
	derw_close(out, bag, DER_SEQUENCE);
	derw_close(out, list, DER_SEQUENCE);
}

bool pkcs12_write(struct span key, const struct span *certs, size_t n, struct span password,
	const uint8_t random[72], struct mspan scratch, struct buf *out, struct err *e)
{
	uint8_t id[20];
	br_sha1_context sha1;
	br_sha1_init(&sha1);
	br_sha1_update(&sha1, n ? certs[0].p : key.p, n ? certs[0].n : key.n);
	br_sha1_out(&sha1, id);

	/* Half of scratch for the certificates in the clear, half for what is encrypted. */
	const size_t half = scratch.n / 2;
	struct buf plain = buf_on(scratch.p, half), cipher = buf_on(scratch.p + half, half);
	const size_t list = derw_open(&plain);
	for (size_t i = 0; i < n; i++)
		put_cert_bag(&plain, certs[i], i ? NULL : id);
	derw_close(&plain, list, DER_SEQUENCE);

	const size_t pfx = derw_open(out);
	derw_uint(out, 3);
	const size_t content = derw_open(out);
	put_encrypted(out, buf_span(&plain), password, random, &cipher);
	const size_t keys = derw_open(out);
	put_key_bag(out, key, id, password, random + 32, &cipher);
	wrap_data(out, keys);
	derw_close(out, content, DER_SEQUENCE);
	const bool fits = buf_ok(out) && buf_ok(&plain) && buf_ok(&cipher);
	if (fits) {
		const struct span safe = span_at(buf_span(out), content, out->n - content);
		uint8_t mac[128];
		struct buf m = buf_on(mac, sizeof mac);
		put_mac(&m, safe, password, random + 64);
		wrap_data(out, content);
		buf_bytes(out, buf_span(&m));
		derw_close(out, pfx, DER_SEQUENCE);
	}
	wipe(scratch.p, scratch.n);
	return (fits && buf_ok(out)) ||
		err_set(e, ERR_LIMIT, 0, "the certificates do not fit a PKCS#12 file");
}
