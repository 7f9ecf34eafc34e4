/* SPDX-License-Identifier: MIT */
/* A key file, with and without a password. What loads gives a public half, to which it belongs when
 * it is EC. */
#include "pki/key.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t work[KEY_WORK];
	struct key k;
	struct err e = { 0 };
	const struct span password = span_str("secret");
	uint8_t room[1024];
	struct buf b = buf_on(room, sizeof room);
	struct pubkey pub;
	if (key_load(span_of(data, size), &password, (struct mspan){ work, sizeof work }, &k, &e) &&
		k.type == KEY_EC && key_spki(&k, &b) && pubkey_read(buf_span(&b), &pub, NULL) &&
		!key_matches(&k, &pub))
		abort();
	key_wipe(&k);
	e = (struct err){ 0 };
	if (key_load(span_of(data, size), NULL, (struct mspan){ 0 }, &k, &e) ==
		(e.kind != ERR_NONE))
		abort();
	return 0;
}
