/* SPDX-License-Identifier: MIT */
/* Who may have signed a CRL (RFC 5280 6.3.3 f, g), for revoke.c. */
#ifndef DCMSEC_PKI_CRLSIGN_H
#define DCMSEC_PKI_CRLSIGN_H

#include "pki/crl.h"
#include "pki/path.h"

/* What kept a CRL from being used, in the order in which the next one is nearer to use. */
enum obstacle {
	OBSTACLE_NONE,
	OBSTACLE_DELTA,
	OBSTACLE_SCOPE,
	OBSTACLE_EARLY,
	OBSTACLE_EXPIRED,
	OBSTACLE_ALGORITHM,
	OBSTACLE_SIGNATURE,
	OBSTACLE_SIGNER,
	OBSTACLE_CRITICAL,
};

struct signer {
	const struct cert *cert;
	const struct pubkey *key;
};

/* True when the list's signature verifies with the key of issuer (the certificate's own, from the path
 * in hand) or of another certificate of the list's issuer name that has a path to the same root. about is
 * the certificate that is asked about: no key vouches for itself but a root's, or where the CA said so with
 * a cRLIssuer (RFC 5280 4.2.1.13): then it is NULL. */
bool crlsign_verify(struct path *p, const struct crl *crl, const struct signer *issuer,
	const struct cert *about, enum obstacle *worst);

#endif
