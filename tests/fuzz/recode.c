/* SPDX-License-Identifier: MIT */
/* The recoder, from each uncompressed syntax to each. The first byte chooses them and the style, the second the
 * sizes of inputs and outputs. What comes out must be readable, and recode to itself. */
#include "dicom/recode.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct recode recode;
static uint8_t first[1 << 20], second[1 << 20];

/* True: all of in came out, recoded; false: refused, or too much for room. */
static bool run(struct span in, struct syntax from, struct syntax to, size_t cut, size_t cap,
	const struct recode_style *style, struct buf *all)
{
	uint8_t room[RECODE_ROOM + 256];
	if (!recode_init(&recode, from, to, NULL, 0))
		return false;
	recode_style(&recode, style);
	recode.inflate.limit = 1 << 18;
	for (size_t at = 0; at < in.n;) {
		struct span part = span_at(in, at, cut);
		const size_t shown = part.n;
		struct buf out = buf_on(room, RECODE_ROOM + cap);
		const bool ok = recode_push(&recode, &part, &out);
		assert(buf_ok(&out) && ok == (recode.err.kind == ERR_NONE));
		if (!ok)
			return false;
		assert(part.n < shown || out.n); /* it gets on */
		at += shown - part.n;
		buf_bytes(all, buf_span(&out));
	}
	for (bool done = false; !done;) {
		struct buf out = buf_on(room, RECODE_ROOM + cap);
		done = recode_end(&recode, &out);
		assert(buf_ok(&out));
		if (recode.err.kind != ERR_NONE)
			return false;
		assert(done || out.n);
		buf_bytes(all, buf_span(&out));
	}
	return buf_ok(all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct syntax syntaxes[] = { { .explicit_vr = false }, { .explicit_vr = true },
		{ .explicit_vr = true, .big_endian = true },
		{ .explicit_vr = true, .deflated = true } };
	struct span in = span_of(data, size);
	uint8_t choice, sizes;
	if (!span_u8(&in, &choice) || !span_u8(&in, &sizes))
		return 0;
	const struct syntax from = syntaxes[choice & 3], to = syntaxes[choice >> 2 & 3];
	const struct recode_style usual = RECODE_AS_USUAL,
				  style = { .known_vrs = choice & 16,
					  .old_vrs = choice & 32,
					  .level = 1 };
	struct buf a = buf_on(first, sizeof first), b = buf_on(second, sizeof second);
	if (!run(in, from, to, in.n + 1, 256, &style, &a) ||
		a.n <= 2) /* nothing but group lengths, left out */
		return 0;
	const bool again = run(in, from, to, (sizes & 15) + 1U, sizes >> 4, &style, &b);
	assert(again && (to.deflated || span_eq(buf_span(&a), buf_span(&b))));
	b.n = 0;
	/* A second pass changes nothing more. The contents of UN are taken on trust. */
	const struct syntax plain = { .explicit_vr = to.explicit_vr, .big_endian = to.big_endian };
	const bool readable = run(buf_span(&a), to, plain, in.n + 1, 256, &usual, &b);
	assert(!to.explicit_vr || readable);
	assert(!readable || (to.deflated || span_eq(buf_span(&a), buf_span(&b))));
	return 0;
}
