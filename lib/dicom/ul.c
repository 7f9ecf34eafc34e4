/* SPDX-License-Identifier: MIT */
/* The upper layer's primitives, its output and its timer. What comes from the peer is in ul_next.c,
 * what was agreed in ul_agree.c. */
#include "dicom/ul.h"

#include "dicom/ul_engine.h"

enum { KEEP, START, STOP };

/* What each action does beside the events that ul_next reports (PS3.8 9.2.2). */
static const struct {
	uint8_t send; /* enum pdu_type; association PDUs are encoded beforehand */
	uint8_t artim;
	bool close;
} effects[] = {
	[AE_4] = { .close = true },
	[AE_5] = { .artim = START },
	[AE_6] = { .artim = STOP },
	[AE_8] = { .send = PDU_ASSOC_RJ, .artim = START },
	[AR_1] = { .send = PDU_RELEASE_RQ },
	[AR_3] = { .close = true },
	[AR_4] = { .send = PDU_RELEASE_RP, .artim = START },
	[AR_5] = { .artim = STOP, .close = true },
	[AR_9] = { .send = PDU_RELEASE_RP },
	[AA_1] = { .send = PDU_ABORT, .artim = START },
	[AA_2] = { .artim = STOP, .close = true },
	[AA_3] = { .close = true },
	[AA_4] = { .close = true },
	[AA_5] = { .artim = STOP, .close = true },
	[AA_7] = { .send = PDU_ABORT },
	[AA_8] = { .send = PDU_ABORT, .artim = START },
};

/* When the queue is full, which only aborts repeated by AA_7 can do, the PDU is dropped. */
static void queue(struct ul *ul, enum pdu_type type, struct ul_said said)
{
	struct buf b = buf_on(ul->shorts, sizeof ul->shorts);
	buf_filled(&b, ul->shorts_n);
	if (buf_room(&b).n < PDU_SHORT)
		return;
	if (type == PDU_ASSOC_RJ)
		pdu_put_reject(&b, said.result, said.source, said.reason);
	else if (type == PDU_RELEASE_RQ)
		pdu_put_release_rq(&b);
	else if (type == PDU_RELEASE_RP)
		pdu_put_release_rp(&b);
	else
		pdu_put_abort(&b, said.source, said.reason);
	ul->shorts_n = b.n;
}

static void artim_start(struct ul *ul)
{
	ul->artim_at = ul->artim ? ul->now + ul->artim : UINT64_MAX;
}

static void close_transport(struct ul *ul)
{
	ul->closing = true;
	ul->shorts_n = 0;
	ul->out_sent = ul->out.n;
	ul->artim_at = UINT64_MAX;
	ul->proposal = NULL;
}

enum ul_action ul_act(struct ul *ul, enum ul_evt evt, struct ul_said said)
{
	const struct ul_cell cell = ul_cell(evt, ul->state);
	if (cell.action == 0)
		return 0;
	ul->state = cell.action == AR_8 && !ul->requestor ? STA10 : (enum ul_state)cell.next;
	if (cell.action >= sizeof effects / sizeof *effects)
		return cell.action;
	if (effects[cell.action].send)
		queue(ul, effects[cell.action].send, said);
	if (effects[cell.action].artim == START)
		artim_start(ul);
	if (effects[cell.action].artim == STOP)
		ul->artim_at = UINT64_MAX;
	if (effects[cell.action].close)
		close_transport(ul);
	return cell.action;
}

/* Only with a primitive of our own user can a cell be empty by mistake. */
static bool allowed(const struct ul *ul, enum ul_evt evt, struct err *e)
{
	static const char *const names[EV_END] = { [EV_ASSOCIATE] = "request an association",
		[EV_CONNECTED] = "confirm a connection",
		[EV_ACCEPT] = "accept an association",
		[EV_REJECT] = "reject an association",
		[EV_P_DATA] = "send data",
		[EV_RELEASE] = "ask for release",
		[EV_RELEASE_RSP] = "answer a release" };
	return ul_cell(evt, ul->state).action ||
		err_set(e, ERR_USAGE, 0, "cannot %s in this state: %s (PS3.8 Table 9-10)",
			names[evt], ul_state_text(ul->state));
}

static bool primitive(struct ul *ul, enum ul_evt evt, struct ul_said said, struct err *e)
{
	return allowed(ul, evt, e) && ul_act(ul, evt, said);
}

/* ---- life */

void ul_init(struct ul *ul, bool requestor, uint32_t artim, uint64_t now)
{
	*ul = (struct ul){ .state = STA1,
		.requestor = requestor,
		.now = now,
		.artim = artim,
		.artim_at = UINT64_MAX,
		.invoked = 1,
		.performed = 1 };
	if (!requestor)
		ul_act(ul, EV_CONNECTION, (struct ul_said){ 0 });
}

void ul_lend(struct ul *ul, struct mspan store)
{
	struct buf whole = buf_on(store.p, store.n);
	const size_t answer = store.n / 5;
	ul->in = buf_on(store.p, ul->requestor ? answer : store.n - answer);
	buf_filled(&whole, ul->in.cap);
	const struct mspan rest = buf_room(&whole);
	ul->out = buf_on(rest.p, rest.n);
	ul->out_sent = 0;
}

