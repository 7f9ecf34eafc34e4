/* SPDX-License-Identifier: MIT */
/* Command sets: what is taken is written again, and reads the same. */
#include "dicom/dimse.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static uint8_t store[DIMSE_MAX], room[DIMSE_MAX];
	struct buf set = buf_on(store, sizeof store), b = buf_on(room, sizeof room);
	struct dimse d, again;
	struct err e = { 0 };

	if (!dimse_gather(&set, span_of(bytes, n), &e))
		return 0;
	if (!dimse_decode(buf_span(&set), &d, &e)) {
		assert(e.kind == ERR_PEER && *e.text);
		if (e.code) {
			const struct dimse rsp = dimse_response(&d, (uint16_t)e.code);
			dimse_put(&b, &rsp);
			assert(buf_ok(&b) && dimse_class((uint16_t)e.code) == DIMSE_FAILURE);
		}
		return 0;
	}
	dimse_put(&b, &d);
	assert(buf_ok(&b));
	assert(dimse_decode(buf_span(&b), &again, &e));
	assert(again.field == d.field && again.id == d.id && again.status == d.status);
	assert(dimse_has_dataset(&again) == dimse_has_dataset(&d));
	assert(span_eq(again.sop_class, d.sop_class) &&
		span_eq(again.sop_instance, d.sop_instance));
	assert(again.offending == d.offending);
	assert(*dimse_status_text(d.status) && *dimse_field_text(d.field));
	return 0;
}
