/* SPDX-License-Identifier: MIT */
/* RSA with the private key (RSADP, RFC 8017 5.1.2) in a third of the instructions that BearSSL's takes,
 * which are most of what a short connection costs. In constant time: neither branches nor addresses
 * depend on the key or on the block. */
#ifndef DCMSEC_PKI_RSA_H
#define DCMSEC_PKI_RSA_H

#include "base/span.h"

#include <bearssl.h>
#include <stdbool.h>

enum { RSA_FACTOR = 256 }; /* bytes of a factor that this takes: 4096 bits of modulus */

/* Raises the block, as long as the modulus, to the private power where it lies. 1; or 0 when it is not
 * below the modulus, the key is none, its public exponent has over 32 bits, or the result did not stand
 * the test by that exponent; then what the block holds is of no use, to others either. Keys of other
 * sizes than it takes go to BearSSL, which does not test. */
uint32_t rsa_private(unsigned char *x, const br_rsa_private_key *sk);

/* Whether the key's parts fit together (RFC 8017 3.2), and to a public key; for keys that it takes and
 * exponents of at most 32 bits, which rsa_takes says. */
bool rsa_takes(const br_rsa_private_key *sk);
bool rsa_fits(const br_rsa_private_key *sk, struct span n, uint32_t e);

#endif