bool ul_store_free(const struct ul *ul)
{
	return (ul->state < STA2 || ul->state > STA5) && ul->out_sent == ul->out.n;
}

bool ul_finished(const struct ul *ul)
{
	return ul->closing;
}

/* ---- output: an association PDU of ours is always the first that we send */

struct span ul_out(const struct ul *ul)
{
	if (ul->state == STA4)
		return (struct span){ 0 };
	if (ul->out_sent < ul->out.n)
		return span_at(buf_span(&ul->out), ul->out_sent, ul->out.n);
	return span_of(ul->shorts, ul->shorts_n);
}

void ul_out_done(struct ul *ul, size_t n)
{
	if (ul->out_sent < ul->out.n) {
		ul->out_sent += n;
		return;
	}
	struct buf b = buf_on(ul->shorts, sizeof ul->shorts);
	buf_filled(&b, ul->shorts_n);
	buf_eat(&b, n);
	ul->shorts_n = b.n;
}

/* ---- time */

uint64_t ul_deadline(const struct ul *ul)
{
	return ul->artim_at;
}

static void report_later(struct ul *ul, enum ul_evt evt)
{
	const enum ul_state state = ul->state;
	const enum ul_action action = ul_act(ul, evt, (struct ul_said){ 0 });
	/* Sta2 ends in silence in the standard, but somebody wants to know why nothing came of it. */
	if (action == AA_4 || (action == AA_2 && state == STA2) ||
		(action == AA_5 && ul->wire.got)) {
		ul->pending = evt;
		ul->pending_state = state;
	}
}

void ul_tick(struct ul *ul, uint64_t now)
{
	ul->now = now;
	if (now >= ul->artim_at)
		report_later(ul, EV_ARTIM);
}

void ul_closed(struct ul *ul)
{
	if (ul->state == STA1)
		close_transport(ul);
	else
		report_later(ul, EV_CLOSED);
}

/* ---- primitives */

bool ul_request(struct ul *ul, const struct pdu_proposal *p, struct err *e)
{
	if (!allowed(ul, EV_ASSOCIATE, e))
		return false;
	if (!ul->requestor || ul->closing)
		return err_set(
			e, ERR_USAGE, 0, "an association is requested once, and by its requestor");
	ul->out = buf_on(ul->out.p, ul->out.cap);
	ul->out_sent = 0;
	if (!pdu_put_rq(&ul->out, p, e)) {
		ul->out = buf_on(ul->out.p, ul->out.cap);
		return false;
	}
	for (unsigned i = 0; i < PDU_CONTEXTS; i++)
		ul->results[i] = PDU_NOT_ANSWERED;
	ul->proposal = p;
	ul->our_max = p->user.max_pdu;
	return primitive(ul, EV_ASSOCIATE, (struct ul_said){ 0 }, e);
}

bool ul_connected(struct ul *ul, struct err *e)
{
	return primitive(ul, EV_CONNECTED, (struct ul_said){ 0 }, e);
}

bool ul_reject(struct ul *ul, uint8_t result, uint8_t source, uint8_t reason, struct err *e)
{
	return primitive(ul, EV_REJECT, (struct ul_said){ result, source, reason }, e);
}

bool ul_release_rq(struct ul *ul, struct err *e)
{
	return primitive(ul, EV_RELEASE, (struct ul_said){ 0 }, e);
}

bool ul_release_rp(struct ul *ul, struct err *e)
{
	return primitive(ul, EV_RELEASE_RSP, (struct ul_said){ 0 }, e);
}

void ul_abort(struct ul *ul)
{
	if (!ul_act(ul, EV_ABORT,
		    (struct ul_said){ .source = PDU_ABORT_USER, .reason = PDU_ABORT_NO_REASON }) &&
		ul->state != STA13) {
		ul->state = STA1;
		close_transport(ul);
	}
	ul->pending = 0;
}

uint32_t ul_data_max(const struct ul *ul)
{
	return (ul->peer_max ? ul->peer_max : UINT32_MAX) - PDU_PDV_HEAD;
}

bool ul_data(struct ul *ul, uint8_t context, bool command, bool last, uint32_t n,
	uint8_t head[PDU_DATA_HEAD], struct err *e)
{
	struct ul_context c;
	struct buf b = buf_on(head, PDU_DATA_HEAD);

	if (!allowed(ul, EV_P_DATA, e))
		return false;
	if (!ul_context(ul, context, &c))
		return err_set(
			e, ERR_USAGE, 0, "presentation context %u was not accepted", context);
	if (n > ul_data_max(ul))
		return err_set(e, ERR_USAGE, 0,
			"%lu bytes in one PDV; the peer's maximum length allows %lu",
			(unsigned long)n, (unsigned long)ul_data_max(ul));
	pdu_put_data_head(&b, context, command, last, n);
	return primitive(ul, EV_P_DATA, (struct ul_said){ 0 }, e);
}
