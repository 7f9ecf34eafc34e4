/* SPDX-License-Identifier: MIT */
#include "tls/keylog.h"

#ifdef DCMSEC_DEBUG
#include "base/buf.h"
#include "base/wipe.h"
#include <string.h>

static void put_hex(struct buf *b, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < n; i++) {
		buf_u8(b, (uint8_t)digits[bytes[i] >> 4]);
		buf_u8(b, (uint8_t)digits[bytes[i] & 15]);
	}
}

void keylog(const struct tls_config *config, const char *label, const uint8_t *random,
	const uint8_t *secret, size_t n)
{
	uint8_t storage[256];
	struct buf b = buf_on(storage, sizeof storage);
	if (!config->keylog)
		return;
	buf_str(&b, label);
	buf_u8(&b, ' ');
	put_hex(&b, random, 32);
	buf_u8(&b, ' ');
	put_hex(&b, secret, n);
	buf_u8(&b, '\n');
	if (buf_ok(&b))
		config->keylog(config->keylog_who, buf_span(&b));
	wipe(storage, sizeof storage);
}
#endif
