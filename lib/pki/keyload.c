/* SPDX-License-Identifier: MIT */
/* Finding the key in a file, and decrypting it. */
#include "base/wipe.h"
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/key.h"
#include "pki/object.h"
#include "pki/oid.h"
#include "pki/pbe.h"
#include "pki/pkcs12.h"

enum { KEY_DER = 8192 }; /* octets of an encoded key at most, encrypted or not */

/* What a load is given and what it fills. */
struct load {
	const struct span *password;
	struct mspan work;
	struct key *key;
	struct buf *pkcs8; /* for the whole key again, in this form; or NULL */
};

static bool needs_password(struct err *e)
{
	return err_set(e, ERR_INPUT, KEY_NEEDS_PASSWORD,
		"the private key is encrypted: a password is needed");
}

/* PrivateKeyInfo (RFC 5958 2): as it is, or around what is only the key. */
static bool put_pkcs8(const struct load *l, struct span der)
{
	struct span body, version, in = der;
	struct buf *b = l->pkcs8;
	if (!der_take(&in, DER_SEQUENCE, &body) || !der_integer(&body, &version))
		return false; /* cannot be: the key was read */
	if (der_is(body, DER_SEQUENCE)) {
		buf_bytes(b, der);
		return buf_ok(b);
	}
	const bool rsa = l->key->type == KEY_RSA;
	const size_t info = derw_open(b);
	derw_uint(b, 0);
	const size_t algorithm = derw_open(b);
	derw_oid(b, rsa ? oid_rsa : oid_ec);
	if (rsa)
		derw_null(b);
	else
		derw_oid(b, curve_by_id(l->key->ec.curve)->oid);
	derw_close(b, algorithm, DER_SEQUENCE);
	derw_put(b, DER_OCTETS, der);
	derw_close(b, info, DER_SEQUENCE);
	return buf_ok(b);
}

static bool read_plain(const struct load *l, struct span der, struct err *e)
{
	if (!key_read(der, l->key, e))
		return false;
	return !l->pkcs8 || put_pkcs8(l, der) ||
		err_set(e, ERR_LIMIT, 0, "the private key is too large");
}

/* What a wrong password decrypts to passes for padded once in 256 times, but not for a key. */
static bool read_decrypted(const struct load *l, struct span plain, struct err *e)
{
	struct span again = plain, body;
	if (!der_take(&again, DER_SEQUENCE, &body) || again.n)
		return err_set(e, ERR_INPUT, KEY_WRONG_PASSWORD, "the password is wrong");
	return read_plain(l, plain, e);
}

static bool read_pkcs12(const struct load *l, struct span der, struct err *e)
{
	struct pkcs12 p;
	if (l->password && l->work.n < der.n)
		return err_set(e, ERR_LIMIT, 0, "no memory for the PKCS#12 file");
	struct buf room = buf_on(l->work.p, l->work.n);
	bool ok = pkcs12_read(der, l->password, &room, &p, e);
	if (ok && p.key.n == 0)
		ok = err_set(e, ERR_INPUT, 0, "there is no private key in the PKCS#12 file");
	ok = ok && read_plain(l, p.key, e);
	wipe(room.p, room.n); /* as much as was written */
	return ok;
}

/* A plain or encrypted key in DER. EncryptedPrivateKeyInfo begins with an AlgorithmIdentifier, the
 * plain forms with a version. */
static bool load_der(const struct load *l, struct span der, struct err *e)
{
	struct span again = der, body, algorithm, cipher;
	uint8_t room[KEY_DER];
	struct buf plain = buf_on(room, sizeof room);
	struct pbe pbe;
	if (!der_take(&again, DER_SEQUENCE, &body) || !der_is(body, DER_SEQUENCE))
		return read_plain(l, der, e);
	if (again.n || !der_whole(&body, DER_SEQUENCE, &algorithm) ||
		!der_take(&body, DER_OCTETS, &cipher) || body.n)
		return err_set(
			e, ERR_INPUT, 0, "the encrypted private key is malformed (RFC 5958 3)");
	if (!l->password)
		return needs_password(e);
	pbe_init(&pbe, *l->password, l->work);
	const bool ok = pbe_decrypt(&pbe, algorithm, cipher, &plain, e) &&
		read_decrypted(l, buf_span(&plain), e);
	wipe(room, sizeof room);
	return ok;
}

/* The traditional encryption: the PEM headers say how. */
static bool load_headed(
	const struct load *l, const struct pem *p, struct span cipher, struct err *e)
{
	uint8_t room[KEY_DER];
	struct buf plain = buf_on(room, sizeof room);
	struct pbe pbe;
	if (!l->password)
		return needs_password(e);
	pbe_init(&pbe, *l->password, (struct mspan){ 0 });
	const bool ok = pbe_decrypt_pem(&pbe, p->cipher, p->iv, cipher, &plain, e) &&
		read_decrypted(l, buf_span(&plain), e);
	wipe(room, sizeof room);
	return ok;
}

static bool load_pem(const struct load *l, const struct pem *p, struct err *e)
{
	uint8_t room[KEY_DER];
	struct buf b = buf_on(room, sizeof room);
	const bool ok = pem_decode(p, &b, e) &&
		(p->cipher.n ? load_headed(l, p, buf_span(&b), e) : load_der(l, buf_span(&b), e));
	wipe(room, sizeof room);
	return ok;
}

static bool load(const struct load *l, struct span file, struct err *e)
{
	struct pem p;
	struct span rest = file;
	struct der d;
	struct err broken = { 0 };
	if (der_next(&rest, &d) && d.tag == DER_SEQUENCE && rest.n == 0) {
		const enum object_kind kind = object_kind_of(file);
		if (kind == OBJECT_KEY)
			return load_der(l, file, e);
		if (kind == OBJECT_PKCS12)
			return read_pkcs12(l, file, e);
		return err_set(e, ERR_INPUT, 0, "there is no private key in it");
	}
	rest = file;
	while (pem_next(&rest, &p, &broken))
		if (object_kind_of_label(p.label) == OBJECT_KEY)
			return load_pem(l, &p, e);
	return err_set(e, ERR_INPUT, 0, "there is no private key in it%s%s",
		broken.text[0] ? ": " : "", broken.text);
}

bool key_load_pkcs8(struct span file, const struct span *password, struct mspan work, struct key *k,
	struct buf *pkcs8, struct err *e)
{
	const struct load l = { password, work, k, pkcs8 };
	wipe(k, sizeof *k);
	const bool ok = load(&l, file, e);
	if (!ok)
		key_wipe(k);
	return ok;
}

bool key_load(struct span file, const struct span *password, struct mspan work, struct key *k,
	struct err *e)
{
	return key_load_pkcs8(file, password, work, k, NULL, e);
}
