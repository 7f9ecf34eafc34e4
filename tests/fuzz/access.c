/* SPDX-License-Identifier: MIT */
/* How the host's name is found, its address in text, and rules; the first two end in a newline. */
#include "io/access.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static enum access_named name(void *arg, char text[ACCESS_NAME])
{
	const struct span said = *(const struct span *)arg;
	struct span rest = said;
	uint8_t kind;
	if (!span_u8(&rest, &kind) || !span_text(rest, text, ACCESS_NAME))
		return ACCESS_UNNAMED;
	return kind % 3 == 0 ? ACCESS_FORGED : ACCESS_NAMED;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span in = { bytes, n }, called, address;
	struct access_client client = { .name = name, .arg = &called };
	enum access_rule found, again;
	struct err e = { 0 };
	unsigned line = 0;
	size_t end;
	if (!span_find(in, '\n', &end) || !span_take(&in, end, &called) || !span_skip(&in, 1) ||
		!span_find(in, '\n', &end) || !span_take(&in, end, &address) || !span_skip(&in, 1))
		return 0;
	access_address(address, &client.address);
	const bool sound = access_find(in, "storescp", NULL, &again, &line, &e);
	assert(sound ? again == ACCESS_NO_RULE : e.kind == ERR_INPUT && *e.text);
	err_clear(&e);
	const bool read = access_find(in, "storescp", &client, &found, &line, &e);
	assert(read ? e.kind == ERR_NONE : e.kind == ERR_INPUT && !sound);
	assert(client.asked || !*client.text);
	return 0;
}
