/* SPDX-License-Identifier: MIT */
/* The secure channel as four byte channels and some questions: the one interface of both TLS
 * engines. It owns no socket, no clock and no memory; deadlines are its caller's matter.
 *
 * A loop moves bytes while any of these is not empty, and asks tls_state when none moves:
 *     tls_in     where records from the peer go       tls_plain  plaintext that came
 *     tls_out    records for the peer                 tls_room   where plaintext to go is put
 * An empty span means "not now". Each span is borrowed until the next call that is not const on the
 * same engine; each _done takes at most the span's length, and 0 is allowed and does nothing. */
#ifndef DCMSEC_TLS_ENGINE_H
#define DCMSEC_TLS_ENGINE_H

#include "base/err.h"
#include "base/span.h"
#include "pki/keyuse.h"
#include "tls/suites.h"
#include <bearssl.h>

enum tls_role { TLS_CLIENT, TLS_SERVER };

/* What is asked of the peer's certificate. A server always shows one. */
enum tls_trust {
	TLS_TRUST_REQUIRE,    /* there must be one, and the judge must accept it */
	TLS_TRUST_IF_PRESENT, /* server: the client may have none; one that comes must be accepted */
	TLS_TRUST_IGNORE, /* server: none is asked for; client: the judge takes whatever comes */
};

/* What all connections of one sender or receiver share. Filled by the caller, tls_profile_apply for
 * the middle part; frozen, with all that it points to, while a connection uses it. */
struct tls_config {
	enum tls_role role;
	enum tls_trust trust;

	uint16_t min_version, max_version; /* TLS_1_0 to TLS_1_3 */
	uint16_t suites[TLS_SUITES_MAX];   /* IANA codes; the first is liked best */
	size_t suites_n;
	uint32_t curves; /* bit n: the group with IANA number n */

	/* Our own certificate, DER, the key's own first, then its issuers; chain_n 0 for none, which a
	 * server may not have. One of rsa and ec is the key, the other NULL. */
	const struct span *chain;
	size_t chain_n;
	const br_rsa_private_key *rsa;
	const br_ec_private_key *ec;
	struct key_uses uses; /* what uses it; zeroed: BearSSL's own functions */
	int issuer_key; /* BR_KEYTYPE_RSA or _EC: what signed chain[0]; 0 keeps static ECDH away */

	/* Server: DER names of the CAs that we would accept, told to the client (RFC 5246 7.4.4). May be
	 * none; clients then choose by themselves. */
	const struct span *ca_names;
	size_t ca_names_n;

	/* TLS 1.2 without extended master secret is refused (RFC 7627 5.2, 5.3). Set before
	 * tls_profile_apply. BearSSL's engine has none, so the modern one serves then. */
	bool require_ems;

	/* How this processor does AES-GCM best; NULL: each connection asks it, which takes a while on virtual
	 * machines. By tls_profile_apply. */
	const struct gcm_way *gcm;

	/* Bytes of content that a record of the peer shall have at most, 64 to 16384 (RFC 8449); 0 for
	 * no wish. A peer that knows nothing of it sends as it likes. Ours is the modern engine's only. */
	uint16_t record_limit;

#ifdef DCMSEC_DEBUG
	/* Is handed the secrets of each connection as lines for Wireshark; NULL: nobody is. */
	void (*keylog)(void *who, struct span line);
	void *keylog_who;
#endif

	/* Generators, seeded: the first for what the peer may see, the second for secrets. */
	const br_prng_class **rand_public, **rand_private;
};

struct tls_tickets;
struct tls_sessions;

/* One connection's own things. All stays the caller's and must live as long as the engine. */
struct tls_link {
	void *state; /* tls_size(config) bytes, aligned as malloc aligns */
	struct mspan
		in; /* TLS_IN_SIZE bytes, a whole record of any peer, or several times that; our
	                   * own engine takes no handshake message that is larger */
	struct mspan out;  /* TLS_OUT_MIN bytes or more; a record of ours is no larger */
	struct mspan leaf; /* where the peer's own certificate is kept; a larger one is not kept.
	                    * Usual ones have 600 to 2,000 bytes. May be empty. */

	/* Who decides about the peer's certificates, with state of its own for this connection, and
	 * where it says why it refused: kind ERR_TRUST, code the alert to send. pki/chain is one.
	 * Both are NULL in a server that asks for no certificate. */
	const br_x509_class **judge;
	const struct err *verdict;

	/* Client: the host name to ask for (SNI, RFC 6066 3); NULL for none. An address is not sent. The
	 * judge is told it as well and has its own mind about it. */
	const char *server_name;

	/* Client: this is a second connection, because tls_falls_back said of the first that it may
	 * help. */
	bool fallback;

