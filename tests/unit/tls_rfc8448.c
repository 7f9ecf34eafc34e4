/* SPDX-License-Identifier: MIT */
/* The handshake of RFC 8448 section 3 through our own engine, once as its client and once as its server:
 * with the trace's keys and randomness each must write the trace's records, byte for byte. Two messages
 * are not ours and are put into the engine's mouth: ClientHello (we offer less) and EncryptedExtensions
 * (we do not repeat what the client knows). */
#include "test.h"
#include "tls_mitm.h"
#include "tls_rfc8448_table.h"

#define RFC(name) span_of(rfc_##name, sizeof rfc_##name)

/* Gives what it was told to, piece by piece, and notes when it has no more. */
struct script {
	const br_prng_class *vtable;
	struct span pieces[2];
	size_t next;
};

static void script_generate(const br_prng_class **ctx, void *out, size_t n)
{
	struct script *s = (struct script *)(void *)ctx;
	if (s->next == 2 || s->pieces[s->next].n != n) {
		TEST_NOTE("%zu bytes of randomness asked for, which the trace has not", n);
		memset(out, 0x55, n);
		return;
	}
	memcpy(out, s->pieces[s->next++].p, n);
}

static const br_prng_class script_class = { .generate = script_generate };

static uint8_t rsa_n[128] = { 0 };
static uint8_t rsa_e[] = { 1, 0, 1 };

/* The modulus and the certificate stand in the server's flight. */
static struct span flight_at(size_t from, size_t n)
{
	return span_of(rfc_flight_plain + from, n);
}
enum { EXTENSIONS = 40, CERT_AT = EXTENSIONS + 11, CERT_N = 0x1b0, MODULUS_AT = 175 };

static void says(struct pair_side *s, struct span want)
{
	const struct span out = tls_out(s->tls);
	if (CHECK(out.n >= want.n))
		CHECK_MEM(out.p, want.p, want.n);
	tls_out_done(s->tls, want.n < out.n ? want.n : out.n);
}

static void hears(struct pair_side *s, struct span record)
{
	give(s, record.p, record.n);
}

static void sends_data(struct pair_side *s)
{
	const struct mspan room = tls_room(s->tls);
	if (!CHECK(room.n >= 50))
		return;
	for (uint8_t i = 0; i < 50; i++)
		room.p[i] = i;
	tls_room_done(s->tls, 50);
	tls_flush(s->tls);
}

static struct pair *trace_client(void)
{
	static br_x509_knownkey_context known;
	struct pair *p = pair_new13();
	p->client.link.server_name = "server";
	if (!CHECK(pair_open(p)))
		return p;
	memcpy(rsa_n, rfc_flight_plain + MODULUS_AT, sizeof rsa_n);
	const br_rsa_public_key key = { rsa_n, sizeof rsa_n, rsa_e, sizeof rsa_e };
	br_x509_knownkey_init_rsa(&known, &key, BR_KEYTYPE_SIGN | BR_KEYTYPE_KEYX);
	struct modern *m = inside(&p->client);
	m->witness.judge = &known.vtable;
	tls_out_done(p->client.tls, tls_out(p->client.tls).n);
	memset(&m->share, 0, sizeof m->share);
	m->share.group = 29;
	m->share.key_n = 32;
	memcpy(m->share.key, rfc_client_key, 32);
	m->session_id_n = 0;
	transcript_init(&m->transcript);
	transcript_add(&m->transcript, span_at(RFC(client_hello), RECORD_HEADER, 196 + 5));
	return p;
}

static void client_of_the_trace(void)
{
	struct pair *p = trace_client();
	struct tls_facts f;
	hears(&p->client, RFC(server_hello));
	CHECK_INT(tls_out(p->client.tls).n, 0);
	hears(&p->client, RFC(server_flight));
	says(&p->client, RFC(client_finished));
	CHECK_INT(tls_state(p->client.tls), TLS_READY);
	tls_facts(p->client.tls, &f);
	CHECK_STR(f.signature, "rsa_pss_rsae_sha256");
	CHECK(span_eq(f.leaf, flight_at(CERT_AT, CERT_N)));
	hears(&p->client, RFC(ticket));
	sends_data(&p->client);
	says(&p->client, RFC(client_data));
	hears(&p->client, RFC(server_data));
	CHECK_INT(p->client.received_n, 50);
	tls_close(p->client.tls);
	says(&p->client, RFC(client_close));
	hears(&p->client, RFC(server_close));
	CHECK_INT(tls_state(p->client.tls), TLS_CLOSED);
	pair_free(p);
}

