/* SPDX-License-Identifier: MIT */
/* A server's answers to a probe: as they come, and as the encrypted part of a TLS 1.3 flight. Read in two
 * steps an answer must be what it is read at once. */
#include "../unit/probe_seal.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t room[PROBE_FLIGHT], opened[PROBE_FLIGHT], flight[1 << 14];

static void judge(struct probe_answer *a)
{
	struct probe_peer p = { .rsa_bits = a->dh_bits, .groups = { a->group }, .groups_n = 1 };
	struct probe_judgement j;
	if (a->hello && a->version >= PROBE_SSL3 && a->version <= TLS_1_3) {
		p.version[a->version - PROBE_SSL3] = true;
		p.suites[a->version - PROBE_SSL3][0] = a->suite;
		p.suites_n[a->version - PROBE_SSL3] = 1;
	}
	for (const struct tls_profile *profile = tls_profiles; profile->name; profile++)
		probe_judge(&p, profile, &j);
}

static void clear(struct span s)
{
	struct probe_answer a, first;
	const struct mspan into = { room, sizeof room };
	probe_read(span_at(s, 0, s.n / 2), false, into, &first);
	probe_read(s, false, into, &a);
	if (first.state == PROBE_AGREED &&
		(a.state != PROBE_AGREED || a.suite != first.suite || a.cert_n != first.cert_n))
		abort();
	judge(&a);
	probe_read(s, true, into, &a);
	if (a.state == PROBE_MORE)
		abort();
}

static void sealed(uint8_t type, struct span s)
{
	struct probe_key k;
	struct probe_answer a;
	uint8_t hello[SEAL_HELLO];
	struct buf out = buf_on(flight, sizeof flight);
	const struct mspan into = { room, sizeof room }, other = { opened, sizeof opened };
	if (!seal_client(&k, hello) || !seal_flight(&k, hello, type, s, &out))
		return;
	probe_read(buf_span(&out), true, into, &a);
	if (a.state != PROBE_AGREED || a.version != TLS_1_3)
		abort();
	probe_open(&k, span_of(hello, sizeof hello), buf_span(&out), true, other, &a);
	if (a.state == PROBE_MORE || a.cert_n > PROBE_CERTS)
		abort();
	for (size_t i = 0; i < a.cert_n; i++)
		if (a.cert[i].p < opened || a.cert[i].n > s.n)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size);
	uint8_t way;
	if (!span_u8(&s, &way))
		return 0;
	if (way & 1)
		sealed(way & 2 ? RECORD_ALERT : RECORD_HANDSHAKE, s);
	else
		clear(s);
	return 0;
}
