/* SPDX-License-Identifier: MIT */
/* Bytes from the peer become events: framing, checks, and the received half of the state table. */
#include "dicom/uid.h"
#include "dicom/ul.h"
#include "dicom/ul_engine.h"

enum {
	HEAD,     /* gathering a PDU head */
	SHORT,    /* gathering a PDU of ten bytes */
	ASSOC,    /* gathering an association PDU in the store */
	PDV_HEAD, /* gathering a PDV head */
	PDV,      /* handing out a PDV's data */
	SKIP,     /* passing over the rest of a PDU */
	DEAF      /* this is no stream of PDUs: passing over everything */
};

/* What a step of reading came to. */
enum step { MORE, GO, EVENT };

/* Gathers wire.head up to n bytes; false: more are needed. */
static bool fill(struct ul_wire *w, struct span *in, size_t n)
{
	struct buf b = buf_on(w->head, sizeof w->head);
	struct span piece = span_at(*in, 0, n - w->got);

	buf_filled(&b, w->got);
	buf_bytes(&b, piece);
	span_skip(in, piece.n);
	w->got = (uint8_t)b.n;
	return b.n == n;
}

static void skip_pdu(struct ul_wire *w)
{
	w->phase = w->pdu_left ? SKIP : HEAD;
	w->got = 0;
}

/* ---- what ends an association */

/* Does evt with a provider's abort; the caller has set ev->err. The standard's AA_1 names the user as
 * source, and has no indication for Sta2, but why nothing came of a connection is worth an event. */
static enum step refuse(struct ul *ul, enum ul_evt evt, uint8_t reason, struct ul_event *ev)
{
	const bool user = ul_cell(evt, ul->state).action == AA_1;
	const enum ul_action action = ul_act(ul, evt,
		(struct ul_said){ .source = user ? PDU_ABORT_USER : PDU_ABORT_PROVIDER,
			.reason = user ? PDU_ABORT_NO_REASON : reason });
	ev->kind = UL_FAIL;
	return action == AA_1 || action == AA_8 ? EVENT : GO;
}

static enum step invalid(struct ul *ul, struct ul_event *ev)
{
	return refuse(ul, EV_INVALID, (uint8_t)ev->err.code, ev);
}

static enum step unexpected(struct ul *ul, enum ul_evt evt, unsigned type, struct ul_event *ev)
{
	err_set(&ev->err, ERR_PEER, PDU_ABORT_UNEXPECTED,
		"unexpected %s from the peer: %s (PS3.8 9.2.3)", pdu_name(type),
		ul_state_text(ul->state));
	return refuse(ul, evt, PDU_ABORT_UNEXPECTED, ev);
}

static enum step unrecognized(struct ul *ul, struct ul_event *ev)
{
	const struct span head = span_of(ul->wire.head, PDU_HEAD);
	const enum pdu_guess guess = pdu_guess(head);
	const bool first = ul->state == STA2 || ul->state == STA5;

	ul->wire.phase = DEAF;
	if (first && guess != PDU_GUESS_OTHER)
		err_set(&ev->err, ERR_PEER, PDU_ABORT_UNRECOGNIZED,
			"the peer speaks %s where DICOM was expected%s", pdu_guess_text(guess),
			guess == PDU_GUESS_TLS || guess == PDU_GUESS_ALERT
				? ": this side is plain, so turn TLS off there or on here"
				: ": check address and port");
	else
		err_set(&ev->err, ERR_PEER, PDU_ABORT_UNRECOGNIZED,
			"unrecognized PDU of type %02x from the peer: %s (PS3.8 9.3.1)",
			ul->wire.head[0], ul_state_text(ul->state));
	return invalid(ul, ev);
}

/* ---- heads */

static enum step data_head(struct ul *ul, struct ul_event *ev)
{
	struct ul_wire *w = &ul->wire;
	const enum ul_action action = ul_cell(EV_P_DATA_TF, ul->state).action;

