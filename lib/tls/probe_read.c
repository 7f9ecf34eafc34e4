/* SPDX-License-Identifier: MIT */
/* The answers: records, the server's first flight in the clear, alerts. */
#include "tls/alert.h"
#include "tls/modern_hello.h"
#include "tls/probe.h"

#include <string.h>

enum { CCS = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23 };
enum { RECORD_MOST = 16384 + 2048 }; /* RFC 5246 6.2.3 */

static void stranger(struct probe_answer *a, const char *why)
{
	a->state = PROBE_STRANGER;
	a->why = why;
}

/* RFC 5246 7.4.2 */
static bool certificate(struct span body, struct probe_answer *a)
{
	struct span list, one;
	if (!span_run(&body, 3, &list) || body.n)
		return false;
	while (list.n) {
		if (!span_run(&list, 3, &one) || !one.n)
			return false;
		if (a->cert_n < PROBE_CERTS)
			a->cert[a->cert_n++] = one;
	}
	return true;
}

/* RFC 5246 7.4.4; TLS 1.1 and before have no signature algorithms in it. */
static bool request(struct span body, struct probe_answer *a)
{
	struct span types, signatures, names, one;
	if (!span_run(&body, 1, &types) ||
		(a->version >= TLS_1_2 && !span_run(&body, 2, &signatures)) ||
		!span_run(&body, 2, &names) || body.n)
		return false;
	a->asks = true;
	for (; names.n; a->ca_names++)
		if (!span_run(&names, 2, &one))
			return false;
	return true;
}

/* Only the group is of interest: RFC 8422 5.4, and the prime of RFC 5246 7.4.3. */
static bool exchange(struct span body, struct probe_answer *a)
{
	const struct tls_suite *s = tls_suite_code(a->suite);
	struct span prime;
	uint8_t type, top;
	if (s && strcmp(tls_suite_kx(s), "ECDHE") == 0) {
		if (!span_u8(&body, &type) || !body.n)
			return false;
		if (type == 3 && !span_u16be(&body, &a->group)) /* named_curve */
			return false;
	} else if (s && strcmp(tls_suite_kx(s), "DHE") == 0) {
		if (!span_run(&body, 2, &prime))
			return false;
		while (span_u8(&prime, &top)) {
			if (!top)
				continue;
			a->dh_bits = (unsigned)prime.n * 8;
			for (; top; top >>= 1)
				a->dh_bits++;
			return true;
		}
		return false;
	}
	return true;
}

static bool server_hello(struct span body, struct probe_answer *a)
{
	struct hello h;
	struct span versions, share;
	int alert;
	if (!hello_server(body, &h, &alert))
		return false;
	a->version = h.version;
	a->suite = h.suite;
	a->renegotiation = hello_has(&h, EXT_RENEGOTIATION);
	a->ems = hello_has(&h, EXT_EMS);
	if (!hello_has(&h, EXT_VERSIONS)) {
		a->hello = true;
		return h.version <= TLS_1_2 && h.version >= PROBE_SSL3;
	}
	versions = h.ext[EXT_VERSIONS];
	if (!span_u16be(&versions, &a->version) || versions.n || a->version < TLS_1_3)
		return false;
	share = h.ext[EXT_KEY_SHARE];
	if (hello_has(&h, EXT_KEY_SHARE) && !span_u16be(&share, &a->group))
		return false;
	if (hello_is_retry(h.random) ? share.n > 0 : !span_run(&share, 2, &a->share) || share.n)
		return false;
	a->hello = true;
	a->state = PROBE_AGREED;
	return true;
}

static bool message(uint8_t type, struct span body, struct probe_answer *a)
{
	if (type == 0) /* HelloRequest, which may come at any time (RFC 5246 7.4.1.1) */
		return body.n == 0;
	if ((type == 2) == a->hello)
		return false;
	switch (type) {
	case 2:
		return server_hello(body, a);
	case 11:
		return a->cert_n == 0 && certificate(body, a);
	case 12:
		return exchange(body, a);
	case 13:
		return !a->asks && request(body, a);
	case 14:
		a->state = PROBE_AGREED;
		return body.n == 0;
	case 4:  /* NewSessionTicket and CertificateStatus say nothing that is asked */
	case 22: /* RFC 6066 8 */
		return true;
	default:
		return false;
	}
}

static void messages(struct span flight, struct probe_answer *a)
{
	while (a->state == PROBE_MORE && flight.n) {
		uint8_t type = 0;
		struct span body;
		struct span s = flight;
		if (!span_u8(&s, &type) || !span_run(&s, 3, &body))
			return;
		if (!message(type, body, a))
			stranger(a, "a handshake message is malformed or out of place");
		flight = s;
	}
}

/* Warnings, such as of a name that is not known (RFC 6066 3), end nothing. */
static void alert(struct span body, struct probe_answer *a)
{
	uint8_t level, code;
	if (!span_u8(&body, &level) || !span_u8(&body, &code) || body.n) {
		stranger(a, "an alert is malformed");
	} else if (level != 1 || code == 0) {
		a->state = PROBE_REFUSED;
		a->alert = code;
	}
}

void probe_read(struct span received, bool ended, struct mspan room, struct probe_answer *a)
{
	struct buf flight = buf_on(room.p, room.n);
	struct span rest = received;
	*a = (struct probe_answer){ .state = PROBE_MORE };
	const char *who = tls_stranger(received, true);
	if (who && (received.n >= 6 || (ended && received.n))) {
		stranger(a, who);
		return;
	}
	while (a->state == PROBE_MORE) {
		struct span s = rest, body;
		uint8_t type, major, minor;
		uint16_t n;
		if (!span_u8(&s, &type) || !span_u8(&s, &major) || !span_u8(&s, &minor) ||
			!span_u16be(&s, &n))
			break;
		if (major != 3 || type < CCS || type > DATA || n > RECORD_MOST) {
			stranger(a, "what comes is no TLS record");
			break;
		}
		if (type == DATA || !span_take(&s, n, &body))
			break;
		if (type == HANDSHAKE)
			buf_bytes(&flight, body);
		else if (type == ALERT)
			alert(body, a);
		rest = s;
	}
	/* What came before an alert or rubbish counts first. */
	const enum probe_state state = a->state;
	const char *why = a->why;
	a->state = PROBE_MORE;
	if (!buf_ok(&flight))
		stranger(a, "its first flight is too long");
	else
		messages(buf_span(&flight), a);
	if (a->state == PROBE_MORE && state != PROBE_MORE) {
		a->state = state;
		a->why = why;
	}
	if (a->state == PROBE_MORE && ended)
		a->state = PROBE_SILENT;
}
