/* SPDX-License-Identifier: MIT */
/* What our TLS 1.3 engine must refuse, and with which alert: one change in one message at a time. */
#include "test.h"
#include "tls_mitm.h"
#include "tls_pair_claims.h"

static void nothing_changed(void)
{
	struct pair *p = pair_new13();
	REQUIRE(pair_open(p));
	mitm_run(p, NULL);
	CHECK_INT(tls_state(p->client.tls), TLS_READY);
	CHECK_INT(tls_state(p->server.tls), TLS_READY);
	pair_free(p);
}

static void all_refused(const struct change *changes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct change *c = &changes[i];
		struct pair *p = pair_new13();
		struct pair_side *victim = c->to_client ? &p->client : &p->server;
		struct pair_side *other = c->to_client ? &p->server : &p->client;
		p->client.config.curves = 1u << 29; /* offsets count on one key share */
		p->client.config.suites_n = 1;
		if (CHECK(pair_open(p))) {
			mitm_run(p, c);
			const struct err *e = tls_error(victim->tls);
			if (tls_state(victim->tls) != TLS_FAILED || e->code != c->alert)
				TEST_NOTE("%s: state %d, alert %d, %s", c->what,
					tls_state(victim->tls), e->code, e->text);
			if (tls_error(other->tls)->code != c->alert)
				TEST_NOTE("%s: the other side saw %d, %s", c->what,
					tls_error(other->tls)->code, tls_error(other->tls)->text);
			CHECK_INT(tls_room(victim->tls).n, 0);
		}
		pair_free(p);
	}
}

#define ALL_REFUSED(changes) all_refused(changes, sizeof changes / sizeof *changes)

/* Offsets in a ServerHello: 4 version, 6 random, 38 session ID with its length, 71 suite, 73
 * compression, 74 length of extensions, 76 key_share: 80 group, 82 length, 84 point, 116
 * supported_versions: 120 version. */
static void server_hello(void)
{
	static const struct change changes[] = {
		{ "dropped", true, SERVER_HELLO, DROP, 0, 0, 10, NULL },
		{ "doubled", true, SERVER_HELLO, DOUBLE, 0, 0, 10, NULL },
		{ "short", true, SERVER_HELLO, SHORT, 0, 0, 50, NULL },
		{ "long", true, SERVER_HELLO, LONG, 0, 0, 50, NULL },
		{ "as another message", true, SERVER_HELLO, SET, 0, ENCRYPTED_EXTENSIONS, 10,
			NULL },
		{ "version", true, SERVER_HELLO, SET, 5, 4, 47, NULL },
		{ "session ID", true, SERVER_HELLO, SET, 40, 0, 47, NULL },
		{ "suite not offered", true, SERVER_HELLO, SET, 72, 2, 47, NULL },
		{ "suite unknown", true, SERVER_HELLO, SET, 72, 0x77, 47, NULL },
		{ "compression", true, SERVER_HELLO, SET, 73, 1, 47, NULL },
		{ "length of extensions", true, SERVER_HELLO, SET, 75, 1, 50, NULL },
		{ "no supported_versions", true, SERVER_HELLO, SET, 117, 16, 70, NULL },
		{ "extension not asked for", true, SERVER_HELLO, SET, 77, 16, 110, NULL },
		{ "extension twice", true, SERVER_HELLO, SET, 117, 51, 47, NULL },
		{ "version 1.2 selected", true, SERVER_HELLO, SET, 121, 3, 47, NULL },
		{ "no key_share", true, SERVER_HELLO, SET, 77, 44, 110, NULL },
		{ "group", true, SERVER_HELLO, SET, 81, 23, 47, NULL },
		{ "point of small order", true, SERVER_HELLO, ZERO, 84, 32, 47, NULL },
		{ "length of point", true, SERVER_HELLO, SET, 83, 31, 50, NULL },
	};
	ALL_REFUSED(changes);
}