	if (action != DT_2 && action != AR_6) {
		skip_pdu(w);
		return unexpected(ul, EV_P_DATA_TF, PDU_DATA, ev);
	}
	if (w->pdu_left < PDU_PDV_HEAD || (ul->our_max && w->pdu_left > ul->our_max)) {
		err_set(&ev->err, ERR_PEER, PDU_ABORT_VALUE,
			"a P-DATA-TF of %lu bytes; the least is %d, the most that was announced "
			"%lu "
			"(PS3.8 9.3.5, D.1; 0: any)",
			(unsigned long)w->pdu_left, PDU_PDV_HEAD, (unsigned long)ul->our_max);
		skip_pdu(w);
		return invalid(ul, ev);
	}
	w->phase = PDV_HEAD;
	w->got = 0;
	return GO;
}

static enum step assoc_head(struct ul *ul, unsigned type, struct ul_event *ev)
{
	struct ul_wire *w = &ul->wire;
	const enum ul_evt evt = type == PDU_ASSOC_RQ ? EV_ASSOC_RQ : EV_ASSOC_AC;
	const enum ul_action action = ul_cell(evt, ul->state).action;

	if (action != AE_6 && action != AE_3) {
		/* What the table says about it does not depend on what is in it. */
		skip_pdu(w);
		return unexpected(ul, evt, type, ev);
	}
	if (w->pdu_left > ul->in.cap) {
		err_set(&ev->err, evt == EV_ASSOC_AC ? ERR_PEER : ERR_LIMIT, PDU_ABORT_VALUE,
			"an %s of %lu bytes; the limit here is %zu", pdu_name(type),
			(unsigned long)w->pdu_left, ul->in.cap);
		skip_pdu(w);
		return invalid(ul, ev);
	}
	ul->in = buf_on(ul->in.p, ul->in.cap);
	w->phase = ASSOC;
	return GO;
}

static enum step take_head(struct ul *ul, struct span *in, struct ul_event *ev)
{
	struct ul_wire *w = &ul->wire;
	struct span head = span_of(w->head, PDU_HEAD);
	uint8_t type;

	if (!fill(w, in, PDU_HEAD))
		return MORE;
	span_u8(&head, &type);
	span_skip(&head, 1);
	span_u32be(&head, &w->pdu_left);
	if (type == 0 || type >= PDU_TYPE_END)
		return unrecognized(ul, ev);
	if (type == PDU_DATA)
		return data_head(ul, ev);
	if (type == PDU_ASSOC_RQ || type == PDU_ASSOC_AC)
		return assoc_head(ul, type, ev);
	if (w->pdu_left != PDU_SHORT - PDU_HEAD) {
		err_set(&ev->err, ERR_PEER, PDU_ABORT_VALUE,
			"an %s of %lu bytes instead of 4 (PS3.8 9.3)", pdu_name(type),
			(unsigned long)w->pdu_left);
		skip_pdu(w);
		return invalid(ul, ev);
	}
	w->phase = SHORT;
	return GO;
}

/* ---- whole PDUs */

static enum step take_short(struct ul *ul, struct span *in, struct ul_event *ev)
{
	struct ul_wire *w = &ul->wire;
	if (!fill(w, in, PDU_SHORT))
		return MORE;
	w->phase = HEAD;
	w->got = 0;

	struct span s = span_of(w->head, PDU_SHORT);
	uint8_t type, tail[3];
	span_u8(&s, &type);
	span_skip(&s, PDU_HEAD);
	span_copy(&s, tail, sizeof tail);
	static const enum ul_evt evts[PDU_TYPE_END] = { [PDU_ASSOC_RJ] = EV_ASSOC_RJ,
		[PDU_RELEASE_RQ] = EV_RELEASE_RQ,
		[PDU_RELEASE_RP] = EV_RELEASE_RP,
		[PDU_ABORT] = EV_ABORT_PDU };
	const bool alone = ul->state == STA2 && type == PDU_ABORT;
	const enum ul_action planned = ul_cell(evts[type], ul->state).action;
	if (planned == AA_1 || planned == AA_8)
		return unexpected(ul, evts[type], type, ev);

	const enum ul_action action = ul_act(ul, evts[type], (struct ul_said){ 0 });
	ev->result = tail[0];
	ev->source = tail[1];
	ev->reason = tail[2];
	ev->collision = action == AR_8;
	if (action == AE_4)
		ev->kind = UL_ASSOC_RJ;
	else if (action == AR_2 || action == AR_8)
		ev->kind = UL_RELEASE_RQ;
	else if (action == AR_3 || action == AR_10)
		ev->kind = UL_RELEASE_RP;
	else if (action == AA_3 || alone)
		ev->kind = UL_ABORT;
	else
		return GO;
	return EVENT;
}

