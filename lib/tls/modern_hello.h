/* SPDX-License-Identifier: MIT */
/* ClientHello, ServerHello and lists of extensions (RFC 8446 4.1 and 4.2), taken apart and checked for
 * their form only. All spans point into the message. */
#ifndef DCMSEC_TLS_MODERN_HELLO_H
#define DCMSEC_TLS_MODERN_HELLO_H

#include "base/span.h"

/* Extensions that are understood, by IANA number; the place in hello.ext is the order here. */
enum hello_ext {
	EXT_SERVER_NAME,
	EXT_GROUPS,
	EXT_POINTS,
	EXT_SIGNATURES,
	EXT_EMS,
	EXT_RECORD_LIMIT,
	EXT_TICKET,
	EXT_EARLY_DATA,
	EXT_VERSIONS,
	EXT_COOKIE,
	EXT_PSK_MODES,
	EXT_AUTHORITIES,
	EXT_KEY_SHARE,
	EXT_RENEGOTIATION,
	EXT_PRE_SHARED_KEY,
	EXT_KNOWN
};
uint16_t hello_ext_number(enum hello_ext x);

struct hello {
	uint16_t version; /* legacy_version */
	struct span random, session_id;
	struct span suites;      /* client: the list */
	uint16_t suite;          /* server: the choice */
	struct span compression; /* client: the list */
	uint8_t compressed;      /* server: the choice */
	struct span ext[EXT_KNOWN];
	uint32_t has;     /* bit 1 << enum hello_ext */
	size_t unknown;   /* extensions that are none of these */
	bool psk_is_last; /* pre_shared_key, if there, came last (4.2.11) */
};

/* Each false when the message is not exactly of this form; *alert is then decode_error (50), or
 * illegal_parameter (47) for an extension that comes twice (4.2). body is without the 4 bytes of
 * the message's header. */
bool hello_client(struct span body, struct hello *h, int *alert);
bool hello_server(struct span body, struct hello *h, int *alert);
/* A list of extensions with its two bytes of length, eaten from *s. */
bool hello_extensions(struct span *s, struct hello *h, int *alert);

bool hello_has(const struct hello *h, enum hello_ext x);
/* True when a client lists this cipher suite. */
bool hello_lists_suite(const struct hello *h, uint16_t code);
/* True when a list of 16-bit values with a length of width bytes before it has value in it. */
bool hello_lists(struct span list, unsigned width, uint16_t value);

/* The share of a group in a client's key_share (4.2.8); false when there is none, or when the form is
 * wrong, which sets *alert to decode_error (50); else it is left alone. */
bool hello_share(struct span shares, uint16_t group, struct span *share, int *alert);

/* True when this is a cookie by its form (4.2.2). */
bool hello_cookie(struct span ext);

/* The host name in server_name (RFC 6066 3); empty when there is none or it is malformed. */
struct span hello_name(struct span ext);

/* Set in the random of a ServerHello that is a HelloRetryRequest (4.1.3). */
bool hello_is_retry(struct span random);
extern const uint8_t hello_retry_random[32];

#endif
