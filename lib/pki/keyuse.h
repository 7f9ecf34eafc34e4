/* SPDX-License-Identifier: MIT */
/* What TLS does with our private key, when the key lies in this process and when it lies in another
 * one. Both look the same to BearSSL: a structure for the key, and functions that use it. */
#ifndef DCMSEC_PKI_KEYUSE_H
#define DCMSEC_PKI_KEYUSE_H

#include "pki/key.h"

/* The functions for the key; each gets the br_rsa_private_key or br_ec_private_key that goes with it. */
struct key_uses {
	br_rsa_private rsa_private; /* RSADP, RFC 8017 5.1.2 */
	br_rsa_pkcs1_sign rsa_sign; /* RSASSA-PKCS1-v1_5, RFC 8017 8.2.1 */
	br_ecdsa_sign ec_sign;      /* RFC 6979; the signature in DER */
};
struct key_uses key_uses_here(void);

/* A key whose private half is elsewhere: rsa and ec have no more than its size or curve, and are
 * for key_uses_far only. */
struct key_far {
	enum key_type type;
	br_rsa_private_key rsa;
	br_ec_private_key ec;

	/* Has the request carried out, and waits for the answer: its octets, 0 when there is none. */
	size_t (*ask)(void *arg, struct span request, struct mspan answer);
	void *arg;
};
void key_far_of(struct key_far *f, const struct key *k); /* ask and arg are the caller's to set */
struct key_uses key_uses_far(void);

/* The longest of either: a word about what is asked, and an RSA block of 4096 bits. */
enum { KEY_REQUEST = 2 + 512, KEY_ANSWER = 1 + 512 };

/* Where the key is: carries a request out. The octets of the answer; 0 for a request that is none. */
size_t key_answer(const struct key *k, struct span request, struct mspan answer);

#endif