/* Any byte of the server's flight altered: no connection, and no Finished of ours. */
static void client_wants_every_byte(void)
{
	uint8_t flight[sizeof rfc_server_flight];
	for (size_t at = RECORD_HEADER; at < sizeof flight; at += 7) {
		struct pair *p = trace_client();
		memcpy(flight, rfc_server_flight, sizeof flight);
		flight[at] ^= 1;
		hears(&p->client, RFC(server_hello));
		hears(&p->client, span_of(flight, sizeof flight));
		CHECK_INT(tls_state(p->client.tls), TLS_FAILED);
		CHECK_INT(tls_error(p->client.tls)->code, BAD_RECORD_MAC);
		pair_free(p);
	}
}

static void client_wants_the_trace_key(void)
{
	struct pair *p = trace_client();
	inside(&p->client)->share.key[20] ^= 1;
	hears(&p->client, RFC(server_hello));
	hears(&p->client, RFC(server_flight));
	CHECK_INT(tls_error(p->client.tls)->code, BAD_RECORD_MAC);
	pair_free(p);
}

/* The server up to and with its Finished; random and salt are the trace's. */
struct trace_server {
	struct script public, private;
	br_rsa_private_key key;
	struct span cert;
};

static struct pair *trace_server(struct trace_server *t)
{
	static const enum part flight[] = { PART_CERT, PART_VERIFY, PART_FINISHED, PART_END };
	struct pair *p = pair_new13();
	struct tls_config *c = &p->server.config;
	t->public = (struct script){ &script_class, { { rfc_server_hello + 11, 32 } }, 0 };
	t->private = (struct script){ &script_class, { RFC(server_key), RFC(salt) }, 0 };
#define PART(name) (unsigned char *)(uintptr_t)rfc_rsa_##name, sizeof rfc_rsa_##name
	t->key = (br_rsa_private_key){ 1024, PART(p), PART(q), PART(dp), PART(dq), PART(iq) };
	t->cert = flight_at(CERT_AT, CERT_N);
	c->rand_public = &t->public.vtable;
	c->rand_private = &t->private.vtable;
	c->trust = TLS_TRUST_IGNORE;
	c->rsa = &t->key;
	c->ec = NULL;
	c->chain = &t->cert;
	c->chain_n = 1;
	if (!CHECK(pair_open(p)))
		return p;
	struct modern *m = inside(&p->server);
	CHECK(server_client_hello(m, span_at(RFC(client_hello), RECORD_HEADER, 196 + 5)));
	CHECK(out_message(m, flight_at(0, EXTENSIONS)));
	m->flight = flight;
	modern_run(m);
	return p;
}

static void server_of_the_trace(void)
{
	struct trace_server t;
	struct pair *p = trace_server(&t);
	says(&p->server, RFC(server_hello));
	says(&p->server, RFC(server_flight));
	CHECK_INT(tls_out(p->server.tls).n, 0);
	hears(&p->server, RFC(client_finished));
	CHECK_INT(tls_state(p->server.tls), TLS_READY);
	struct modern *m = inside(&p->server);
	memcpy(out_room(m, RECORD_HANDSHAKE).p, rfc_ticket_plain, sizeof rfc_ticket_plain);
	out_filled(m, sizeof rfc_ticket_plain);
	tls_flush(p->server.tls);
	says(&p->server, RFC(ticket));
	hears(&p->server, RFC(client_data));
	CHECK_INT(p->server.received_n, 50);
	sends_data(&p->server);
	says(&p->server, RFC(server_data));
	hears(&p->server, RFC(client_close));
	says(&p->server, RFC(server_close));
	CHECK_INT(tls_state(p->server.tls), TLS_CLOSED);
	pair_free(p);
}

static void server_wants_the_finished(void)
{
	uint8_t record[sizeof rfc_client_finished];
	for (size_t at = RECORD_HEADER; at < sizeof record; at++) {
		struct trace_server t;
		struct pair *p = trace_server(&t);
		memcpy(record, rfc_client_finished, sizeof record);
		record[at] ^= 0x80;
		hears(&p->server, span_of(record, sizeof record));
		CHECK_INT(tls_state(p->server.tls), TLS_FAILED);
		CHECK_INT(tls_error(p->server.tls)->code, BAD_RECORD_MAC);
		pair_free(p);
	}
}

int main(void)
{
	pair_engine = PAIR_MODERN;
	test("our client writes what the client of RFC 8448 section 3 wrote", client_of_the_trace);
	test("our client takes no trace with a byte altered", client_wants_every_byte);
	test("our client takes no trace with another key", client_wants_the_trace_key);
	test("our server writes what the server of RFC 8448 section 3 wrote", server_of_the_trace);
	test("our server takes no Finished with a byte altered", server_wants_the_finished);
	return test_end();
}