/* AE_6 with a request that the provider itself cannot take. */
static enum step provider_rejects(struct ul *ul, struct ul_event *ev, struct ul_said said)
{
	ul_act(ul, EV_REJECT, said);
	ev->kind = UL_FAIL;
	return EVENT;
}

static enum step request_came(struct ul *ul, struct ul_event *ev)
{
	char text[UID_TEXT];
	if (!pdu_decode_rq(buf_span(&ul->in), &ev->assoc, &ev->err))
		return invalid(ul, ev);
	ul_act(ul, EV_ASSOC_RQ, (struct ul_said){ 0 });
	if (!(ev->assoc.version & 1)) {
		err_set(&ev->err, ERR_PEER, 0,
			"rejected an association: protocol version %04x is not supported (PS3.8 "
			"9.3.2)",
			ev->assoc.version);
		return provider_rejects(ul, ev,
			(struct ul_said){
				PDU_REJECT_PERMANENT, PDU_REJECT_ACSE, PDU_REJECT_VERSION });
	}
	if (!span_eq_str(ev->assoc.context_name, UID_APPLICATION_CONTEXT)) {
		err_set(&ev->err, ERR_PEER, 0,
			"rejected an association: application context %s is not DICOM's (PS3.7 "
			"A.2.1)",
			uid_name(ev->assoc.context_name, text));
		return provider_rejects(ul, ev,
			(struct ul_said){
				PDU_REJECT_PERMANENT, PDU_REJECT_USER, PDU_REJECT_CONTEXT_NAME });
	}
	ul->rq = ev->assoc;
	ev->kind = UL_ASSOC_RQ;
	return EVENT;
}

static enum step answer_came(struct ul *ul, struct ul_event *ev)
{
	if (!pdu_decode_ac(buf_span(&ul->in), &ev->assoc, &ev->err) ||
		!ul_agree(ul, &ev->assoc, &ev->err))
		return invalid(ul, ev);
	ul_act(ul, EV_ASSOC_AC, (struct ul_said){ 0 });
	ev->kind = UL_ASSOC_AC;
	return EVENT;
}

static enum step take_assoc(struct ul *ul, struct span *in, struct ul_event *ev)
{
	struct ul_wire *w = &ul->wire;
	/* A primitive may have ended it all in the middle of the PDU. */
	if (ul->state != STA2 && ul->state != STA5) {
		skip_pdu(w);
		return GO;
	}
	const struct span piece = span_at(*in, 0, w->pdu_left);
	buf_bytes(&ul->in, piece);
	span_skip(in, piece.n);
	w->pdu_left -= (uint32_t)piece.n;
	if (w->pdu_left)
		return MORE;
	w->phase = HEAD;
	w->got = 0;
	return ul->state == STA2 ? request_came(ul, ev) : answer_came(ul, ev);
}

/* ---- data */

static bool data_wanted(struct ul *ul)
{
	if (ul->state == STA6 || ul->state == STA7)
		return true;
	if (ul->wire.phase == PDV_HEAD)
		ul->wire.pdu_left -= ul->wire.got;
	ul->wire.pdu_left += ul->wire.pdv_left;
	ul->wire.pdv_left = 0;
	skip_pdu(&ul->wire);
	return false;
}

static enum step hand_out(struct ul *ul, struct span piece, struct ul_event *ev)
{
	struct ul_wire *w = &ul->wire;
	w->pdv_left -= (uint32_t)piece.n;
	if (w->pdv_left == 0) {
		w->phase = w->pdu_left ? PDV_HEAD : HEAD;
		w->got = 0;
	}
	ev->kind = UL_PDV;
	ev->context = w->context;
	ev->command = w->control & 1;
	ev->last = w->control & 2 && w->pdv_left == 0;
	ev->data = piece;
	ul_act(ul, EV_P_DATA_TF, (struct ul_said){ 0 });
	return EVENT;
}

