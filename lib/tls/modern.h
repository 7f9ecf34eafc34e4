/* SPDX-License-Identifier: MIT */
/* The inside of our own engine for TLS 1.3 (RFC 8446) and TLS 1.2 with ECDHE and AEAD (RFC 5246, 5289,
 * 7905, 7627): modern.c offers it as a struct tls, modern_in.c takes records and messages apart,
 * modern_out.c makes them, modern_auth.c proves who is who, modern_client.c and modern_server.c are the
 * two halves of the handshake up to the choice of the version and of TLS 1.3, modern_client12.c and
 * modern_server12.c those of TLS 1.2; modern_resume.h has what resumes sessions. */
#ifndef DCMSEC_TLS_MODERN_H
#define DCMSEC_TLS_MODERN_H

#include "base/buf.h"
#include "tls/alert.h"
#include "tls/modern_hello.h"
#include "tls/modern_keys.h"
#include "tls/modern_resume.h"
#include "tls/modern_sign.h"
#include "tls/ops.h"
#include "tls/witness.h"

enum message {
	HELLO_REQUEST = 0,
	CLIENT_HELLO = 1,
	SERVER_HELLO = 2,
	NEW_SESSION_TICKET = 4,
	ENCRYPTED_EXTENSIONS = 8,
	CERTIFICATE = 11,
	SERVER_KEY_EXCHANGE = 12,
	CERTIFICATE_REQUEST = 13,
	SERVER_HELLO_DONE = 14,
	CERTIFICATE_VERIFY = 15,
	CLIENT_KEY_EXCHANGE = 16,
	FINISHED = 20,
	KEY_UPDATE = 24,
};

/* What is waited for (RFC 8446 Appendix A). */
enum modern_state {
	WAIT_SERVER_HELLO,
	WAIT_EXTENSIONS,
	WAIT_REQUEST, /* or the server's Certificate */
	WAIT_SERVER_CERT,
	WAIT_SERVER_VERIFY,
	WAIT_SERVER_FINISHED,
	WAIT_CLIENT_HELLO,
	WAIT_CLIENT_CERT,
	WAIT_CLIENT_VERIFY,
	WAIT_CLIENT_FINISHED,
	WAIT12_SERVER_CERT, /* TLS 1.2 (RFC 5246 7.3) */
	WAIT12_SERVER_KEY,
	WAIT12_REQUEST, /* or ServerHelloDone */
	WAIT12_DONE,
	WAIT12_CLIENT_CERT,
	WAIT12_CLIENT_KEY,
	WAIT12_CLIENT_VERIFY,
	WAIT12_TICKET, /* NewSessionTicket was announced */
	WAIT12_CCS,
	WAIT12_FINISHED,
	CONNECTED,
};

/* The parts of a flight that do not leave at once. */
enum part {
	PART_END,
	PART_EXTENSIONS,
	PART_REQUEST,
	PART_CERT,
	PART_VERIFY,
	PART_FINISHED,
	PART_KEY,  /* TLS 1.2: the key exchange of our side */
	PART_DONE, /* ServerHelloDone */
	PART_CCS,
	PART_TICKET,
};

enum { SHARE_KEY = 66, SHARE_POINT = 133 };

/* One ephemeral key (4.2.8). */
struct share {
	int group; /* 0: none */
	uint8_t key[SHARE_KEY];
	size_t key_n;
};

struct modern {
	struct tls tls; /* first */
	const struct tls_config *config;
	const struct err *verdict;
	struct witness witness;
	char server_name[256];

	enum modern_state state;
	bool closing;     /* our close_notify is made, or follows the flight */
	bool peer_closed; /* the peer's came */
	bool cut;
	bool failed;
	bool hello_done; /* the first hello of the peer came: ChangeCipherSpec may follow */
	bool retried;    /* a HelloRetryRequest went by */
	bool asked;      /* client: a certificate was asked for */
	bool ccs_sent;
	unsigned idle;    /* records without progress, in a row */
	size_t skip;      /* bytes of early data that may still be skipped (4.2.10) */
	uint8_t first[6]; /* what the peer began with */
	size_t first_n;

	uint16_t version; /* 0 until it is chosen */
	const struct protect_suite *suite;
	int group;                        /* of the exchange */
	const struct sign_scheme *own;    /* how we sign */
	const struct sign_scheme *server; /* how the server signed */
	struct share share;
	uint8_t shared[SHARE_KEY]; /* TLS 1.2: what was agreed on, until there are keys */
	size_t shared_n;
	uint8_t session_id[32];
	size_t session_id_n;

	/* TLS 1.2 */
	bool extended;              /* extended master secret */
	uint8_t randoms[64];        /* the server's, then the client's */
	uint8_t point[SHARE_POINT]; /* of the server's key exchange */
	size_t point_n;

	struct resume resume;

