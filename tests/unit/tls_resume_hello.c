/* SPDX-License-Identifier: MIT */
/* Messages of a handshake that resumes, changed one at a time, and the alerts that must follow. */
#include "test.h"
#include "tls_again.h"

/* ---- hellos that are put together anew */

enum { SIGNATURES = 13, PSK = 41, MODES = 45, KEY_SHARE = 51, EMS = 23, TICKET = 35 };

struct edit {
	const char *what;
	uint16_t without;  /* an extension that is left out */
	bool psk_first;    /* pre_shared_key comes first */
	struct span modes; /* psk_key_exchange_modes says this */
	bool two_binders, two_identities;
	int alert;
};

static size_t list_at(struct span message)
{
	struct span s = message;
	uint8_t type = 0, n8 = 0;
	uint16_t n16 = 0;
	span_u8(&s, &type);
	span_skip(&s, 3 + 2 + 32);
	span_u8(&s, &n8);
	span_skip(&s, n8);
	span_u16be(&s, &n16);
	if (type == CLIENT_HELLO) {
		span_skip(&s, n16);
		span_u8(&s, &n8);
	} else {
		n8 = 1;
	}
	span_skip(&s, n8);
	return message.n - s.n;
}

/* With one more binder, or with an unknown identity before the good one. */
static void write_psk(struct buf *b, struct span body, const struct edit *e)
{
	struct span identities = { 0 }, binders = { 0 };
	uint16_t n = 0;
	span_u16be(&body, &n);
	span_take(&body, n, &identities);
	span_u16be(&body, &n);
	span_take(&body, n, &binders);
	const size_t first = buf_open(b, 2);
	if (e->two_identities)
		buf_bytes(b, span_of("\0\4none\0\0\0\0", 10));
	buf_bytes(b, identities);
	buf_close_be(b, first, 2);
	const size_t second = buf_open(b, 2);
	if (e->two_identities || e->two_binders)
		buf_bytes(b, binders);
	buf_bytes(b, binders);
	buf_close_be(b, second, 2);
}

static void write_extension(struct buf *b, uint16_t type, struct span body, const struct edit *e)
{
	if (type == e->without)
		return;
	buf_u16be(b, type);
	const size_t ext = buf_open(b, 2);
	if (type == PSK && (e->two_binders || e->two_identities))
		write_psk(b, body, e);
	else
		buf_bytes(b, type == MODES && e->modes.n ? e->modes : body);
	buf_close_be(b, ext, 2);
}

static void rebuild(struct buf *b, struct span message, const struct edit *e)
{
	const size_t at = list_at(message);
	buf_u8(b, message.p[0]);
	const size_t whole = buf_open(b, 3);
	buf_bytes(b, span_at(message, 4, at - 4));
	const size_t list = buf_open(b, 2);
	for (int pass = e->psk_first ? 0 : 1; pass < 2; pass++) {
		struct span s = span_at(message, at + 2, message.n), body;
		uint16_t type, n;
		while (span_u16be(&s, &type) && span_u16be(&s, &n) && span_take(&s, n, &body))
			if ((type == PSK) == (pass == 0) || (!e->psk_first && type == PSK))
				write_extension(b, type, body, e);
	}
	buf_close_be(b, list, 2);
	buf_close_be(b, whole, 3);
	CHECK(buf_ok(b));
}

/* The first handshake message of one side, in the clear. */
static struct span first_message(struct pair_side *from, uint8_t *copy)
{
	const struct span out = tls_out(from->tls);
	struct span message = { 0 }, s = span_at(out, RECORD_HEADER + 1, 3);
	uint32_t n = 0;
	span_u24be(&s, &n);
	memcpy(copy, out.p, out.n);
	message = span_at(span_of(copy, out.n), RECORD_HEADER, 4 + n);
	tls_out_done(from->tls, out.n);
	return message;
}

static int state_of(const struct pair_side *s)
{
	return tls_state(s->tls) == TLS_FAILED ? tls_error(s->tls)->code : 0;
}

