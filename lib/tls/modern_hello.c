/* SPDX-License-Identifier: MIT */
#include "tls/modern_hello.h"
#include "tls/alert.h"
#include <string.h>

static const uint16_t numbers[EXT_KNOWN] = {
	[EXT_SERVER_NAME] = 0,
	[EXT_GROUPS] = 10,
	[EXT_POINTS] = 11,
	[EXT_SIGNATURES] = 13,
	[EXT_EMS] = 23,
	[EXT_RECORD_LIMIT] = 28,
	[EXT_TICKET] = 35,
	[EXT_PRE_SHARED_KEY] = 41,
	[EXT_EARLY_DATA] = 42,
	[EXT_VERSIONS] = 43,
	[EXT_COOKIE] = 44,
	[EXT_PSK_MODES] = 45,
	[EXT_AUTHORITIES] = 47,
	[EXT_KEY_SHARE] = 51,
	[EXT_RENEGOTIATION] = 0xff01,
};

/* SHA-256 of "HelloRetryRequest" (4.1.3). */
const uint8_t hello_retry_random[32] = { 0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D,
	0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07,
	0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C };

uint16_t hello_ext_number(enum hello_ext x)
{
	return numbers[x];
}

bool hello_is_retry(struct span random)
{
	return span_eq(random, span_of(hello_retry_random, sizeof hello_retry_random));
}

bool hello_has(const struct hello *h, enum hello_ext x)
{
	return h->has >> x & 1;
}

/* Unknown extensions are few in a list, and each list is short: looking back is cheap, and bounded. */
static bool came_before(struct span list, const uint8_t *end, uint16_t number)
{
	struct span body;
	uint16_t other;
	while (list.p < end && span_u16be(&list, &other) && span_run(&list, 2, &body))
		if (other == number)
			return true;
	return false;
}

bool hello_extensions(struct span *s, struct hello *h, int *alert)
{
	enum { MANY = 100 };
	struct span list, all, body;
	uint16_t number;
	*alert = DECODE_ERROR;
	if (!span_run(s, 2, &list))
		return false;
	all = list;
	for (size_t n = 0; list.n > 0; n++) {
		const uint8_t *here = list.p;
		if (n == MANY || !span_u16be(&list, &number) || !span_run(&list, 2, &body))
			return false;
		*alert = ILLEGAL_PARAMETER;
		if (came_before(all, here, number))
			return false;
		*alert = DECODE_ERROR;
		size_t x = 0;
		while (x < EXT_KNOWN && numbers[x] != number)
			x++;
		h->psk_is_last = x == EXT_PRE_SHARED_KEY;
		if (x == EXT_KNOWN) {
			h->unknown++;
			continue;
		}
		h->ext[x] = body;
		h->has |= 1u << x;
	}
	return true;
}

bool hello_client(struct span body, struct hello *h, int *alert)
{
	*h = (struct hello){ 0 };
	*alert = DECODE_ERROR;
	if (!span_u16be(&body, &h->version) || !span_take(&body, 32, &h->random) ||
		!span_run(&body, 1, &h->session_id) || h->session_id.n > 32 ||
		!span_run(&body, 2, &h->suites) || h->suites.n < 2 || h->suites.n % 2 ||
		!span_run(&body, 1, &h->compression) || h->compression.n < 1)
		return false;
	if (body.n == 0)
		return true; /* hellos of old have no extensions */
	return hello_extensions(&body, h, alert) && body.n == 0;
}

bool hello_server(struct span body, struct hello *h, int *alert)
{
	*h = (struct hello){ 0 };
	*alert = DECODE_ERROR;
	if (!span_u16be(&body, &h->version) || !span_take(&body, 32, &h->random) ||
		!span_run(&body, 1, &h->session_id) || h->session_id.n > 32 ||
		!span_u16be(&body, &h->suite) || !span_u8(&body, &h->compressed))
		return false;
	if (body.n == 0)
		return true;
	return hello_extensions(&body, h, alert) && body.n == 0;
}

static bool among(struct span values, uint16_t value)
{
	uint16_t v;
	while (span_u16be(&values, &v))
		if (v == value)
			return true;
	return false;
}

bool hello_lists_suite(const struct hello *h, uint16_t code)
{
	return among(h->suites, code);
}

bool hello_lists(struct span list, unsigned width, uint16_t value)
{
	struct span run;
	return span_run(&list, width, &run) && list.n == 0 && among(run, value);
}

bool hello_share(struct span shares, uint16_t group, struct span *share, int *alert)
{
	struct span list, one;
	uint16_t g;
	bool found = false;
	if (!span_run(&shares, 2, &list) || shares.n > 0)
		goto malformed;
	while (list.n > 0) {
		if (!span_u16be(&list, &g) || !span_run(&list, 2, &one) || one.n == 0)
			goto malformed;
		if (g == group && !found) {
			*share = one;
			found = true;
		}
	}
	return found;
malformed:
	*alert = DECODE_ERROR;
	return false;
}

bool hello_cookie(struct span ext)
{
	struct span cookie;
	return span_run(&ext, 2, &cookie) && cookie.n > 0 && ext.n == 0;
}

struct span hello_name(struct span ext)
{
	struct span list, name;
	uint8_t type;
	if (span_run(&ext, 2, &list) && ext.n == 0 && span_u8(&list, &type) && type == 0 &&
		span_run(&list, 2, &name))
		return name;
	return span_of(NULL, 0);
}
