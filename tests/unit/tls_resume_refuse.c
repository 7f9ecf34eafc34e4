/* SPDX-License-Identifier: MIT */
/* What resumption must refuse, with which alert, and what only leads to a full handshake. */
#include "test.h"
#include "tls_again.h"

/* The ticket within the newest session: where it lies, to be altered. */
static struct mspan ticket_of(struct again *a)
{
	struct session_slot *slot = again_newest(a);
	struct tls_session s;
	if (!CHECK(session_read(span_of(slot->bytes, slot->n), &s)))
		return (struct mspan){ 0 };
	return (struct mspan){ slot->bytes + (s.ticket.p - slot->bytes), s.ticket.n };
}

static void flipped_bits(void)
{
	for (int v = 0; v < 2; v++) {
		struct again *first = again_met(v ? TLS_1_2 : TLS_1_3);
		const size_t n = ticket_of(first).n;
		for (size_t i = 0; i < n; i += i < 60 ? 1 : 97) {
			struct again *a = malloc(sizeof *a);
			memcpy(a, first, sizeof *a);
			ticket_of(a).p[i] ^= 1;
			CHECK_INT(again_meet(a), 0);
			free(a);
		}
		free(first);
	}
}

/* A session with another ticket in it. */
static void with_ticket(struct again *a, struct span ticket)
{
	struct session_slot *slot = again_newest(a);
	static uint8_t copy[SESSION_BYTES];
	struct tls_session s;
	memcpy(copy, slot->bytes, slot->n);
	REQUIRE(session_read(span_of(copy, slot->n), &s));
	s.ticket = ticket;
	sessions_add(&a->sessions, &s);
}

static void truncated_and_forged(void)
{
	static const uint8_t zeros[300];
	for (int v = 0; v < 2; v++) {
		for (size_t n = 1; n < 300; n += n < 64 ? 7 : 60) {
			struct again *a = again_met(v ? TLS_1_2 : TLS_1_3);
			static uint8_t ticket[SESSION_TICKET];
			const struct mspan whole = ticket_of(a);
			memcpy(ticket, whole.p, whole.n);
			with_ticket(a, span_of(ticket, n));
			CHECK_INT(again_meet(a), 0);
			with_ticket(a, span_of(zeros, n));
			CHECK_INT(again_meet(a), 0);
			with_ticket(a, span_of(ticket, whole.n - 1));
			CHECK_INT(again_meet(a), 0);
			free(a);
		}
	}
}

/* Well sealed, and nonsense within: it cannot happen, and does no harm. */
static void nonsense_in_a_ticket(void)
{
	for (int v = 0; v < 2; v++) {
		struct again *a = again_met(v ? TLS_1_2 : TLS_1_3);
		for (size_t n = 0; n < 80; n += 13) {
			uint8_t ticket[TICKET_BEFORE + 80 + TICKET_TAG] = { 0 };
			struct pair *p = pair_new();
			memset(ticket + TICKET_BEFORE, 1, n);
			tickets_seal(&a->tickets, a->now, p->client.config.rand_private,
				(struct mspan){ ticket, TICKET_BEFORE + n + TICKET_TAG });
			pair_free(p);
			with_ticket(a, span_of(ticket, TICKET_BEFORE + n + TICKET_TAG));
			CHECK_INT(again_meet(a), 0);
		}
		free(a);
	}
}

static void secret_that_is_not_the_tickets(void)
{
	static const int alerts[] = { 51, 51 }; /* decrypt_error: binder; TLS 1.2: Finished */
	for (int v = 0; v < 2; v++) {
		struct again *a = again_met(v ? TLS_1_2 : TLS_1_3);
		struct session_slot *slot = again_newest(a);
		struct tls_session s;
		REQUIRE(session_read(span_of(slot->bytes, slot->n), &s));
		slot->bytes[s.secret.p - slot->bytes] ^= 1;
		struct pair *p = again_simple(a);
		CHECK(!again_run(p));
		if (v) /* the server's Finished is sealed with keys that the client does not have */
			CHECK_INT(tls_error(p->client.tls)->code, 20);
		else
			CHECK_INT(tls_error(p->server.tls)->code, alerts[v]);
		pair_free(p);
		free(a);
	}
}

/* ---- ClientHello of TLS 1.3: pre_shared_key is its last extension */

enum { BINDER = 32, BINDERS = 2 + 1 + BINDER };

struct offer_change {
	const char *what;
	size_t from_end; /* the byte, counted from the end */
	int by;          /* is changed so much */
	int alert;
};

static int server_says(struct again *a, const struct offer_change *c)
{
	struct pair *p = again_simple(a);
	uint8_t hello[4096];
	int alert = -1;
	if (CHECK(pair_open(p))) {
		struct span out = tls_out(p->client.tls);
		const size_t n = out.n;
		memcpy(hello, out.p, n);
		if (c->from_end)
			hello[n - c->from_end] = (uint8_t)(hello[n - c->from_end] + c->by);
		give(&p->server, hello, n);
		alert = tls_state(p->server.tls) == TLS_FAILED ? tls_error(p->server.tls)->code : 0;
	}
	pair_free(p);
	return alert;
}

static void offers_refused(void)
{
	struct again *first = again_met(TLS_1_3);
	const size_t ticket = ticket_of(first).n, identities = BINDERS + 4 + ticket;
	const struct offer_change changes[] = {
		{ "nothing", 0, 0, 0 },
		{ "binder", 1, 1, 51 },
		{ "first byte of the binder", BINDER, 1, 51 },
		{ "length of the binder too long", BINDER + 1, 1, 50 },
		{ "length of the binder too short", BINDER + 1, -1, 50 },
		{ "a binder shorter than any hash", BINDER + 1, -20, 50 },
		{ "length of the binders too long", BINDER + 2, 1, 50 },
		{ "length of the binders too short", BINDER + 2, -1, 50 },
		{ "age", BINDERS + 1, 1, 51 }, /* it is under the binder */
		{ "length of the ticket", identities + 1, 1, 50 },
		{ "length of the identities", identities + 3, 1, 50 },
		{ "length of the extension", identities + 5, 1, 50 },
		{ "another number of the extension", identities + 7, 1, 0 },
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct again *a = malloc(sizeof *a);
		memcpy(a, first, sizeof *a);
		const int alert = server_says(a, &changes[i]);
		if (alert != changes[i].alert)
			TEST_NOTE("%s: alert %d", changes[i].what, alert);
		free(a);
	}
	free(first);
}

int main(void)
{
	test("a ticket with a bit flipped leads to a full handshake", flipped_bits);
	test("so does one that is cut, or made up", truncated_and_forged);
	test("so does one that says nothing sensible", nonsense_in_a_ticket);
	test("who has a ticket and not its secret is refused", secret_that_is_not_the_tickets);
	test("a malformed offer is refused with the alert that fits", offers_refused);
	return test_end();
}
