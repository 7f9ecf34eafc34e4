/* SPDX-License-Identifier: MIT */
/* Bytes from the network for a TLS client. Its keys and randomness are fixed, so the recorded
 * conversations of the corpus get through the whole handshake. */
#include "tls_feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	if (n == 0)
		return 0;
	struct pair *p = pair_new();
	tls_mode(p, bytes[0]);
	if (pair_open_side(p, &p->client))
		tls_feed(&p->client, bytes + 1, n - 1);
	pair_free(p);
	return 0;
}
