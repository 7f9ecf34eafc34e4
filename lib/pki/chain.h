/* SPDX-License-Identifier: MIT */
/* The judge: decides whether a peer's certificates are to be trusted (RFC 5280 6, RFC 6125). It
 * stands behind BearSSL's br_x509_class, so both TLS engines drive it in the same way, and it works
 * without TLS for files. It asks no clock and no disk: the time is given in, certificates come from
 * struct pki_source. Everything it does is bounded. */
#ifndef DCMSEC_PKI_CHAIN_H
#define DCMSEC_PKI_CHAIN_H

#include "base/err.h"
#include "pki/cert.h"
#include "pki/memo.h"
#include "pki/name.h"
#include "pki/sig.h"
#include "pki/source.h"

enum {
	PKI_PEER_CERTS = 16, /* a peer may send so many certificates */
	PKI_PATH = 16,       /* and a path may have so many */
	PKI_SCRATCH = 32768, /* scratch that holds any usual chain */
	PKI_SIGNATURES = 64, /* public key operations for one verdict, at most */
};

enum pki_mode {
	PKI_REQUIRE,    /* a peer without a good certificate is refused */
	PKI_IF_PRESENT, /* none is accepted, a bad one is not */
	PKI_IGNORE,     /* any is accepted; nothing is known about the peer */
};

enum pki_role { PKI_ANY, PKI_SERVER, PKI_CLIENT }; /* what the judged certificate is used as */

enum pki_revocation { PKI_CRL_OFF, PKI_CRL_LEAF, PKI_CRL_ALL };

/* What is asked of every peer; shared by all judges and not changed while one works. */
struct pki_rules {
	enum pki_mode mode;
	enum pki_role role;
	enum pki_revocation revocation;
	int depth; /* intermediates allowed between leaf and root; negative: no limit of its own */
	unsigned min_rsa; /* bits of RSA keys; 0 means 1024 */
	unsigned min_ec;  /* bits of EC keys; 0 means 256 */
	bool sha1;        /* signatures with SHA-1 are allowed */
	struct pki_source *const *sources;
	size_t n_sources;
	struct sig_memo *memo; /* spares the arithmetic of signatures seen before; NULL: none */
};

/* What stays known of a peer after the verdict. */
struct pki_peer {
	bool known; /* judged and accepted; false with PKI_IGNORE or without a certificate */
	uint8_t sha256[32]; /* fingerprint of its certificate */
	char subject[NAME_TEXT];
	uint8_t name[512]; /* its subject, whole DER ... */
	size_t name_len;   /* ... 0 when it is longer than that */
};

/* The accepted path, leaf first, root last; borrowed from scratch and sources. */
struct pki_path {
	struct span der[PKI_PATH];
	size_t n;
};

struct pki_judge {
	const br_x509_class *vtable; /* first, as BearSSL wants it */
	const struct pki_rules *rules;
	const char *host;
	int64_t now;
	struct mspan scratch;
	size_t used; /* of scratch */
	size_t starts[PKI_PEER_CERTS + 1];
	size_t n;       /* certificates in scratch */
	size_t missing; /* octets of the present certificate still to come */
	bool judged;
	struct err err;
	struct pki_peer peer;
	struct pki_path path;
	br_x509_pkey pkey; /* of the leaf; points into key_store */
	unsigned usages;   /* BR_KEYTYPE_SIGN, BR_KEYTYPE_KEYX */
	bool pss_only;     /* the key may sign with RSA-PSS only (id-RSASSA-PSS) */
	uint8_t key_store[1040];
};

/* Makes ready for one handshake. rules and host (DNS name or IP address the certificate must be good
 * for, or NULL) are borrowed for its life; scratch (PKI_SCRATCH octets are enough for usual peers) only
 * until the verdict. now is in seconds since 1970. After this, &j->vtable is a br_x509_class ** for
 * br_ssl_engine_set_x509 or for direct calls: start_chain (its server name is not used), start_cert,
 * append, end_cert, end_chain. end_chain returns 0 or one of BearSSL's BR_ERR_X509_ codes. A judge may
 * be started again with start_chain for a further handshake of the same connection. */
void judge_init(struct pki_judge *j, const struct pki_rules *rules, const char *host, int64_t now,
	struct mspan scratch);

/* Why the peer was refused: kind ERR_TRUST, code the TLS alert that says so (RFC 8446 6.2: 42
 * bad_certificate, 43 unsupported_certificate, 44 revoked, 45 expired, 46 unknown, 48 unknown_ca),
 * text with the certificate, the rule and the remedy. Kind ERR_NONE when it was not. */
const struct err *judge_error(const struct pki_judge *j);

/* True when a known peer is the one meant: "SHA256:AB:CD..." (fingerprint, colons optional) or
 * "subject:CN=ct1.local" (its subject has this attribute; several, by comma, must all be there). */
bool peer_is(const struct pki_peer *peer, const char *spec);
/* True when spec has one of these forms; for checking options. */
bool peer_spec_ok(const char *spec);

/* Judges certificates without TLS, leaf first, the rest in any order. */
bool judge_certs(struct pki_judge *j, const struct span *certs, size_t n);

#endif