static void extensions_and_request(void)
{
	static const struct change changes[] = {
		{ "extensions dropped", true, ENCRYPTED_EXTENSIONS, DROP, 0, 0, 10, NULL },
		{ "extensions doubled", true, ENCRYPTED_EXTENSIONS, DOUBLE, 0, 0, 10, NULL },
		{ "extensions short", true, ENCRYPTED_EXTENSIONS, SHORT, 0, 0, 50, NULL },
		{ "extensions long", true, ENCRYPTED_EXTENSIONS, LONG, 0, 0, 50, NULL },
		{ "unknown extension", true, ENCRYPTED_EXTENSIONS, REPLACE, 0, 6, 110,
			"\0\4\x12\x34\0\0" },
		{ "name not asked for", true, ENCRYPTED_EXTENSIONS, REPLACE, 0, 6, 110,
			"\0\4\0\0\0\0" },
		{ "key_share in this place", true, ENCRYPTED_EXTENSIONS, REPLACE, 0, 6, 47,
			"\0\4\0\x33\0\0" },
		{ "extension twice", true, ENCRYPTED_EXTENSIONS, REPLACE, 0, 10, 47,
			"\0\x8\0\xa\0\0\0\xa\0\0" },
		{ "request doubled", true, CERTIFICATE_REQUEST, DOUBLE, 0, 0, 10, NULL },
		{ "request short", true, CERTIFICATE_REQUEST, SHORT, 0, 0, 50, NULL },
		{ "request long", true, CERTIFICATE_REQUEST, LONG, 0, 0, 50, NULL },
		{ "request with context", true, CERTIFICATE_REQUEST, REPLACE, 0, 4, 50, "\1x\0\0" },
		{ "request without signatures", true, CERTIFICATE_REQUEST, REPLACE, 0, 3, 109,
			"\0\0\0" },
	};
	ALL_REFUSED(changes);
}

static void server_proof(void)
{
	static const struct change changes[] = {
		{ "certificate dropped", true, CERTIFICATE, DROP, 0, 0, 10, NULL },
		{ "certificate doubled", true, CERTIFICATE, DOUBLE, 0, 0, 10, NULL },
		{ "certificate short", true, CERTIFICATE, SHORT, 0, 0, 50, NULL },
		{ "certificate long", true, CERTIFICATE, LONG, 0, 0, 50, NULL },
		{ "no certificate", true, CERTIFICATE, REPLACE, 0, 4, 50, "\0\0\0\0" },
		{ "certificate of no bytes", true, CERTIFICATE, REPLACE, 0, 9, 50,
			"\0\0\0\5\0\0\0\0\0" },
		{ "certificate altered", true, CERTIFICATE, SET, 300, 0, 42, NULL },
		{ "verify dropped", true, CERTIFICATE_VERIFY, DROP, 0, 0, 10, NULL },
		{ "verify doubled", true, CERTIFICATE_VERIFY, DOUBLE, 0, 0, 10, NULL },
		{ "verify short", true, CERTIFICATE_VERIFY, SHORT, 0, 0, 50, NULL },
		{ "verify long", true, CERTIFICATE_VERIFY, LONG, 0, 0, 50, NULL },
		{ "signature altered", true, CERTIFICATE_VERIFY, SET, 30, 0, 51, NULL },
		{ "signature empty", true, CERTIFICATE_VERIFY, REPLACE, 0, 4, 51, "\4\3\0\0" },
		{ "PKCS#1 signature", true, CERTIFICATE_VERIFY, SET, 5, 1, 47, NULL },
		{ "scheme of another key", true, CERTIFICATE_VERIFY, SET, 4, 5, 47, NULL },
		{ "unknown scheme", true, CERTIFICATE_VERIFY, SET, 4, 0x77, 47, NULL },
		{ "finished dropped", true, FINISHED, AHEAD, 23, 4, 10, "data" },
		{ "finished doubled", true, FINISHED, DOUBLE, 0, 0, 10, NULL },
		{ "finished short", true, FINISHED, SHORT, 0, 0, 50, NULL },
		{ "finished long", true, FINISHED, LONG, 0, 0, 50, NULL },
		{ "finished altered", true, FINISHED, ZERO, 10, 2, 51, NULL },
	};
	ALL_REFUSED(changes);
}

