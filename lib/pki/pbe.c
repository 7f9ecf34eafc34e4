/* SPDX-License-Identifier: MIT */
#include "pki/pbe.h"

#include "base/hex.h"
#include "base/wipe.h"
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/kdf.h"
#include "pki/key.h"
#include "pki/oid.h"
#include "pki/text.h"

#include <string.h>

#define PKCS5 "\x2a\x86\x48\x86\xf7\x0d\x01\x05"
#define RSADSI "\x2a\x86\x48\x86\xf7\x0d\x02"
#define AES "\x60\x86\x48\x01\x65\x03\x04\x01"
static const struct span oid_pbes2 = OID(PKCS5 "\x0d");
static const struct span oid_pbkdf2 = OID(PKCS5 "\x0c");
static const struct span oid_scrypt = OID("\x2b\x06\x01\x04\x01\xda\x47\x04\x0b");
static const struct span oid_pkcs12_3des = OID("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03");
static const struct span oid_aes256 = OID(AES "\x2a");
static const struct span oid_hmac_sha256 = OID(RSADSI "\x09");

static const struct cipher {
	struct span oid;
	const char *pem; /* its name in DEK-Info */
	size_t key, block;
} ciphers[] = {
	{ OID(AES "\x02"), "AES-128-CBC", 16, 16 },
	{ OID(AES "\x16"), "AES-192-CBC", 24, 16 },
	{ OID(AES "\x2a"), "AES-256-CBC", 32, 16 },
	{ OID("\x2a\x86\x48\x86\xf7\x0d\x03\x07"), "DES-EDE3-CBC", 24, 8 },
};

