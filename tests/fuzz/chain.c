/* SPDX-License-Identifier: MIT */
/* A whole verdict: the input is a row of DER objects, of which certificates are sent by the peer and
 * also lie, trusted, in a store, and CRLs lie in the store. */
#include "pki/chain.h"
#include "pki/crl.h"
#include "pki/object.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ITEMS = 24, ENTRIES = 256 };

static bool grow(struct crl_table *t)
{
	(void)t;
	return false;
}

static struct {
	struct crl crl;
	uint64_t keys[ENTRIES];
	uint32_t dates[ENTRIES];
	uint8_t reasons[ENTRIES];
} lists[ITEMS];

static bool read_list(size_t i, struct span der)
{
	static struct crl_scan scan;
	lists[i].crl.entries = (struct crl_table){ lists[i].keys, lists[i].dates, lists[i].reasons,
		0, ENTRIES, ENTRIES, grow };
	crl_begin(&scan, &lists[i].crl);
	return crl_feed(&scan, der, NULL) && crl_end(&scan, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t scratch[65536], store_room[16];
	struct pki_item items[ITEMS];
	struct span sent[PKI_PEER_CERTS], in = span_of(data, size);
	size_t n = 0, n_sent = 0;
	struct object o;
	struct buf none = buf_on(store_room, sizeof store_room);
	while (n < ITEMS && object_next(&in, &none, &o, NULL)) {
		if (o.kind == OBJECT_CERT && n_sent < PKI_PEER_CERTS)
			sent[n_sent++] = o.der;
		if (o.kind == OBJECT_CERT && pki_item_cert(&items[n], o.der, true, NULL))
			n++;
		else if (o.kind == OBJECT_CRL && read_list(n, o.der)) {
			pki_item_crl(&items[n], &lists[n].crl);
			n++;
		}
	}
	struct pki_array array;
	struct pki_source *source = &array.source;
	pki_array_init(&array, items, n);
	for (int mode = PKI_CRL_OFF; mode <= PKI_CRL_ALL; mode++) {
		const struct pki_rules rules = { .role = PKI_SERVER,
			.revocation = (enum pki_revocation)mode,
			.depth = -1,
			.sources = &source,
			.n_sources = 1 };
		struct pki_judge j;
		judge_init(&j, &rules, mode ? NULL : "ct1.local", 1795354800,
			(struct mspan){ scratch, sizeof scratch });
		if (judge_certs(&j, sent, n_sent) != (judge_error(&j)->kind == ERR_NONE))
			abort();
	}
	return 0;
}
