/* SPDX-License-Identifier: MIT */
/* Who we are in TLS: a private key and the certificates to send, leaf first. */
#ifndef DCMSEC_PKI_IDENTITY_H
#define DCMSEC_PKI_IDENTITY_H

#include "pki/cert.h"
#include "pki/key.h"

enum { IDENTITY_CERTS = 10 };

/* Holds secrets and internal pointers: never copied; wiped with key_wipe(&i->key). */
struct identity {
	struct key key;
	struct span chain[IDENTITY_CERTS]; /* whole certificates, in the caller's store */
	size_t n;
	br_x509_certificate br[IDENTITY_CERTS]; /* the same for BearSSL's engine */
	struct pubkey leaf_key;                 /* of chain[0] */
	unsigned leaf_usage;                    /* its key usage bits */
	enum key_type leaf_issuer_key; /* what kind of key signed chain[0], by its algorithm */
};

/* After i->key is loaded: takes the certificates of a file (PEM of any order and other objects
 * between, or DER). The leaf is the one that belongs to the key; the others follow in the order of
 * issuing (RFC 5246 7.4.2), what does not belong is left out. PEM is decoded to store, which must live
 * as long as the identity. False with *e (ERR_INPUT) when no certificate belongs to the key. */
bool identity_certs(struct identity *i, struct span file, struct buf *store, struct err *e);

#endif
