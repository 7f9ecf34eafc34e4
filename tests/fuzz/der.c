/* SPDX-License-Identifier: MIT */
/* DER walked to the leaves, every reader tried on every element. */
#include "pki/der.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(struct span in, unsigned depth)
{
	struct der d;
	char text[64];
	while (der_next(&in, &d)) {
		struct span s = d.whole, out;
		bool b;
		uint64_t v;
		int64_t t;
		unsigned unused;
		if (d.whole.n < d.body.n)
			abort();
		if (der_oid(&s, &out))
			der_oid_text(out, text, sizeof text);
		s = d.whole;
		if (der_uint(&s, &v) && s.n)
			abort();
		s = d.whole;
		der_bool(&s, &b);
		s = d.whole;
		der_bits(&s, &out, &unused);
		s = d.whole;
		der_time(&s, &t);
		if ((d.tag & 0x20) && depth < 40)
			walk(d.body, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	walk(span_of(data, size), 0);
	return 0;
}