/* Offsets in our ClientHello with one suite, one group and no name: 38 session ID, 71 suites, 75
 * compression, 77 length of extensions, 79 supported_versions (7), 86 supported_groups (8), 94
 * signature_algorithms (24), 118 key_share: 122 list, 124 group, 126 length, 128 point. */
static void client_hello(void)
{
	static const struct change changes[] = {
		{ "short", false, CLIENT_HELLO, SHORT, 0, 0, 50, NULL },
		{ "long", false, CLIENT_HELLO, LONG, 0, 0, 50, NULL },
		{ "doubled", false, CLIENT_HELLO, DOUBLE, 0, 0, 10, NULL },
		{ "as another message", false, CLIENT_HELLO, SET, 0, FINISHED, 10, NULL },
		{ "SSL 2 version", false, CLIENT_HELLO, SET, 4, 0, 47, NULL },
		{ "length of session ID", false, CLIENT_HELLO, SET, 38, 33, 50, NULL },
		{ "no suite in common", false, CLIENT_HELLO, SET, 73, 0x77, 40, NULL },
		{ "odd list of suites", false, CLIENT_HELLO, SET, 72, 1, 50, NULL },
		{ "compression", false, CLIENT_HELLO, SET, 76, 1, 47, NULL },
		{ "version 1.2 only", false, CLIENT_HELLO, SET, 85, 3, 70, NULL },
		{ "no supported_versions", false, CLIENT_HELLO, SET, 79, 0x77, 70, NULL },
		{ "no supported_groups", false, CLIENT_HELLO, SET, 86, 0x77, 109, NULL },
		{ "no signature_algorithms", false, CLIENT_HELLO, SET, 94, 0x77, 109, NULL },
		{ "no key_share", false, CLIENT_HELLO, SET, 118, 0x77, 109, NULL },
		{ "extension twice", false, CLIENT_HELLO, SET, 95, 51, 47, NULL },
		{ "no group in common", false, CLIENT_HELLO, SET, 93, 77, 40, NULL },
		{ "share of no length", false, CLIENT_HELLO, SET, 127, 0, 50, NULL },
		{ "share too long", false, CLIENT_HELLO, SET, 127, 33, 50, NULL },
		{ "share too short", false, CLIENT_HELLO, SET, 127, 31, 50, NULL },
		{ "point of small order", false, CLIENT_HELLO, ZERO, 128, 32, 47, NULL },
		{ "no signature in common", false, CLIENT_HELLO, ZERO, 100, 18, 40, NULL },
	};
	ALL_REFUSED(changes);
}

