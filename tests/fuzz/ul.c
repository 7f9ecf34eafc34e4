/* SPDX-License-Identifier: MIT */
/* The upper layer under a script: the first byte is the role, then come steps. A step is an opcode
 * byte; from 80 up it feeds that many (less 7f) of the following bytes, below it is a primitive. */
#include "dicom/ul.h"
#include "dicom/uid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char *const syntaxes[] = { UID_EXPLICIT_LE, UID_IMPLICIT_LE };
static const struct pdu_offer offers[] = { { UID_VERIFICATION, syntaxes, 2 },
	{ "1.2.3.4", syntaxes, 1 } };
static const struct pdu_proposal proposal = { .called = "CALLED",
	.calling = "CALLING",
	.offers = offers,
	.offer_count = 2,
	.user = { .max_pdu = 4096, .class_uid = { (const uint8_t *)"1.2.3", 5 } } };
static const struct pdu_user user = {
	.max_pdu = 4096, .class_uid = { (const uint8_t *)"1.2.3", 5 }, .window = true
};

static void check(const struct ul *ul)
{
	const struct span out = ul_out(ul);
	assert(ul->state >= STA1 && ul->state <= STA13);
	assert(ul->state != STA1 || out.n == 0);
	assert(!ul_finished(ul) || (ul->state == STA1 && out.n == 0));
	assert((ul->state == STA2 || ul->state == STA13) == (ul_deadline(ul) != UINT64_MAX));
	assert(ul->shorts_n <= sizeof ul->shorts);
}

static void feed(struct ul *ul, struct span in)
{
	struct ul_event ev;
	struct ul_context c;
	const struct span whole = in;
	while (ul_next(ul, &in, &ev)) {
		assert(ev.kind != UL_FAIL || (ev.err.kind != ERR_NONE && *ev.err.text));
		if (ev.kind == UL_PDV) {
			assert(ul_context(ul, ev.context, &c) && uid_valid(c.abstract));
			assert(ev.data.n <= whole.n);
		}
		check(ul);
	}
	assert(in.n == 0);
	check(ul);
}

static void primitive(struct ul *ul, uint8_t op, uint64_t *now)
{
	static const struct pdu_choice yes[PDU_CONTEXTS];
	uint8_t head[PDU_DATA_HEAD];
	struct err e = { 0 };

	switch (op % 12) {
	case 0:
		ul_request(ul, &proposal, &e);
		break;
	case 1:
		ul_connected(ul, &e);
		break;
	case 2:
		ul_accept(ul, yes, &user, &e);
		break;
	case 3:
		ul_reject(ul, 1, 1, 1, &e);
		break;
	case 4:
		ul_release_rq(ul, &e);
		break;
	case 5:
		ul_release_rp(ul, &e);
		break;
	case 6:
		ul_abort(ul);
		break;
	case 7:
		ul_closed(ul);
		break;
	case 8:
		ul_tick(ul, *now += 400);
		break;
	case 9:
		if (ul_data(ul, 1, op & 16, op & 32, op, head, &e))
			assert(ul->state == STA6 || ul->state == STA8);
		break;
	default:
		ul_out_done(ul, ul_out(ul).n > 5 ? 5 : ul_out(ul).n);
	}
	check(ul);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static uint8_t store[8192];
	static struct ul ul;
	struct span script = span_of(bytes, n), piece;
	uint64_t now = 0;
	uint8_t op;

	if (!span_u8(&script, &op))
		return 0;
	ul_init(&ul, op & 1, 1000, now);
	ul_lend(&ul, (struct mspan){ store, sizeof store });
	while (span_u8(&script, &op)) {
		if (op < 0x80) {
			primitive(&ul, op, &now);
			continue;
		}
		const size_t want = op - 0x7fu;
		if (span_take(&script, want < script.n ? want : script.n, &piece)) {
			/* In memory of its own, so that the sanitizer sees a step beyond it. */
			uint8_t *copy = malloc(piece.n ? piece.n : 1);
			if (piece.n)
				memcpy(copy, piece.p, piece.n);
			feed(&ul, span_of(copy, piece.n));
			free(copy);
		}
	}
	return 0;
}