/* The client's hello changed: what the server says, or the client to the server. */
static int hello_changed(struct again *a, const struct edit *e, bool answer)
{
	static uint8_t copy[TLS_OUT_SIZE * 4], storage[8192];
	struct buf b = buf_on(storage, sizeof storage);
	struct pair *p = again_simple(a);
	int alert = -1;
	if (CHECK(pair_open(p))) {
		const struct span hello = first_message(&p->client, copy);
		rebuild(&b, hello, e);
		if (e->two_identities || e->without == SIGNATURES) { /* its binder is made good */
			uint8_t hash[KEYS_HASH], key[KEYS_HASH];
			struct transcript t;
			struct schedule s;
			transcript_init(&t);
			transcript_hash(&t, hash);
			schedule_start(&s, false, span_of(inside(&p->client)->resume.secret, 32));
			schedule_derive(&s, "res binder", hash, key);
			transcript_add(
				&t, span_of(b.p, b.n - 2 - (e->two_identities ? 2 : 1) * 33u));
			transcript_hash(&t, hash);
			keys_finished(&s, key, hash, b.p + b.n - 32);
		}
		send_message(&p->server, buf_span(&b));
		alert = state_of(&p->server);
		if (answer && alert == 0) {
			CHECK(inside(&p->server)->resume.used);
			const struct span reply = first_message(&p->server, copy);
			send_message(&p->client, reply);
			alert = state_of(&p->client);
		}
	}
	pair_free(p);
	return alert;
}

static void hellos_refused(void)
{
	static const struct edit edits[] = {
		{ .what = "unchanged", .alert = 0 },
		{ .what = "pre_shared_key not last", .psk_first = true, .alert = 47 },
		{ .what = "without modes", .without = MODES, .alert = 109 },
		{ .what = "modes of no length", .modes = { (const uint8_t *)"", 1 }, .alert = 50 },
		{ .what = "modes too short", .modes = { (const uint8_t *)"\2\1", 2 }, .alert = 50 },
		{ .what = "modes too long",
			.modes = { (const uint8_t *)"\1\1\1", 3 },
			.alert = 50 },
		{ .what = "two binders for one key", .two_binders = true, .alert = 47 },
		{ .what = "without (EC)DHE", .modes = { (const uint8_t *)"\1\0", 2 }, .alert = 0 },
	};
	struct again *first = again_met(TLS_1_3);
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		struct again *a = malloc(sizeof *a);
		memcpy(a, first, sizeof *a);
		const int alert = hello_changed(a, &edits[i], false);
		if (alert != edits[i].alert)
			TEST_NOTE("%s: alert %d", edits[i].what, alert);
		free(a);
	}
	free(first);
}

/* RFC 8446 9.2: beside a pre-shared key it may be missing. Where that is of no use, a certificate must
 * do, and needs it (4.2.3). */
static void without_signatures(void)
{
	static const struct edit no_signatures = { .without = SIGNATURES };
	static const uint8_t other[32] = { 1 };
	struct again *a = again_met(TLS_1_3), *restarted = malloc(sizeof *a);
	memcpy(restarted, a, sizeof *a);
	tickets_init(&restarted->tickets, other, other, TICKET_LIFETIME, a->now);
	CHECK_INT(hello_changed(a, &no_signatures, true), 0);
	CHECK_INT(hello_changed(restarted, &no_signatures, false), 109);
	free(a);
	free(restarted);
}

static void identity_out_of_range(void)
{
	static const struct edit two = { .two_identities = true };
	struct again *a = again_met(TLS_1_3);
	CHECK_INT(hello_changed(a, &two, true), 47);
	free(a);
}

/* TLS 1.2, RFC 7627 5.3: a session that has extended master secret goes on with it or not at all. */
static void without_ems(void)
{
	static const struct edit no_ems = { .without = EMS };
	struct again *a = again_met(TLS_1_2);
	CHECK_INT(hello_changed(a, &no_ems, false), 40);
	free(a);
	a = again_new(TLS_1_2); /* and who has none is given no ticket */
	struct pair *p = again_simple(a);
	static uint8_t copy[TLS_OUT_SIZE * 4], storage[4096];
	struct buf b = buf_on(storage, sizeof storage);
	REQUIRE(pair_open(p));
	rebuild(&b, first_message(&p->client, copy), &no_ems);
	send_message(&p->server, buf_span(&b));
	CHECK_INT(state_of(&p->server), 0);
	CHECK(!inside(&p->server)->resume.willing);
	pair_free(p);
	free(a);
}