static void client_proof(void)
{
	static const struct change changes[] = {
		{ "certificate dropped", false, CERTIFICATE, DROP, 0, 0, 10, NULL },
		{ "certificate doubled", false, CERTIFICATE, DOUBLE, 0, 0, 10, NULL },
		{ "certificate short", false, CERTIFICATE, SHORT, 0, 0, 50, NULL },
		{ "no certificate", false, CERTIFICATE, REPLACE, 0, 4, 116, "\0\0\0\0" },
		{ "certificate with context", false, CERTIFICATE, SET, 4, 1, 47, NULL },
		{ "certificate altered", false, CERTIFICATE, SET, 300, 0, 42, NULL },
		{ "verify dropped", false, CERTIFICATE_VERIFY, DROP, 0, 0, 10, NULL },
		{ "signature altered", false, CERTIFICATE_VERIFY, SET, 30, 0, 51, NULL },
		{ "PKCS#1 signature", false, CERTIFICATE_VERIFY, SET, 5, 1, 47, NULL },
		{ "finished short", false, FINISHED, SHORT, 0, 0, 50, NULL },
		{ "finished altered", false, FINISHED, ZERO, 10, 2, 51, NULL },
		{ "data before finished", false, FINISHED, AHEAD, 23, 4, 10, "data" },
		{ "ticket before finished", false, FINISHED, AHEAD, 22, 5, 10, "\4\0\0\1x" },
		{ "empty handshake record", false, FINISHED, AHEAD, 22, 0, 10, "" },
		{ "record of no type", false, FINISHED, AHEAD, 0, 0, 10, "" },
		{ "record of unknown type", false, FINISHED, AHEAD, 99, 1, 10, "x" },
		{ "handshake in the clear", false, FINISHED, BARE, 22, 4, 10, "\x14\0\0\0" },
		{ "ChangeCipherSpec of two bytes", false, FINISHED, BARE, 20, 2, 10, "\1\1" },
		{ "ChangeCipherSpec of another value", false, FINISHED, BARE, 20, 1, 10, "\2" },
		{ "ChangeCipherSpec encrypted", false, FINISHED, AHEAD, 20, 1, 10, "\1" },
		{ "alert of one byte", false, FINISHED, AHEAD, 21, 1, 50, "\2" },
		{ "half a message, then another", false, FINISHED, AHEAD, 22, 4, 10,
			"\x14\0\0\x20" },
		{ "a message of a megabyte", false, CERTIFICATE, AHEAD, 22, 4, 50, "\x0b\x10\0\0" },
	};
	ALL_REFUSED(changes);
}

