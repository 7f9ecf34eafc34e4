/* SPDX-License-Identifier: MIT */
/* The first byte: syntax and size of pieces. However a data set is cut, the changed one is the same, and a
 * reader takes it as it took the first. */
#include "dicom/edit.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const struct edit_value values[] = {
	{ 0x00080018, VR_UI, "1.2.345" },
	{ 0x00100010, VR_PN, "A^B" },
	{ 0x00200013, VR_IS, "0" },
};

static bool change(struct syntax syntax, struct span set, size_t cut, struct buf *out)
{
	struct edit e;
	struct err err = { 0 };
	bool more = true;
	edit_init(&e, syntax, values, 3);
	for (size_t at = 0; more && at < set.n; at += cut)
		more = edit_look(&e, span_at(set, at, cut), &err);
	if (err.kind != ERR_NONE)
		return false;
	edit_found(&e, 0);
	for (size_t at = 0; at < set.n; at += cut) {
		struct span in = span_at(set, at, cut), next;
		while ((next = edit_peek(&e, &in)).n) {
			next = span_at(next, 0, cut);
			buf_bytes(out, next);
			edit_passed(&e, &in, next.n);
		}
		assert(in.n == 0);
	}
	return true;
}

static bool whole(struct syntax syntax, struct span set)
{
	struct elem e;
	elem_init(&e, syntax, NULL, 0);
	return elem_pass(&e, set) && elem_end(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static uint8_t one[8192], two[8192];
	struct span in = { bytes, n };
	uint8_t how;
	if (!span_u8(&in, &how) || in.n == 0 || in.n > 4096)
		return 0;
	const struct syntax syntax = {
		.explicit_vr = how & 1, .big_endian = (how & 3) == 3, .encapsulated = (how & 7) == 5
	};
	struct buf a = buf_on(one, sizeof one), b = buf_on(two, sizeof two);
	const bool good = change(syntax, in, in.n, &a);
	assert(change(syntax, in, 1U + (how >> 3), &b) == good);
	if (!good)
		return 0;
	assert(span_eq(buf_span(&a), buf_span(&b)));
	if (whole(syntax, in) && a.n)
		assert(whole(syntax, buf_span(&a)));
	return 0;
}