static const struct {
	struct span oid;
	const br_hash_class *hash;
} prfs[] = {
	{ OID(RSADSI "\x07"), &br_sha1_vtable },
	{ OID(RSADSI "\x08"), &br_sha224_vtable },
	{ OID(RSADSI "\x09"), &br_sha256_vtable },
	{ OID(RSADSI "\x0a"), &br_sha384_vtable },
	{ OID(RSADSI "\x0b"), &br_sha512_vtable },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool unsupported(struct err *e, const char *what, struct span oid)
{
	char text[80];
	return err_set(e, ERR_INPUT, 0,
		"it is encrypted with %s %s, which is not supported: convert it to AES-256-CBC "
		"with "
		"PBKDF2",
		what, der_oid_text(oid, text, sizeof text));
}

static bool malformed(struct err *e)
{
	return err_set(e, ERR_INPUT, 0, "its encryption parameters are malformed (RFC 8018 A)");
}

void pbe_init(struct pbe *p, struct span password, struct mspan work)
{
	*p = (struct pbe){ password, work, PBE_ITERATIONS };
}

bool pbe_afford(struct pbe *p, uint64_t iterations, struct err *e)
{
	if (iterations == 0 || iterations > p->iterations)
		return err_set(e, ERR_INPUT, 0,
			"it asks for %llu iterations of key derivation: 1 to %d in all are done",
			(unsigned long long)iterations, PBE_ITERATIONS);
	p->iterations -= iterations;
	return true;
}

struct span pbe_bmp(struct span password, struct buf *out)
{
	/* UTF-8 to UTF-16; what is not UTF-8 is taken as Latin-1, as OpenSSL does. */
	const bool latin1 = !text_valid(password);
	while (password.n) {
		const uint8_t c = password.p[0];
		const size_t n = latin1 || c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		uint32_t v = n == 1 ? c : c & (0x7fu >> n); /* RFC 3629 3 */
		for (size_t i = 1; i < n && i < password.n; i++)
			v = v << 6 | (password.p[i] & 0x3fu);
		if (v >= 0x10000) {
			buf_u16be(out, (uint16_t)(0xd800 + ((v - 0x10000) >> 10)));
			v = 0xdc00 + ((v - 0x10000) & 0x3ff);
		}
		buf_u16be(out, (uint16_t)v);
		span_skip(&password, n < password.n ? n : password.n);
	}
	buf_u16be(out, 0);
	return buf_span(out);
}

/* ---- ciphers */

static void run_cbc(
	const struct cipher *c, const uint8_t *key, uint8_t *iv, uint8_t *data, size_t n)
{
	union {
		br_aes_ct64_cbcdec_keys aes;
		br_des_ct_cbcdec_keys des;
	} k;
	if (c->block == 16) {
		br_aes_ct64_cbcdec_init(&k.aes, key, c->key);
		br_aes_ct64_cbcdec_run(&k.aes, iv, data, n);
	} else {
		br_des_ct_cbcdec_init(&k.des, key, c->key);
		br_des_ct_cbcdec_run(&k.des, iv, data, n);
	}
	wipe(&k, sizeof k);
}

/* Decrypts behind what is in out, and takes off the padding (RFC 8018 6.1.1). */
static bool decrypt(const struct cipher *c, const uint8_t *key, struct span iv, struct span from,
	struct buf *out, struct err *e)
{
	uint8_t vector[16];
	if (iv.n != c->block || from.n == 0 || from.n % c->block)
		return err_set(e, ERR_INPUT, 0,
			"its encrypted part or its IV has the wrong length (RFC 8018 6): is it "
			"damaged?");
	const size_t at = out->n;
	memcpy(vector, iv.p, iv.n);
	buf_bytes(out, from);
	if (!buf_ok(out))
		return err_set(e, ERR_LIMIT, 0, "what is encrypted is too large");
	run_cbc(c, key, vector, out->p + at, from.n);
	const uint8_t pad = out->p[out->n - 1];
	bool good = pad >= 1 && pad <= c->block;
	for (size_t i = 0; good && i < pad; i++)
		good = out->p[out->n - 1 - i] == pad;
	if (good) {
		out->n -= pad;
		return true;
	}
	wipe(out->p + at, from.n);
	out->n = at;
	return err_set(e, ERR_INPUT, KEY_WRONG_PASSWORD, "the password is wrong");
}

/* ---- key derivation */

static bool pbkdf2(struct pbe *p, struct span in, struct mspan key, struct err *e)
{
	struct span salt, prf, oid;
	uint64_t iterations, length;
	const br_hash_class *hash = &br_sha1_vtable;
	if (!der_take(&in, DER_OCTETS, &salt) || !der_uint(&in, &iterations))
		return malformed(e);
	if (der_is(in, DER_INTEGER) && (!der_uint(&in, &length) || length != key.n))
		return malformed(e);
	if (in.n) {
		if (!der_take(&in, DER_SEQUENCE, &prf) || in.n || !der_oid(&prf, &oid))
			return malformed(e);
		hash = NULL;
		for (size_t i = 0; i < COUNT(prfs); i++)
			if (span_eq(oid, prfs[i].oid))
				hash = prfs[i].hash;
		if (!hash)
			return unsupported(e, "the pseudo-random function", oid);
	}
	if (!pbe_afford(p, iterations, e))
		return false;
	kdf_pbkdf2(hash, p->password, salt, iterations, key);
	return true;
}

static bool scrypt(struct pbe *p, struct span in, struct mspan key, struct err *e)
{
	struct span salt;
	uint64_t n, r, parallel, length;
	if (!der_take(&in, DER_OCTETS, &salt) || !der_uint(&in, &n) || !der_uint(&in, &r) ||
		!der_uint(&in, &parallel))
		return malformed(e);
	if (in.n && (!der_uint(&in, &length) || length != key.n || in.n))
		return malformed(e);
	if (n < 2 || (n & (n - 1)) || r == 0 || parallel == 0)
		return malformed(e);
	const size_t need = kdf_scrypt_work(n, r);
	if (need > p->work.n || parallel > PBE_SCRYPT_COST / (n * r) ||
		parallel > PBE_SCRYPT_BLOCKS / r)
		return err_set(e, ERR_INPUT, 0,
			"its scrypt parameters ask for too much memory or time (N %llu, r %llu, p "
			"%llu): N 16384, r 8, p 1 is usual",
			(unsigned long long)n, (unsigned long long)r, (unsigned long long)parallel);
	kdf_scrypt(p->password, salt, n, r, parallel, p->work, key);
	wipe(p->work.p, need);
	return true;
}

static bool pbes2(struct pbe *p, struct span in, struct span from, struct buf *out, struct err *e)
{
	struct span body, kdf, scheme, kdf_oid, oid, iv, kdf_in;
	const struct cipher *c = NULL;
	uint8_t key[32];
	if (!der_take(&in, DER_SEQUENCE, &body) || in.n || !der_take(&body, DER_SEQUENCE, &kdf) ||
		!der_take(&body, DER_SEQUENCE, &scheme) || body.n || !der_oid(&kdf, &kdf_oid) ||
		!der_take(&kdf, DER_SEQUENCE, &kdf_in) || kdf.n || !der_oid(&scheme, &oid))
		return malformed(e);
	for (size_t i = 0; i < COUNT(ciphers); i++)
		if (span_eq(oid, ciphers[i].oid))
			c = &ciphers[i];
	if (!c)
		return unsupported(e, "the cipher", oid);
	if (!der_take(&scheme, DER_OCTETS, &iv) || scheme.n)
		return malformed(e);
	const struct mspan room = { key, c->key };
	bool ok;
	if (span_eq(kdf_oid, oid_pbkdf2))
		ok = pbkdf2(p, kdf_in, room, e);
	else if (span_eq(kdf_oid, oid_scrypt))
		ok = scrypt(p, kdf_in, room, e);
	else
		ok = unsupported(e, "the key derivation", kdf_oid);
	ok = ok && decrypt(c, key, iv, from, out, e);
	wipe(key, sizeof key);
	return ok;
}

static bool pkcs12_3des(
	struct pbe *p, struct span in, struct span from, struct buf *out, struct err *e)
{
	struct span body, salt;
	uint64_t iterations;
	uint8_t room[2 * PBE_PASSWORD + 2], key[24], iv[8];
	struct buf b = buf_on(room, sizeof room);
	if (!der_take(&in, DER_SEQUENCE, &body) || in.n || !der_take(&body, DER_OCTETS, &salt) ||
		!der_uint(&body, &iterations) || body.n || salt.n > 512)
		return malformed(e);
	/* Key and IV are derived apart, the key in two blocks of SHA-1. */
	if (!pbe_afford(p, iterations, e) || !pbe_afford(p, iterations, e) ||
		!pbe_afford(p, iterations, e))
		return false;
	const struct span password = pbe_bmp(p->password, &b);
	kdf_pkcs12(
		&br_sha1_vtable, 1, password, salt, iterations, (struct mspan){ key, sizeof key });
	kdf_pkcs12(&br_sha1_vtable, 2, password, salt, iterations, (struct mspan){ iv, sizeof iv });
	const bool ok = decrypt(&ciphers[3], key, span_of(iv, sizeof iv), from, out, e);
	wipe(room, sizeof room);
	wipe(key, sizeof key);
	return ok;
}

static bool password_fits(const struct pbe *p, struct err *e)
{
	return p->password.n <= PBE_PASSWORD ||
		err_set(e, ERR_INPUT, 0, "passwords of more than %d octets are not taken",
			PBE_PASSWORD);
}

bool pbe_decrypt(
	struct pbe *p, struct span algorithm, struct span cipher, struct buf *out, struct err *e)
{
	struct span body, oid;
	if (!password_fits(p, e))
		return false;
	if (!der_take(&algorithm, DER_SEQUENCE, &body) || !der_oid(&body, &oid))
		return malformed(e);
	if (span_eq(oid, oid_pbes2))
		return pbes2(p, body, cipher, out, e);
	if (span_eq(oid, oid_pkcs12_3des))
		return pkcs12_3des(p, body, cipher, out, e);
	return unsupported(e, "the scheme", oid);
}

bool pbe_decrypt_pem(struct pbe *p, struct span cipher_name, struct span iv_hex, struct span cipher,
	struct buf *out, struct err *e)
{
	char text[40];
	uint8_t iv[16], key[32];
	size_t n = 0;
	if (!password_fits(p, e))
		return false;
	for (size_t i = 0; i < COUNT(ciphers); i++) {
		const struct cipher *c = &ciphers[i];
		if (!span_eq_str(cipher_name, c->pem))
			continue;
		if (!span_text(iv_hex, text, sizeof text) || !hex_bytes(text, iv, sizeof iv, &n) ||
			n != c->block)
			return malformed(e);
		kdf_openssl(p->password, span_of(iv, 8), (struct mspan){ key, c->key });
		const bool ok = decrypt(c, key, span_of(iv, n), cipher, out, e);
		wipe(key, sizeof key);
		return ok;
	}
	span_text(cipher_name, text, sizeof text);
	return err_set(e, ERR_INPUT, 0,
		"it is encrypted with %s, which is not supported: convert it to AES-256-CBC", text);
}

void pbe_encrypt(struct span password, uint64_t iterations, const uint8_t random[32],
	struct span plain, struct buf *algorithm, struct buf *cipher)
{
	const struct span salt = span_of(random, 16), iv = span_of(random + 16, 16);
	uint8_t key[32], vector[16];
	const size_t all = derw_open(algorithm);
	derw_oid(algorithm, oid_pbes2);
	const size_t parameters = derw_open(algorithm), kdf = derw_open(algorithm);
	derw_oid(algorithm, oid_pbkdf2);
	const size_t kdf_in = derw_open(algorithm);
	derw_put(algorithm, DER_OCTETS, salt);
	derw_uint(algorithm, iterations);
	const size_t prf = derw_open(algorithm);
	derw_oid(algorithm, oid_hmac_sha256);
	derw_null(algorithm);
	derw_close(algorithm, prf, DER_SEQUENCE);
	derw_close(algorithm, kdf_in, DER_SEQUENCE);
	derw_close(algorithm, kdf, DER_SEQUENCE);
	const size_t scheme = derw_open(algorithm);
	derw_oid(algorithm, oid_aes256);
	derw_put(algorithm, DER_OCTETS, iv);
	derw_close(algorithm, scheme, DER_SEQUENCE);
	derw_close(algorithm, parameters, DER_SEQUENCE);
	derw_close(algorithm, all, DER_SEQUENCE);

	kdf_pbkdf2(
		&br_sha256_vtable, password, salt, iterations, (struct mspan){ key, sizeof key });
	const uint8_t pad = (uint8_t)(16 - plain.n % 16);
	const size_t at = cipher->n;
	buf_bytes(cipher, plain);
	buf_fill(cipher, pad, pad);
	memcpy(vector, iv.p, sizeof vector);
	if (buf_ok(cipher)) {
		br_aes_ct64_cbcenc_keys k;
		br_aes_ct64_cbcenc_init(&k, key, sizeof key);
		br_aes_ct64_cbcenc_run(&k, vector, cipher->p + at, plain.n + pad);
		wipe(&k, sizeof k);
	}
	wipe(key, sizeof key);
}
