/* SPDX-License-Identifier: MIT */
#include "pki/source.h"

#include "pki/cert.h"
#include "pki/crl.h"
#include "pki/name.h"

/* By hash first: comparing names takes both canonical forms. */
static bool find(struct pki_source *s, enum pki_want want, struct span name, size_t i,
	struct pki_found *found)
{
	const struct pki_array *a = (const struct pki_array *)(const void *)s;
	uint32_t hash;
	if (!name_hash(name, &hash))
		return false;
	for (size_t k = 0; k < a->n; k++) {
		const struct pki_item *item = &a->items[k];
		if (item->kind != want || (item->hash && item->hash != hash) || i--)
			continue;
		*found = (struct pki_found){ item->der, item->crl, item->trusted };
		return true;
	}
	return false;
}

void pki_array_init(struct pki_array *a, const struct pki_item *items, size_t n)
{
	*a = (struct pki_array){ { .find = find }, items, n };
}

bool pki_item_cert(struct pki_item *item, struct span der, bool trusted, struct err *e)
{
	struct cert c;
	*item = (struct pki_item){ .der = der, .kind = PKI_CERTS, .trusted = trusted };
	return cert_read(der, &c, e) && name_hash(c.subject, &item->hash);
}

void pki_item_crl(struct pki_item *item, const struct crl *crl)
{
	*item = (struct pki_item){ .crl = crl, .kind = PKI_CRLS };
	name_hash(crl->issuer, &item->hash); /* its name was found well-formed */
}
