/* SPDX-License-Identifier: MIT */
/* A certificate and all that is read from it: names, hosts, key, algorithm. */
#include "pki/cert.h"
#include "pki/host.h"
#include "pki/name.h"
#include "pki/sig.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cert c;
	struct pubkey key;
	struct sig_alg alg;
	char text[NAME_TEXT];
	uint32_t hash;
	uint8_t room[NAME_BYTES * 2];
	struct buf b = buf_on(room, sizeof room);
	if (!cert_read(span_of(data, size), &c, NULL))
		return 0;
	cert_text(&c, text, sizeof text);
	name_text(c.subject, text, sizeof text);
	if (!name_equal(c.subject, c.subject) || !name_within(c.issuer, span_of("\x30\x00", 2)))
		if (name_canonical(c.issuer, &b))
			abort();
	name_hash(c.subject, &hash);
	name_attribute(c.subject, "CN", text, sizeof text);
	host_matches(&c, "ct1.local");
	host_matches(&c, "2001:db8::1");
	if (pubkey_read(c.spki, &key, NULL) && sig_alg_read(c.algorithm, &alg, NULL))
		sig_alg_name(&alg);
	return 0;
}
