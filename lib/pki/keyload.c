/* SPDX-License-Identifier: MIT */
/* Finding the key in a file, and decrypting it. */
#include "base/wipe.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/object.h"
#include "pki/pbe.h"
#include "pki/pkcs12.h"

enum { KEY_DER = 8192 }; /* octets of an encoded key at most, encrypted or not */

static bool needs_password(struct err *e)
{
	return err_set(e, ERR_INPUT, KEY_NEEDS_PASSWORD,
		"the private key is encrypted: a password is needed");
}

/* What a wrong password decrypts to passes for padded once in 256 times, but not for a key. */
static bool read_decrypted(struct span plain, struct key *k, struct err *e)
{
	struct span again = plain, body;
	if (!der_take(&again, DER_SEQUENCE, &body) || again.n)
		return err_set(e, ERR_INPUT, KEY_WRONG_PASSWORD, "the password is wrong");
	return key_read(plain, k, e);
}

static bool read_pkcs12(struct span der, const struct span *password, struct mspan work,
	struct key *k, struct err *e)
{
	struct pkcs12 p;
	if (password && work.n < der.n)
		return err_set(e, ERR_LIMIT, 0, "no memory for the PKCS#12 file");
	struct buf room = buf_on(work.p, work.n);
	bool ok = pkcs12_read(der, password, &room, &p, e);
	if (ok && p.key.n == 0)
		ok = err_set(e, ERR_INPUT, 0, "there is no private key in the PKCS#12 file");
	ok = ok && key_read(p.key, k, e);
	wipe(room.p, room.n); /* as much as was written */
	return ok;
}

/* A plain or encrypted key in DER. EncryptedPrivateKeyInfo begins with an AlgorithmIdentifier, the
 * plain forms with a version. */
static bool load_der(struct span der, const struct span *password, struct mspan work, struct key *k,
	struct err *e)
{
	struct span again = der, body, algorithm, cipher;
	uint8_t room[KEY_DER];
	struct buf plain = buf_on(room, sizeof room);
	struct pbe pbe;
	if (!der_take(&again, DER_SEQUENCE, &body) || !der_is(body, DER_SEQUENCE))
		return key_read(der, k, e);
	if (again.n || !der_whole(&body, DER_SEQUENCE, &algorithm) ||
		!der_take(&body, DER_OCTETS, &cipher) || body.n)
		return err_set(
			e, ERR_INPUT, 0, "the encrypted private key is malformed (RFC 5958 3)");
	if (!password)
		return needs_password(e);
	pbe_init(&pbe, *password, work);
	const bool ok = pbe_decrypt(&pbe, algorithm, cipher, &plain, e) &&
		read_decrypted(buf_span(&plain), k, e);
	wipe(room, sizeof room);
	return ok;
}

/* The traditional encryption: the PEM headers say how. */
static bool load_headed(const struct pem *p, struct span cipher, const struct span *password,
	struct key *k, struct err *e)
{
	uint8_t room[KEY_DER];
	struct buf plain = buf_on(room, sizeof room);
	struct pbe pbe;
	if (!password)
		return needs_password(e);
	pbe_init(&pbe, *password, (struct mspan){ 0 });
	const bool ok = pbe_decrypt_pem(&pbe, p->cipher, p->iv, cipher, &plain, e) &&
		read_decrypted(buf_span(&plain), k, e);
	wipe(room, sizeof room);
	return ok;
}

static bool load_pem(const struct pem *p, const struct span *password, struct mspan work,
	struct key *k, struct err *e)
{
	uint8_t room[KEY_DER];
	struct buf b = buf_on(room, sizeof room);
	const bool ok = pem_decode(p, &b, e) &&
		(p->cipher.n ? load_headed(p, buf_span(&b), password, k, e)
			     : load_der(buf_span(&b), password, work, k, e));
	wipe(room, sizeof room);
	return ok;
}

static bool load(struct span file, const struct span *password, struct mspan work, struct key *k,
	struct err *e)
{
	struct pem p;
	struct span rest = file;
	struct der d;
	struct err broken = { 0 };
	if (der_next(&rest, &d) && d.tag == DER_SEQUENCE && rest.n == 0) {
		const enum object_kind kind = object_kind_of(file);
		if (kind == OBJECT_KEY)
			return load_der(file, password, work, k, e);
		if (kind == OBJECT_PKCS12)
			return read_pkcs12(file, password, work, k, e);
		return err_set(e, ERR_INPUT, 0, "there is no private key in it");
	}
	rest = file;
	while (pem_next(&rest, &p, &broken))
		if (object_kind_of_label(p.label) == OBJECT_KEY)
			return load_pem(&p, password, work, k, e);
	return err_set(e, ERR_INPUT, 0, "there is no private key in it%s%s",
		broken.text[0] ? ": " : "", broken.text);
}

bool key_load(struct span file, const struct span *password, struct mspan work, struct key *k,
	struct err *e)
{
	wipe(k, sizeof *k);
	const bool ok = load(file, password, work, k, e);
	if (!ok)
		key_wipe(k);
	return ok;
}
