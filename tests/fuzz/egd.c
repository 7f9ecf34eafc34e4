/* SPDX-License-Identifier: MIT */
/* Both ends of the EGD protocol on arbitrary bytes: what is eaten moves on, what is given lies inside. */
#include "rand/egd.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void within(struct span all, struct span part)
{
	if (part.n > 0 && (part.p < all.p || part.p + part.n > all.p + all.n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct span all = span_of(data, n);
	struct span in = all, part;
	struct egd_request r;
	for (size_t before = in.n; egd_request(&in, &r) == EGD_OK; before = in.n) {
		within(all, r.data);
		if (in.n >= before || r.count > EGD_MOST || r.data.n > EGD_MOST)
			abort();
	}
	in = all;
	while (egd_bytes(&in, n % 256, &part) == EGD_OK) {
		within(all, part);
		if (part.n > n % 256)
			abort();
	}
	in = all;
	while (egd_pid(&in, &part) == EGD_OK)
		within(all, part);
	return 0;
}
