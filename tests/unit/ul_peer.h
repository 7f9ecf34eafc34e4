/* SPDX-License-Identifier: MIT */
/* An upper layer under test and a peer made of hand-typed PDUs (PS3.8 9.3), for tests/unit/ul*.c. */
#ifndef DCMSEC_TEST_UL_PEER_H
#define DCMSEC_TEST_UL_PEER_H

#include "dicom/uid.h"
#include "dicom/ul.h"
#include "test.h"

#define S(literal) span_of(literal, sizeof(literal) - 1)
#define ARTIM 1000

/* ---- PDUs */

#define TITLES             \
	"\0\1\0\0"         \
	"CALLED          " \
	"CALLING         " \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define NAME "\x10\0\0\x15" UID_APPLICATION_CONTEXT
#define USER                 \
	"\x50\0\0\x11"       \
	"\x51\0\0\4\0\0\4\0" \
	"\x52\0\0\5"         \
	"1.2.3"
#define RQ_ITEM                            \
	"\x20\0\0\x2e\1\0\0\0\x30\0\0\x11" \
	"1.2.840.10008.1.1"                \
	"\x40\0\0\x11"                     \
	"1.2.840.10008.1.2"
#define RQ_PRIVATE                       \
	"\x20\0\0\x1f\3\0\0\0\x30\0\0\7" \
	"1.2.3.4"                        \
	"\x40\0\0\x0c"                   \
	"1.2.3.4.5.67"
#define AC_ITEM                            \
	"\x21\0\0\x19\1\0\0\0\x40\0\0\x11" \
	"1.2.840.10008.1.2"
static const char rq[] = "\1\0\0\0\0\xa4" TITLES NAME RQ_ITEM USER;
static const char ac[] = "\2\0\0\0\0\x8f" TITLES NAME AC_ITEM USER;
static const char rj[] = "\3\0\0\0\0\4\0\1\1\7";
static const char data[] = "\4\0\0\0\0\x0a\0\0\0\6\1\3abcd";
static const char release_rq[] = "\5\0\0\0\0\4\0\0\0\0";
static const char release_rp[] = "\6\0\0\0\0\4\0\0\0\0";
static const char abort_pdu[] = "\7\0\0\0\0\4\0\0\2\6";
static const char unknown[] = "\x2a\0\0\0\0\1x";
#define BYTES(array) span_of(array, sizeof(array) - 1)

static const char *const syntaxes[] = { UID_IMPLICIT_LE };
static const struct pdu_offer offers[] = { { UID_VERIFICATION, syntaxes, 1 } };
static const struct pdu_proposal proposal = { .called = "CALLED",
	.calling = "CALLING",
	.offers = offers,
	.offer_count = 1,
	.user = { .max_pdu = 1024, .class_uid = { (const uint8_t *)"1.2.3", 5 } } };
static const struct pdu_user user = { .max_pdu = 1024,
	.class_uid = { (const uint8_t *)"1.2.3", 5 } };
static const struct pdu_choice yes[PDU_CONTEXTS];

static struct ul ul;
static uint8_t store[4096];
static struct err err;
static struct ul_event ev;

static inline void start(bool requestor)
{
	ul_init(&ul, requestor, ARTIM, 5000);
	ul_lend(&ul, (struct mspan){ store, sizeof store });
	err_clear(&err);
}

/* Events from bytes; the last one stays in ev. */
static inline int feed(struct span in)
{
	static struct ul_event now;
	int n = 0;
	for (; ul_next(&ul, &in, &now); n++)
		ev = now;
	if (in.n)
		TEST_NOTE("%zu bytes were not eaten", in.n);
	return n;
}

static inline void drain(void)
{
	for (struct span out; (out = ul_out(&ul)).n;)
		ul_out_done(&ul, out.n > 7 ? 7 : out.n);
}

/* Brings a new engine into a state by the shortest legal way; false: not in this role. */
static inline bool bring(enum ul_state state, bool requestor)
{
	start(requestor);
	if (state == STA1)
		return requestor;
	if (state == STA2)
		return !requestor;
	if (requestor && state == STA3)
		return false;
	if (!requestor && (state == STA4 || state == STA5))
		return false;
	if (state == STA9 || state == STA11)
		if (!requestor)
			return false;
	if ((state == STA10 || state == STA12) && requestor)
		return false;
	if (requestor) {
		CHECK(ul_request(&ul, &proposal, &err));
		if (state == STA4)
			return true;
		CHECK(ul_connected(&ul, &err));
		drain();
		if (state == STA5)
			return true;
		CHECK(feed(BYTES(ac)) == 1 && ev.kind == UL_ASSOC_AC);
	} else {
		CHECK(feed(BYTES(rq)) == 1 && ev.kind == UL_ASSOC_RQ);
		if (state == STA3)
			return true;
		CHECK(ul_accept(&ul, yes, &user, &err));
		drain();
	}
	if (state == STA6)
		return true;
	if (state == STA8)
		return CHECK(feed(BYTES(release_rq)) == 1);
	if (state == STA13) {
		ul_abort(&ul);
		drain();
		return true;
	}
	CHECK(ul_release_rq(&ul, &err));
	drain();
	if (state == STA7)
		return true;
	CHECK(feed(BYTES(release_rq)) == 1 && ev.kind == UL_RELEASE_RQ && ev.collision);
	if (state == STA11)
		CHECK(ul_release_rp(&ul, &err));
	if (state == STA12)
		CHECK(feed(BYTES(release_rp)) == 1 && ev.kind == UL_RELEASE_RP);
	drain();
	return true;
}

#endif
