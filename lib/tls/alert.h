/* SPDX-License-Identifier: MIT */
/* TLS alerts in words (RFC 8446 6, RFC 5246 7.2), and what the first bytes of a peer tell when they are
 * not what was expected. */
#ifndef DCMSEC_TLS_ALERT_H
#define DCMSEC_TLS_ALERT_H

#include "base/err.h"
#include "base/span.h"

/* Those that we send. */
enum alert_code {
	NO_ALERT = -1,
	CLOSE_NOTIFY = 0,
	UNEXPECTED_MESSAGE = 10,
	BAD_RECORD_MAC = 20,
	RECORD_OVERFLOW = 22,
	HANDSHAKE_FAILURE = 40,
	BAD_CERTIFICATE = 42,
	UNSUPPORTED_CERTIFICATE = 43,
	ILLEGAL_PARAMETER = 47,
	DECODE_ERROR = 50,
	DECRYPT_ERROR = 51,
	PROTOCOL_VERSION = 70,
	INTERNAL_ERROR = 80,
	INAPPROPRIATE_FALLBACK = 86,
	USER_CANCELED = 90,
	NO_RENEGOTIATION = 100,
	MISSING_EXTENSION = 109,
	UNSUPPORTED_EXTENSION = 110,
	CERTIFICATE_REQUIRED = 116,
};

struct tls_alert {
	uint8_t code;
	const char *name;    /* the RFC's: "unknown_ca" */
	const char *refused; /* what it means when the peer sends it to us */
	const char *remedy;  /* what to do then */
	bool trust;          /* it is about a certificate or key: ERR_TRUST, not ERR_TLS */
};

extern const struct tls_alert tls_alerts[]; /* sorted by code */
extern const size_t tls_alerts_n;

const struct tls_alert *tls_alert_code(unsigned code); /* NULL for an unassigned code */

/* Writes into *e that the peer sent this alert, what it means and what to do. False, always. */
bool tls_alert_received(struct err *e, unsigned code);

/* What the first bytes of a connection are. Six bytes are enough; fewer may give TLS_SNIFF_SHORT. */
enum tls_sniff {
	TLS_SNIFF_SHORT,
	TLS_SNIFF_TLS,   /* a TLS record with a handshake message or an alert */
	TLS_SNIFF_SSL2,  /* an SSL 2 ClientHello */
	TLS_SNIFF_DICOM, /* a DICOM PDU (PS3.8 9.3), in the clear */
	TLS_SNIFF_HTTP,
	TLS_SNIFF_SSH,
	TLS_SNIFF_OTHER,
};
enum tls_sniff tls_sniff(struct span first);

/* What to say about a peer whose first bytes these are, to us as client or server, when a TLS
 * handshake was expected; NULL when they may be TLS. */
const char *tls_stranger(struct span first, bool client);

#endif
