/* SPDX-License-Identifier: MIT */
/* Sessions in bytes: a file of them as it comes (0), one whose digest and binding are made good (1), a
 * ticket (2), what is inside a ticket (3). */
#include "base/wipe.h"
#include "tls/sessions.h"
#include "tls/ticket.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const uint8_t binding[32] = { 1 }, seed[32] = { 2 };
enum { NOW = 1000000 };

/* What was read must be written as it stands, and read again. */
static void store(struct span bytes)
{
	static struct tls_sessions s, again;
	static uint8_t written[SESSIONS_BYTES];
	static uint8_t room[SESSION_BYTES];
	bool other;
	sessions_init(&s, binding);
	sessions_init(&again, binding);
	if (!sessions_read(&s, bytes, &other))
		return;
	struct buf b = buf_on(written, sizeof written), copy = buf_on(room, sizeof room);
	sessions_write(&s, &b);
	if (!buf_ok(&b) || !sessions_read(&again, buf_span(&b), &other))
		abort();
	const struct tls_config any = { .min_version = TLS_1_2,
		.max_version = TLS_1_3,
		.suites = { 0x1301, 0x1302, 0xC02B },
		.suites_n = 3 };
	struct tls_session one;
	for (int i = 0; i < SESSIONS && sessions_take(&s, NOW, &any, &copy, &one); i++)
		;
	if (sessions_take(&s, NOW, &any, &copy, &one))
		abort();
}

static void good_store(struct span bytes)
{
	static uint8_t file[2 * SESSIONS_BYTES];
	struct buf b = buf_on(file, sizeof file);
	uint8_t digest[32];
	br_sha256_context h;
	buf_str(&b, "DST1");
	buf_bytes(&b, span_of(binding, sizeof binding));
	buf_bytes(&b, span_at(bytes, 0, SESSIONS_BYTES));
	br_sha256_init(&h);
	br_sha256_update(&h, b.p, b.n);
	br_sha256_out(&h, digest);
	buf_bytes(&b, span_of(digest, sizeof digest));
	store(buf_span(&b));
}

static bool open_ticket(struct tls_tickets *t, struct span ticket)
{
	static uint8_t room[SESSION_BYTES];
	struct buf plain = buf_on(room, sizeof room);
	struct tls_session s;
	struct span cert;
	if (!tickets_open(t, NOW, ticket, &plain))
		return false;
	if (session_read(buf_span(&plain), &s))
		while (session_next_cert(&s.chain, &cert))
			if (cert.n == 0)
				abort();
	return true;
}

static void sealed_ticket(struct tls_tickets *t, struct span bytes)
{
	static uint8_t ticket[SESSION_BYTES];
	br_hmac_drbg_context random;
	const struct span text = span_at(bytes, 0, 8000);
	const size_t n = TICKET_BEFORE + text.n + TICKET_TAG;
	br_hmac_drbg_init(&random, &br_sha256_vtable, seed, sizeof seed);
	const br_prng_class **generator = &random.vtable;
	if (text.n > 0)
		memcpy(ticket + TICKET_BEFORE, text.p, text.n);
	tickets_seal(t, NOW, generator, (struct mspan){ ticket, n });
	if (!open_ticket(t, span_of(ticket, n)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct tls_tickets t;
	struct span in = span_of(bytes, n);
	uint8_t what;
	if (!span_u8(&in, &what))
		return 0;
	tickets_init(&t, seed, binding, TICKET_LIFETIME, NOW);
	switch (what) {
	case 0:
		store(in);
		break;
	case 1:
		good_store(in);
		break;
	case 2:
		if (open_ticket(&t, in))
			abort(); /* without the key */
		break;
	default:
		sealed_ticket(&t, in);
	}
	return 0;
}
