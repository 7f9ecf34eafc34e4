/* SPDX-License-Identifier: MIT */
/* The head of a file: what is read from more of it must not contradict what was read from less. */
#include "dicom/part10.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct part10 whole, part;
	static struct part10_scan scan;
	static struct inflate inflater;
	const struct span file = span_of(data, size);
	struct err err = { 0 };
	const enum part10_result result = part10_read(file, true, &whole, &err);
	assert(result != PART10_MORE);
	assert((result == PART10_BAD) == (err.kind != ERR_NONE));
	assert(result != PART10_OK || whole.at <= size);
	for (size_t n = 1; n <= size; n += n / 4 + 1) {
		err_clear(&err);
		const enum part10_result r = part10_read(span_at(file, 0, n), false, &part, &err);
		if (r == PART10_OK && result == PART10_OK)
			assert(part.at == whole.at &&
				strcmp(part.transfer_syntax, whole.transfer_syntax) == 0);
	}
	if (result != PART10_OK)
		return 0;
	struct syntax syntax = whole.guess;
	if (whole.transfer_syntax[0])
		syntax = (struct syntax){ .explicit_vr = true,
			.deflated = strcmp(whole.transfer_syntax, "1.2.840.10008.1.2.1.99") == 0 };
	part10_scan_init(&scan, syntax, &inflater);
	inflater.limit = 1 << 20;
	part10_scan(&scan, span_at(file, (size_t)whole.at, size));
	assert(scan.want[0].n <= sizeof scan.sop_class &&
		scan.want[1].n <= sizeof scan.sop_instance);
	return 0;
}