	struct transcript transcript;
	struct schedule schedule;
	struct protect rx, tx;
	uint8_t rx_secret[KEYS_HASH], tx_secret[KEYS_HASH];
	uint8_t next_secret
		[KEYS_HASH];   /* client: for sending, server: for receiving, after Finished */
	uint64_t update_after; /* records under one key until we update it (5.5) */

	/* in: [0, gathered) is handshake messages, [raw, end) records; plain lies between, of as many
	 * records as there were, and behind it what the last one brought that is none. */
	struct mspan in;
	size_t gathered, raw, end;
	struct mspan plain;
	struct {
		bool waits; /* until plain is eaten */
		uint8_t type;
		struct mspan content;
		int alert; /* it did not open; else 0 */
	} ahead;

	/* out: [head, tail) is sealed; behind it a record of kind and content is being filled. */
	struct mspan out;
	size_t head, tail, content;
	size_t most; /* content that the peer takes in a protected record (RFC 8449); 0: any */
	enum record_type kind;
	const enum part *flight; /* what is still to be written */
	size_t piece, offset;    /* how far within its present part */
};

/* Fails once: explains, queues the alert (or NO_ALERT). Returns false, always. */
bool modern_fail(struct modern *m, enum err_kind kind, enum alert_code alert, const char *format,
	...) __attribute__((format(printf, 4, 5)));

/* modern_in.c: moves on with what is there. */
void modern_run(struct modern *m);
struct mspan modern_in(struct modern *m);

/* modern_out.c */
/* record_size_limit (RFC 8449): takes the peer's from its hello or EncryptedExtensions, once the
 * version is known, and writes ours. */
bool out_limit(struct modern *m, const struct hello *h);
void out_write_limit(const struct modern *m, struct buf *b, uint16_t version);
struct mspan out_room(struct modern *m, enum record_type kind); /* content that fits now */
void out_filled(struct modern *m, size_t n);
void out_seal(struct modern *m);                         /* ends the record being filled, if any */
bool out_message(struct modern *m, struct span message); /* whole, into the transcript too */
void out_ccs(struct modern *m);
void out_alert(struct modern *m, unsigned level, unsigned code);
void out_close(struct modern *m); /* close_notify, when all before it is written */
bool out_key_update(struct modern *m, bool ask);
/* Writes as much of the flight as fits; true when all of it is written. */
bool out_flight(struct modern *m);

/* modern_auth.c: messages of both sides; body is without the header. */
bool auth_read_certificate(struct modern *m, struct span body);
bool auth_read_verify(struct modern *m, struct span body);
bool auth_read_finished(struct modern *m, struct span body);
/* The certificate message in pieces; an empty one when all were given. */
struct span auth_certificate_piece(const struct modern *m, size_t piece, uint8_t scratch[8]);
bool auth_write_verify(struct modern *m, struct buf *out);
bool auth_write_finished(struct modern *m, struct buf *out);
/* TLS 1.2: the master secret once ClientKeyExchange is in the transcript, from m->shared. */
void auth_master(struct modern *m);
void auth_protect12(struct modern *m, bool sending);
bool auth_read_finished12(struct modern *m, struct span body);
/* From handshake to application keys; after the server's Finished is in the transcript. */
void auth_application_secrets(struct modern *m, uint8_t *client, uint8_t *server);
/* From the shared secret of the exchange to handshake keys, after ServerHello. */
void auth_handshake_keys(struct modern *m, struct span shared);

/* modern_client.c and modern_server.c: false when they failed. */
bool client_start(struct modern *m);
bool client_server_hello(struct modern *m, struct span body);
bool client_extensions(struct modern *m, struct span body);
bool client_request(struct modern *m, struct span body);
bool client_server_done(struct modern *m); /* the server's Finished was good */
bool server_client_hello(struct modern *m, struct span body);
void server_write_extensions(const struct modern *m, struct buf *b);
struct span server_request_piece(const struct modern *m, size_t piece, uint8_t scratch[64]);
void server_flight_done(struct modern *m);

struct span server_request12_piece(const struct modern *m, size_t piece, uint8_t scratch[64]);

/* modern_client12.c and modern_server12.c */
bool client12_hello(struct modern *m, const struct hello *h, struct span message);
bool client12_key(struct modern *m, struct span body);
bool client12_request(struct modern *m, struct span body);
bool client12_done(struct modern *m, struct span body);
bool client12_write_key(struct modern *m, struct buf *out);
bool server12_hello(struct modern *m, const struct hello *h, struct span message);
bool server12_key(struct modern *m, struct span body);
bool server12_write_key(struct modern *m, struct buf *out);

/* modern_share.c: ephemeral keys. */
bool share_make(
	struct modern *m, struct share *s, int group, uint8_t point[SHARE_POINT], size_t *n);
/* The shared secret of our key and the peer's point; false for a point that is none (4.2.8.2). */
bool share_agree(const struct share *s, struct span point, uint8_t secret[SHARE_KEY], size_t *n);

#endif
