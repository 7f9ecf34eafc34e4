/* SPDX-License-Identifier: MIT */
/* A template, a NUL, and the values, each with a length byte before it. */
#include "dicom/naming.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span in = { bytes, n }, piece;
	char template[2048], name[NAMING_CAP];
	struct naming_values values = { 0 };
	struct err e = { 0 };
	size_t nul;
	uint8_t length;
	if (!span_find(in, 0, &nul) || !span_take(&in, nul, &piece) ||
		!span_text(piece, template, sizeof template))
		return 0;
	span_skip(&in, 1);
	for (int k = 0; k < NAMING_KEYS && span_u8(&in, &length); k++)
		span_take(&in, length < in.n ? length : in.n, &values.v[k]);
	const bool usable = naming_check(template, &e);
	assert(usable || e.kind == ERR_USAGE);
	naming_uses(template);
	err_clear(&e);
	if (!naming_make(template, &values, name, &e)) {
		assert(e.kind == ERR_INPUT || !usable);
		return 0;
	}
	assert(strlen(name) < sizeof name && name[0] && name[0] != '/' && name[0] != '.');
	assert(!strstr(name, "/.") && !strstr(name, "//") && name[strlen(name) - 1] != '/');
	return 0;
}