/* ---- what a server says that resumes */

static void all_refused(uint16_t version, const struct change *changes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct change *c = &changes[i];
		struct again *a = again_met(version);
		struct pair *p = again_simple(a);
		p->client.config.suites_n = 2;
		if (CHECK(pair_open(p))) {
			mitm_run(p, c);
			const struct pair_side *victim = c->to_client ? &p->client : &p->server;
			if (state_of(victim) != c->alert)
				TEST_NOTE("%s: state %d, alert %d, %s", c->what,
					tls_state(victim->tls), tls_error(victim->tls)->code,
					tls_error(victim->tls)->text);
		}
		pair_free(p);
		free(a);
	}
}
#define ALL_REFUSED(version, changes) \
	all_refused(version, changes, sizeof changes / sizeof *changes)

/* Offsets in a ServerHello as in tls_modern_refuse.c; pre_shared_key is at 122, its value at 126. */
static void server_hello13(void)
{
	static const struct change changes[] = {
		{ "unchanged", true, HELLO_REQUEST, DROP, 0, 0, 0, NULL },
		{ "identity", true, SERVER_HELLO, SET, 127, 1, 47, NULL },
		{ "identity's high byte", true, SERVER_HELLO, SET, 126, 1, 47, NULL },
		{ "suite of another hash", true, SERVER_HELLO, SET, 72, 2, 47, NULL },
		{ "length of identity", true, SERVER_HELLO, SET, 125, 1, 50, NULL },
		{ "early data in its place", true, SERVER_HELLO, SET, 123, 42, 110, NULL },
		{ "certificate", true, FINISHED, SET, 0, CERTIFICATE, 10, NULL },
		{ "request", true, FINISHED, SET, 0, CERTIFICATE_REQUEST, 10, NULL },
		{ "finished", true, FINISHED, SET, 10, 0x77, 51, NULL },
		{ "client's finished", false, FINISHED, SET, 10, 0x77, 51, NULL },
		{ "client's certificate", false, FINISHED, SET, 0, CERTIFICATE, 10, NULL },
		{ "ticket cut", true, NEW_SESSION_TICKET, SHORT, 0, 0, 50, NULL },
		{ "ticket longer", true, NEW_SESSION_TICKET, LONG, 0, 0, 50, NULL },
		{ "ticket of no bytes", true, NEW_SESSION_TICKET, REPLACE, 0, 14, 50,
			"\0\0\1\0\0\0\0\0\1\0\0\0\0\0" },
		{ "ticket's extension twice", true, NEW_SESSION_TICKET, REPLACE, 0, 23, 47,
			"\0\0\1\0\0\0\0\0\1\0\0\1t\0\x8\x77\0\0\0\x77\0\0\0" },
		{ "ticket's unknown extension", true, NEW_SESSION_TICKET, REPLACE, 0, 19, 0,
			"\0\0\1\0\0\0\0\0\1\0\0\1t\0\4\x77\0\0\0" },
		{ "ticket from a client", false, FINISHED, SET, 0, NEW_SESSION_TICKET, 10, NULL },
	};
	ALL_REFUSED(TLS_1_3, changes);
}

static void without_key_share(void)
{
	static const struct edit no_share = { .without = KEY_SHARE };
	static uint8_t copy[TLS_OUT_SIZE * 4], storage[4096];
	struct buf b = buf_on(storage, sizeof storage);
	struct again *a = again_met(TLS_1_3);
	struct pair *p = again_simple(a);
	REQUIRE(pair_open(p));
	send_message(&p->server, first_message(&p->client, copy));
	rebuild(&b, first_message(&p->server, copy), &no_share);
	send_message(&p->client, buf_span(&b));
	CHECK_INT(state_of(&p->client), 47);
	pair_free(p);
	free(a);
}