/* A pair that is connected already, and records from somebody who has the client's keys. */
static void after_the_handshake(void)
{
	static const struct {
		const char *what;
		uint8_t type;
		size_t n;
		const char *bytes;
		int times, alert;
		bool bare;
	} rows[] = {
		{ "KeyUpdate of value 2", 22, 5, "\x18\0\0\1\2", 1, 47, false },
		{ "KeyUpdate of two bytes", 22, 6, "\x18\0\0\2\0\0", 1, 50, false },
		{ "KeyUpdate with a message behind", 22, 10, "\x18\0\0\1\0\x18\0\0\1\0", 1, 10,
			false },
		{ "ticket to a server", 22, 5, "\4\0\0\1x", 1, 10, false },
		{ "another ClientHello", 22, 5, "\1\0\0\1x", 1, 10, false },
		{ "empty records by the dozen", 23, 0, "", 40, 10, false },
		{ "KeyUpdates by the dozen", 22, 5, "\x18\0\0\1\0", 40, 10, false },
		{ "ChangeCipherSpec", 20, 1, "\1", 1, 10, true },
		{ "data in the clear", 23, 20, "01234567890123456789", 1, 20, true },
		{ "an alert in the clear", 21, 2, "\2\50", 1, 10, true },
		{ "data within a message", 22, 2, "\x18\0", 1, 0, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pair *p = pair_new13();
		if (!CHECK(pair_open(p)))
			return;
		pair_run(p);
		for (int k = 0; k < rows[i].times; k++)
			send_record(&p->server, rows[i].type, span_of(rows[i].bytes, rows[i].n),
				rows[i].bare);
		int alert = rows[i].alert;
		if (alert == 0) {
			send_record(&p->server, RECORD_DATA, span_str("x"), false);
			alert = 10;
		}
		if (tls_error(p->server.tls)->code != alert)
			TEST_NOTE("%s: %s", rows[i].what, tls_error(p->server.tls)->text);
		CHECK_INT(p->server.received_n, 0);
		pair_free(p);
	}
}

static void oversize_records(void)
{
	struct pair *p = pair_new13();
	static const uint8_t header[] = { 23, 3, 3, 0x41, 0x01 };
	REQUIRE(pair_open(p));
	pair_run(p);
	give(&p->server, header, sizeof header);
	CHECK_INT(tls_error(p->server.tls)->code, 22);
	pair_free(p);
	p = pair_new13();
	static const uint8_t clear[] = { 22, 3, 1, 0x40, 0x01 };
	REQUIRE(pair_open(p));
	give(&p->server, clear, sizeof clear);
	CHECK_INT(tls_error(p->server.tls)->code, 22);
	pair_free(p);
}

static void refused_trust(void)
{
	struct pair *p = pair_new13();
	pair_judge_init(&p->client.judge, span_of(ca_other, sizeof ca_other));
	err_set(&p->client.judge.verdict, ERR_TRUST, 48, "nobody knows this CA");
	REQUIRE(pair_open(p));
	pair_run(p);
	CHECK_STR(tls_error(p->client.tls)->text, "nobody knows this CA");
	CHECK_INT(tls_error(p->server.tls)->code, 48);
	pair_free(p);
	p = pair_new13();
	p->server.config.trust = TLS_TRUST_IF_PRESENT;
	pair_judge_init(&p->server.judge, span_of(ca_other, sizeof ca_other));
	err_set(&p->server.judge.verdict, ERR_TRUST, 45, "expired");
	REQUIRE(pair_open(p));
	pair_run(p);
	CHECK_INT(tls_error(p->server.tls)->code, 45);
	CHECK_INT(tls_error(p->client.tls)->code, 45);
	pair_free(p);
	p = pair_new13();
	pair_identity(&p->client.config, &p->client.key, PAIR_NONE);
	REQUIRE(pair_open(p));
	pair_run(p);
	CHECK_INT(tls_error(p->server.tls)->code, 116);
	CHECK(strstr(tls_error(p->client.tls)->text, "demands a client certificate"));
	pair_free(p);
	p = pair_new13();
	pair_identity(&p->client.config, &p->client.key, PAIR_RSA);
	p->client.key.chain[0] = span_of(cert_ec, sizeof cert_ec);
	REQUIRE(pair_open(p));
	pair_run(p);
	CHECK_INT(tls_error(p->server.tls)->code, 47);
	pair_free(p);
}

static void older_versions(void)
{
	struct pair *p = pair_new13();
	p->client.config.suites[0] = p->server.config.suites[0] = 0xC02B;
	p->client.config.min_version = p->client.config.max_version = TLS_1_2;
	REQUIRE(pair_open(p));
	pair_run(p);
	CHECK_INT(tls_error(p->server.tls)->code, 70);
	CHECK_INT(tls_error(p->client.tls)->code, 70);
	pair_free(p);
	p = pair_new13();
	p->server.config.suites[0] = 0xC02B;
	p->server.config.min_version = p->server.config.max_version = TLS_1_2;
	REQUIRE(pair_open(p));
	pair_run(p);
	CHECK_INT(tls_state(p->client.tls), TLS_FAILED);
	CHECK_INT(tls_state(p->server.tls), TLS_FAILED);
	pair_free(p);
}

static void damage_everywhere(void)
{
	/* The version in a record's header is not looked at in the clear (RFC 8446 5.1). */
	CHECK(through_damage() <= 4);
}

int main(void)
{
	make = pair_new13;
	test("message by message, unchanged, the handshake works", nothing_changed);
	test("a ServerHello with anything wrong gets the RFC's alert", server_hello);
	test("so do EncryptedExtensions and CertificateRequest", extensions_and_request);
	test("so does the server's proof of who it is", server_proof);
	test("a ClientHello with anything wrong gets the RFC's alert", client_hello);
	test("so does the client's proof, and what comes between", client_proof);
	test("after the handshake only what may come is taken", after_the_handshake);
	test("records that are too long are refused by their header", oversize_records);
	test("refused, missing and foreign certificates end with the judge's alert", refused_trust);
	test("a peer without TLS 1.3 is refused with protocol_version", older_versions);
	test("a handshake damaged in any place gives no connection", damage_everywhere);
	return test_end();
}
