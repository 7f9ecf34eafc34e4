/* SPDX-License-Identifier: MIT */
/* A peer of our own engine that has the keys: arbitrary records, properly sealed, at any point of a
 * handshake or behind it. So what is under the protection of records is reached without forging it.
 * Input: a byte of modes, a byte that says how far the handshake goes before, then records of a type,
 * two bytes of length and content. */
#include "../unit/test.h"
#include "tls_modes.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span in = span_of(bytes, n), content;
	uint8_t mode, moves, type;
	uint16_t length;
	if (!span_u8(&in, &mode) || !span_u8(&in, &moves))
		return 0;
	struct pair *p = inside_pair(mode);
	struct pair_side *victim = mode & TO_SERVER ? &p->server : &p->client;
	if (!pair_open(p))
		abort();
	for (unsigned i = 0; i < moves % 16u; i++) {
		pair_move(&p->client, &p->server, p->step);
		pair_move(&p->server, &p->client, p->step);
	}
	bool bare = mode & BARE_FIRST;
	while (span_u8(&in, &type) && span_u16be(&in, &length)) {
		length &= 0x1fff;
		if (!span_take(&in, length < in.n ? length : in.n, &content))
			break;
		send_record(victim, type, content, bare);
		modes_drain(victim);
		bare = false;
	}
	tls_in_end(victim->tls);
	if (tls_state(victim->tls) == TLS_FAILED && !tls_error(victim->tls)->text[0])
		abort(); /* a failure without a word */
	pair_free(p);
	return 0;
}
