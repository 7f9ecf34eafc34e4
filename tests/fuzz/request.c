/* SPDX-License-Identifier: MIT */
/* A file with a certificate request, as `certs sign` reads it. What is taken has a name and a key that can
 * be put into a certificate, which then reads. */
#include "pki/issue.h"
#include "pki/object.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An EC key on P-256 (RFC 6979 A.2.5), PKCS#8. */
static const uint8_t signer[] =
	"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce"
	"\x3d\x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20\xc9\xaf\xa9\xd8\x45\xba\x75\x16\x6b"
	"\x5c\x21\x57\x67\xb1\xd6\x93\x4e\x50\xc3\xdb\x36\xe8\x9b\x12\x7b\x8a\x62\x2b\x12\x0f\x67"
	"\x21";

static void issue(const struct request *r)
{
	static uint8_t room[CERT_BYTES];
	struct buf out = buf_on(room, sizeof room);
	struct key k;
	struct cert c;
	const struct issue i = { .subject = r->subject,
		.issuer = r->subject,
		.spki = r->spki,
		.alt_names = r->alt_names,
		.serial = span_of("\x01", 1),
		.not_after = 1,
		.path_length = -1,
		.usage = USAGE_SIGNATURE };
	if (!key_read(span_of(signer, sizeof signer - 1), &k, NULL))
		abort();
	if (issue_cert(&i, &k, &out) && !cert_read(buf_span(&out), &c, NULL))
		abort();
	key_wipe(&k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[65536];
	struct span file = span_of(data, size);
	struct buf store = buf_on(room, sizeof room);
	struct object o;
	struct request r;
	struct err e = { 0 };
	while (object_next(&file, &store, &o, NULL))
		if (request_read(o.der, &r, &e))
			issue(&r);
		else if (e.kind == ERR_NONE)
			abort();
	return 0;
}
