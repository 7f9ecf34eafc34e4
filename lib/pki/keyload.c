/* SPDX-License-Identifier: MIT */
/* Finding the key in a file. */
#include "base/wipe.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/object.h"

enum { KEY_DER = 8192 }; /* octets of an encoded key at most, encrypted or not */

/* A plain or encrypted key in DER. EncryptedPrivateKeyInfo begins with an AlgorithmIdentifier, the
 * plain forms with a version. */
static bool load_der(struct span der, const struct span *password, struct mspan work, struct key *k,
	struct err *e)
{
	struct span again = der, body;
	(void)work;
	if (!der_take(&again, DER_SEQUENCE, &body) || !der_is(body, DER_SEQUENCE))
		return key_read(der, k, e);
	return err_set(e, ERR_INPUT, password ? 0 : KEY_NEEDS_PASSWORD,
		"the private key is encrypted: a password is needed");
}

static bool load_pem(const struct pem *p, const struct span *password, struct mspan work,
	struct key *k, struct err *e)
{
	uint8_t room[KEY_DER];
	struct buf b = buf_on(room, sizeof room);
	bool ok = false;
	if (p->cipher.n)
		err_set(e, ERR_INPUT, password ? 0 : KEY_NEEDS_PASSWORD,
			"the private key is encrypted: a password is needed");
	else
		ok = pem_decode(p, &b, e) && load_der(buf_span(&b), password, work, k, e);
	wipe(room, sizeof room);
	return ok;
}

bool key_load(struct span file, const struct span *password, struct mspan work, struct key *k,
	struct err *e)
{
	struct pem p;
	struct span rest = file;
	struct der d;
	wipe(k, sizeof *k);
	if (der_next(&rest, &d) && d.tag == DER_SEQUENCE && rest.n == 0) {
		if (object_kind_of(file) == OBJECT_KEY)
			return load_der(file, password, work, k, e);
		return err_set(e, ERR_INPUT, 0, "there is no private key in it");
	}
	struct err ignored = { 0 };
	rest = file;
	while (pem_next(&rest, &p, &ignored))
		if (object_kind_of_label(p.label) == OBJECT_KEY)
			return load_pem(&p, password, work, k, e);
	return err_set(e, ERR_INPUT, 0, "there is no private key in it%s%s",
		ignored.text[0] ? ": " : "", ignored.text);
}