/* 38 is the session ID's length here too, 71 the suite, 76 extended_master_secret. */
static void server_hello12(void)
{
	static const struct change changes[] = {
		{ "unchanged", true, HELLO_REQUEST, DROP, 0, 0, 0, NULL },
		{ "suite of no session", true, SERVER_HELLO, SET, 72, 0x2f, 47, NULL },
		{ "no extended master secret", true, SERVER_HELLO, SET, 77, 11, 47, NULL },
		{ "ticket dropped", true, NEW_SESSION_TICKET, DROP, 0, 0, 10, NULL },
		{ "ticket doubled", true, NEW_SESSION_TICKET, DOUBLE, 0, 0, 10, NULL },
		{ "ticket cut", true, NEW_SESSION_TICKET, SHORT, 0, 0, 50, NULL },
		{ "ticket longer", true, NEW_SESSION_TICKET, LONG, 0, 0, 50, NULL },
		{ "certificate instead", true, NEW_SESSION_TICKET, SET, 0, CERTIFICATE, 10, NULL },
		{ "ticket altered: it is in the Finished", true, NEW_SESSION_TICKET, SET, 30, 0x77,
			51, NULL },
		{ "server's finished", true, FINISHED, SET, 10, 0x77, 51, NULL },
		{ "client's finished", false, FINISHED, SET, 10, 0x77, 51, NULL },
	};
	ALL_REFUSED(TLS_1_2, changes);
}

static void server_without_ems(void)
{
	static const struct edit no_ems = { .without = EMS };
	static uint8_t copy[TLS_OUT_SIZE * 4], storage[4096];
	struct buf b = buf_on(storage, sizeof storage);
	struct again *a = again_met(TLS_1_2);
	struct pair *p = again_simple(a);
	REQUIRE(pair_open(p));
	send_message(&p->server, first_message(&p->client, copy));
	rebuild(&b, first_message(&p->server, copy), &no_ems);
	send_message(&p->client, buf_span(&b));
	CHECK_INT(state_of(&p->client), 40);
	pair_free(p);
	free(a);
}

static void tickets_not_worth_keeping(void)
{
	static const struct change changes[] = {
		{ "lifetime 0", true, NEW_SESSION_TICKET, ZERO, 4, 4, 0, NULL },
	};
	for (int v = 0; v < 2; v++) {
		struct again *a = again_new(v ? TLS_1_2 : TLS_1_3);
		struct pair *p = again_pair(a);
		REQUIRE(pair_open(p));
		mitm_run(p, changes);
		/* TLS 1.3: not to be used; TLS 1.2: of a lifetime that is not told, but it is under
		 * the Finished, which is changed by this. */
		CHECK_INT(a->sessions.count, 0);
		pair_free(p);
		free(a);
	}
}

static void week_at_most(void)
{
	static const struct change change = { "lifetime", true, NEW_SESSION_TICKET, SET, 4, 0xff, 0,
		NULL };
	struct again *a = again_new(TLS_1_3);
	struct pair *p = again_pair(a);
	struct tls_session s;
	REQUIRE(pair_open(p));
	mitm_run(p, &change);
	const struct session_slot *slot = again_newest(a);
	REQUIRE(session_read(span_of(slot->bytes, slot->n), &s));
	CHECK_INT(s.lifetime, 7 * 24 * 3600);
	pair_free(p);
	free(a);
}

int main(void)
{
	test("hellos with pre_shared_key in the wrong place or without its modes are refused",
		hellos_refused);
	test("a client refuses an identity that it did not offer", identity_out_of_range);
	test("a client that resumes may leave its signatures out, but then it must resume",
		without_signatures);
	test("no session of TLS 1.2 goes on without extended master secret", without_ems);
	test("a client checks what a server of TLS 1.3 says that resumes", server_hello13);
	test("and that it sends a key share", without_key_share);
	test("a client checks what a server of TLS 1.2 says that resumes", server_hello12);
	test("and that it keeps to extended master secret", server_without_ems);
	test("a ticket without a lifetime is not kept", tickets_not_worth_keeping);
	test("nor is one kept for more than a week", week_at_most);
	return test_end();
}
