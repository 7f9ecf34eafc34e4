/* SPDX-License-Identifier: MIT */
/* Objects of a file. What decodes, written again, decodes to the same. */
#include "pki/object.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[1 << 16], text[1 << 17], again[1 << 16];
	struct buf store = buf_on(room, sizeof room);
	struct span in = span_of(data, size);
	struct object o;
	while (object_next(&in, &store, &o, NULL)) {
		struct buf out = buf_on(text, sizeof text), back = buf_on(again, sizeof again);
		struct pem p;
		pem_write(&out, "X", o.der);
		struct span s = buf_span(&out);
		if (!buf_ok(&out))
			continue;
		if (!pem_next(&s, &p, NULL) || !pem_decode(&p, &back, NULL) ||
			!span_eq(buf_span(&back), o.der))
			abort();
	}
	return 0;
}