	/* Resumption, by our own engine only. A server gives and takes tickets, a client keeps sessions
	 * and offers them; NULL: not at all. Both are shared by connections, one at a time. resume is
	 * where the peer's certificates are gathered for that: TLS_RESUME_SIZE bytes, or empty; it will
	 * hold secrets, and a server uses it no more once it has left TLS_HANDSHAKE. now: ms since 1970. */
	struct tls_tickets *tickets;
	struct tls_sessions *sessions;
	struct mspan resume;
	uint64_t now;
};

#define TLS_RESUME_SIZE 18432

/* One full record, sealed. With n times as much our own engine takes n records from one reading, and
 * gives n full ones in one tls_out: tls_room is one record's at a time, and a full one is sealed and
 * followed by the next until all is taken. BearSSL's engine uses one of each. */
#define TLS_IN_SIZE BR_SSL_BUFSIZE_INPUT
#define TLS_OUT_SIZE BR_SSL_BUFSIZE_OUTPUT
#define TLS_OUT_MIN 1024 /* enough for one that receives: handshake messages are cut as needed */
#define TLS_CHAIN_MAX 16 /* certificates in our own chain */

struct tls;

/* Bytes of state that an engine of this configuration needs: some 5,000. */
size_t tls_size(const struct tls_config *config);

/* Starts the engine that the configuration asks for; a client has its first record in tls_out at
 * once. NULL with *e when the configuration cannot work; nothing is to be closed then. */
struct tls *tls_open(const struct tls_config *config, const struct tls_link *link, struct err *e);

/* Wipes the state. The buffers are the caller's to wipe. */
void tls_drop(struct tls *t);

struct mspan tls_in(struct tls *t);
void tls_in_done(struct tls *t, size_t n);
struct span tls_out(const struct tls *t);
void tls_out_done(struct tls *t, size_t n);
struct span tls_plain(const struct tls *t);
void tls_plain_done(struct tls *t, size_t n);
struct mspan tls_room(struct tls *t);
void tls_room_done(struct tls *t, size_t n);

/* What was put into tls_room so far leaves now, in a record that may not be full. Without it records
 * leave when they are full. */
void tls_flush(struct tls *t);

/* We have said all: flushes, and sends close_notify. Plaintext that still comes is dropped. */
void tls_close(struct tls *t);

/* The transport ended on the peer's side: no more bytes for tls_in will ever come. */
void tls_in_end(struct tls *t);

enum tls_state {
	TLS_HANDSHAKE, /* no plaintext yet */
	TLS_READY,
	TLS_CLOSING, /* one close_notify is there, the other one or its sending is still missing */
	TLS_CLOSED,  /* both sides have said close_notify, and ours is sent */
	TLS_CUT, /* after the handshake the transport ended without the peer's close_notify: what came
	              * last may be missing (RFC 8446 6.1). Often harmless: DICOM has an end of its own. */
	TLS_FAILED, /* tls_error says why. tls_out may hold an alert: send it, shut down the sending
	              * side, drain a little, then close, or it may not arrive. */
};
enum tls_state tls_state(const struct tls *t);

/* True once the peer's close_notify came: all that it sent has arrived. */
bool tls_peer_closed(const struct tls *t);

/* Why the state is TLS_FAILED, or an empty error: ERR_TRUST when a certificate was refused, on
 * either side; ERR_NETWORK when the transport ended in the handshake; ERR_RANDOM; ERR_TLS. The code
 * is the alert sent or received, 0 when there was none. */
const struct err *tls_error(const struct tls *t);

/* Client: the peer has nothing that our own engine offers, or says so, and the configuration has more than
 * that: relics, which BearSSL's engine serves. Then, and only then, a fresh connection with
 * tls_link.fallback may work. It says that it is one (RFC 7507) and looks for the mark of a server that
 * could do better (RFC 8446 4.1.3), so whoever forged the first answer gains nothing. */
bool tls_falls_back(const struct tls *t);

/* What was agreed; of use from TLS_READY on. Texts are static or live as long as the engine. */
struct tls_facts {
	uint16_t version;
	const char *protocol; /* "TLSv1.2" */
	const struct tls_suite
		*suite;          /* names, key exchange, authentication, encryption, integrity */
	const char *group;       /* "secp256r1"; "" when no (EC)DHE took place */
	const char *signature;   /* that proved the server's key; "" when the engine cannot tell */
	const char *server_name; /* SNI sent or received; "" for none */
	bool resumed;
	bool peer_cert;          /* the peer showed a certificate */
	struct span leaf;        /* its DER; empty when it was larger than tls_link.leaf */
	uint8_t leaf_sha256[32]; /* its fingerprint, always */
};
void tls_facts(const struct tls *t, struct tls_facts *facts);

#endif