static enum step take_pdv_head(struct ul *ul, struct span *in, struct ul_event *ev)
{
	struct ul_wire *w = &ul->wire;
	struct span head = span_of(w->head, PDU_PDV_HEAD);
	uint32_t n = 0;
	struct ul_context c;

	if (!data_wanted(ul))
		return GO;
	if (w->pdu_left < PDU_PDV_HEAD) {
		err_set(&ev->err, ERR_PEER, PDU_ABORT_VALUE,
			"%lu bytes at the end of a P-DATA-TF are no PDV (PS3.8 9.3.5.1)",
			(unsigned long)w->pdu_left);
		skip_pdu(w);
		return invalid(ul, ev);
	}
	if (!fill(w, in, PDU_PDV_HEAD))
		return MORE;
	span_u32be(&head, &n);
	span_u8(&head, &w->context);
	span_u8(&head, &w->control);
	w->pdu_left -= PDU_PDV_HEAD;
	w->got = 0;
	if (n < 2 || n - 2 > w->pdu_left)
		err_set(&ev->err, ERR_PEER, PDU_ABORT_VALUE,
			"a PDV of %lu bytes in a P-DATA-TF with %lu left (PS3.8 9.3.5.1)",
			(unsigned long)n, (unsigned long)w->pdu_left + 2);
	else if (!ul_context(ul, w->context, &c))
		err_set(&ev->err, ERR_PEER, PDU_ABORT_VALUE,
			"a PDV for presentation context %u, which was not accepted (PS3.8 9.3.5.1)",
			w->context);
	if (ev->err.kind != ERR_NONE) {
		skip_pdu(w);
		return invalid(ul, ev);
	}
	w->pdv_left = n - 2;
	w->pdu_left -= w->pdv_left;
	w->phase = PDV;
	return w->pdv_left ? GO : hand_out(ul, (struct span){ 0 }, ev);
}

static enum step take_pdv(struct ul *ul, struct span *in, struct ul_event *ev)
{
	if (!data_wanted(ul))
		return GO;
	if (in->n == 0)
		return MORE;
	const struct span piece = span_at(*in, 0, ul->wire.pdv_left);
	span_skip(in, piece.n);
	return hand_out(ul, piece, ev);
}

/* ---- the loop */

static enum step pass_over(struct ul_wire *w, struct span *in)
{
	const size_t n = w->phase == DEAF || in->n < w->pdu_left ? in->n : w->pdu_left;
	span_skip(in, n);
	if (w->phase == DEAF)
		return MORE;
	w->pdu_left -= (uint32_t)n;
	if (w->pdu_left)
		return MORE;
	w->phase = HEAD;
	return GO;
}

static enum step take(struct ul *ul, struct span *in, struct ul_event *ev)
{
	switch (ul->wire.phase) {
	case HEAD:
		return take_head(ul, in, ev);
	case SHORT:
		return take_short(ul, in, ev);
	case ASSOC:
		return take_assoc(ul, in, ev);
	case PDV_HEAD:
		return take_pdv_head(ul, in, ev);
	case PDV:
		return take_pdv(ul, in, ev);
	default:
		return pass_over(&ul->wire, in);
	}
}

static void report(struct ul *ul, struct ul_event *ev)
{
	ev->kind = UL_FAIL;
	if (ul->pending == EV_CLOSED)
		err_set(&ev->err, ERR_NETWORK, 0, "the connection was closed: %s (PS3.8 9.2.3)",
			ul_state_text(ul->pending_state));
	else
		err_set(&ev->err, ERR_NETWORK, 0,
			"no A-ASSOCIATE-RQ came within %lu ms (ARTIM, PS3.8 9.1.5)",
			(unsigned long)ul->artim);
	ul->pending = 0;
}

bool ul_next(struct ul *ul, struct span *in, struct ul_event *ev)
{
	enum step step;

	err_clear(&ev->err);
	if (ul->pending) {
		report(ul, ev);
		return true;
	}
	do {
		/* Without a transport there is nobody whose bytes these could be. */
		if (ul->state == STA1 || ul->state == STA4) {
			span_skip(in, in->n);
			return false;
		}
		step = take(ul, in, ev);
	} while (step == GO);
	return step == EVENT;
}
