/* SPDX-License-Identifier: MIT */
/* A CRL in one piece and in pieces: both readings must agree. The first octet gives the size of the
 * pieces. */
#include "pki/crl.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool grow(struct crl_table *t)
{
	(void)t;
	return false;
}

static bool read(struct crl *c, struct span in, size_t piece)
{
	static struct crl_scan scan;
	struct err e = { 0 };
	crl_begin(&scan, c);
	while (in.n) {
		struct span part;
		span_take(&in, in.n < piece ? in.n : piece, &part);
		if (!crl_feed(&scan, part, &e))
			return false;
	}
	return crl_end(&scan, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint64_t keys[2][512];
	static uint32_t dates[2][512];
	static uint8_t reasons[2][512];
	static struct crl a, b;
	struct crl_entry entry;
	if (size < 1)
		return 0;
	a.entries = (struct crl_table){ keys[0], dates[0], reasons[0], 0, 512, 512, grow };
	b.entries = (struct crl_table){ keys[1], dates[1], reasons[1], 0, 512, 512, grow };
	const struct span in = span_of(data + 1, size - 1);
	const bool whole = read(&a, in, in.n + 1), pieces = read(&b, in, (size_t)data[0] + 1);
	if (whole != pieces)
		abort();
	if (!whole)
		return 0;
	if (a.entries.n != b.entries.n || memcmp(a.digest, b.digest, sizeof a.digest) ||
		memcmp(keys[0], keys[1], a.entries.n * sizeof **keys))
		abort();
	crl_find(&a, a.issuer, span_of("\1", 1), &entry);
	return 0;
}
