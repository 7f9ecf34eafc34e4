/* SPDX-License-Identifier: MIT */
#include "app/inbox.h"

#include "base/hex.h"
#include "cli/text.h"
#include "io/clock.h"

static void tell_left_out(struct inbox *in, unsigned long n)
{
	struct json *j = &in->node->json;
	if (!n)
		return;
	log_line(in->node->log, LOG_WARN,
		"%lu more complaints about peers came too fast and were left out", n);
	if (!in->node->log->json)
		return;
	json_begin(j, "left_out");
	json_uint(j, "count", n);
	json_write(j, NULL);
}

/* A flood of failures must not become a flood of lines. */
static bool may_complain(struct inbox *in)
{
	unsigned long before = 0;
	const bool tells = guard_tells(&in->lines, clock_ms(), &before);
	tell_left_out(in, before);
	return tells;
}

static void tell_object(struct inbox *in, struct inbox_peer *p, const struct scp_object *o)
{
	struct json *j = &in->node->json;
	const bool stored = o->status == DIMSE_SUCCESS;
	const char *file = in->hide_names ? "(name not shown)" : o->file ? o->file : "nothing";
	char status[5], size[TEXT_NUMBER], text[UID_TEXT];
	node_status(o->status, status);
	if (stored && o->placed == OUTFILE_REPLACED)
		log_line(in->node->log, LOG_WARN, "DICOM file already exists, overwriting: %s",
			file);
	if (stored && o->placed == OUTFILE_DIFFERENT)
		log_line(in->node->log, LOG_WARN,
			"%s sent another object with the SOP Instance UID %s; both are kept, this "
			"one as %s",
			p->who, o->sop_instance, file);
	if (stored)
		log_line(in->node->log, LOG_INFO, "stored %s from %s (%s, %s)%s", file, p->who,
			uid_name(span_str(o->sop_class), text), text_size(o->bytes, size),
			o->placed == OUTFILE_SAME ? ": was there already" : "");
	else
		log_line(in->node->log, LOG_ERROR, "refused %s from %s with %s: %s",
			*o->sop_instance ? o->sop_instance : "an object", p->who, status,
			o->err.text);
	if (!in->node->log->json)
		return;
	json_begin(j, "object");
	json_str(j, "peer", p->who);
	json_str(j, "calling", scp_calling(p->scp));
	json_str(j, "sop_class", o->sop_class);
	json_str(j, "sop_instance", o->sop_instance);
	json_str(j, "transfer_syntax", o->transfer_syntax);
	json_uint(j, "bytes", o->bytes);
	json_str(j, "status", status);
	json_str(j, "result", !stored ? "refused" : o->placed == OUTFILE_SAME ? "same" : "stored");
	json_str(j, "duplicate",
		o->placed == OUTFILE_REPLACED            ? "replaced"
			: o->placed == OUTFILE_DIFFERENT ? "kept"
			: o->placed == OUTFILE_SAME      ? "same"
			: o->placed == OUTFILE_REJECTED  ? "rejected"
							 : NULL);
	json_str(j, "file", stored && !in->hide_names ? o->file : NULL);
	json_str(j, "reason", stored ? NULL : o->err.text);
	json_write(j, NULL);
}

/* One line and one event an association with all that an auditor asks for. */
static void tell_end(struct inbox *in, struct inbox_peer *p, const struct err *e)
{
	struct json *j = &in->node->json;
	const struct tls_facts *f = p->secured ? conn_facts(scp_conn(p->scp)) : NULL;
	const struct pki_peer *peer = f && f->peer_cert ? conn_peer(scp_conn(p->scp)) : NULL;
	const char *subject = peer && peer->known ? peer->subject : NULL;
	const char *reason = e->kind != ERR_NONE ? e->text
		: p->associated                  ? "released"
						 : "closed without an association";
	char objects[TEXT_NUMBER], size[TEXT_NUMBER], fingerprint[32 * 3 + 1] = "";
	if (e->kind != ERR_NONE && !may_complain(in))
		return;
	if (e->kind != ERR_NONE)
		log_line(in->node->log, LOG_WARN, "%s%s%s: %s", p->who,
			*scp_calling(p->scp) ? " " : "", scp_calling(p->scp), e->text);
	if (peer)
		hex_colons(span_of(f->leaf_sha256, sizeof f->leaf_sha256), fingerprint,
			sizeof fingerprint);
	if (p->associated)
		log_line(in->node->log, LOG_AUDIT,
			"association with %s %s: %s to %s, %s, %llu refused, %s; %s%s%s; %s%s%s",
			p->who, e->kind == ERR_NONE ? "released" : "ended", scp_calling(p->scp),
			scp_called(p->scp), text_count(p->objects - p->refused, "object", objects),
			(unsigned long long)p->refused, text_size(p->bytes, size),
			f ? f->protocol : "no TLS", f ? " " : "",
			f ? tls_suite_iana(f->suite).text : "",
			subject ? subject : "no certificate checked", peer ? ", SHA256 " : "",
			fingerprint);
	if (!in->node->log->json)
		return;
	json_begin(j, "end");
	json_str(j, "peer", p->who);
	json_str(j, "calling", scp_calling(p->scp));
	json_str(j, "called", scp_called(p->scp));
	json_str(j, "protocol", f ? f->protocol : NULL);
	json_str(j, "suite", f ? tls_suite_iana(f->suite).text : NULL);
	json_str(j, "peer_subject", subject);
	json_str(j, "peer_sha256", peer ? fingerprint : NULL);
	json_uint(j, "objects", p->objects);
	json_uint(j, "refused", p->refused);
	json_uint(j, "bytes", p->bytes);
	json_str(j, "reason", reason);
	json_write(j, NULL);
}

static void tell_rejected(struct inbox *in, struct inbox_peer *p, const struct err *e)
{
	struct json *j = &in->node->json;
	if (!may_complain(in))
		return;
	log_line(in->node->log, LOG_WARN, "association from %s, %s to %s, was %s", p->who,
		scp_calling(p->scp), scp_called(p->scp), e->text);
	if (!in->node->log->json)
		return;
	json_begin(j, "rejected");
	json_str(j, "peer", p->who);
	json_str(j, "calling", scp_calling(p->scp));
	json_str(j, "called", scp_called(p->scp));
	json_str(j, "reason", e->text);
	json_write(j, NULL);
}

void inbox_tell(struct inbox *in, struct inbox_peer *p, const struct scp_news *news)
{
	switch (news->what) {
	case SCP_SECURED:
		p->secured = true;
		guard_fine(&in->guard, p->origin);
		node_tell_secured(in->node, scp_conn(p->scp), p->who);
		break;
	case SCP_ASSOCIATED:
		p->associated = true;
		in->associations++;
		node_tell_association(in->node, p->who, scp_calling(p->scp), scp_called(p->scp),
			news->accepted, news->refused);
		if (in->contexts)
			node_tell_contexts(in->node, scp_conn(p->scp));
		break;
	case SCP_REJECTED:
		tell_rejected(in, p, &news->err);
		break;
	case SCP_ECHOED:
		log_line(in->node->log, LOG_INFO, "answered an echo from %s", p->who);
		break;
	case SCP_OBJECT:
		p->objects++;
		p->bytes += news->object->bytes;
		in->bytes += news->object->bytes;
		if (news->object->status == DIMSE_SUCCESS)
			in->stored++;
		else {
			in->failed++;
			p->refused++;
		}
		tell_object(in, p, news->object);
		break;
	case SCP_ENDED:
		if (p->ended)
			break;
		p->ended = true;
		if (!p->secured && !in->node->plain)
			guard_failed(&in->guard, p->origin, clock_ms());
		tell_end(in, p, &news->err);
		break;
	}
}

void inbox_shut_out(struct inbox *in, const char *who, const struct err *why)
{
	struct json *j = &in->node->json;
	log_line(in->node->log, LOG_WARN, "connection from %s was closed: %s", who, why->text);
	if (!in->node->log->json)
		return;
	json_begin(j, "end");
	json_str(j, "peer", who);
	json_str(j, "calling", "");
	json_str(j, "called", "");
	json_uint(j, "objects", 0);
	json_uint(j, "bytes", 0);
	json_str(j, "reason", why->text);
	json_write(j, NULL);
}

void inbox_summary(struct inbox *in)
{
	struct json *j = &in->node->json;
	tell_left_out(in, in->lines.left_out);
	char associations[TEXT_NUMBER], objects[TEXT_NUMBER], size[TEXT_NUMBER];
	log_line(in->node->log, LOG_NOTE, "%s in %s stored, %s received; %llu refused",
		text_count(in->stored, "object", objects),
		text_count(in->associations, "association", associations),
		text_size(in->bytes, size), (unsigned long long)in->failed);
	if (!in->node->log->json)
		return;
	json_begin(j, "summary");
	json_uint(j, "associations", in->associations);
	json_uint(j, "stored", in->stored);
	json_uint(j, "refused", in->failed);
	json_uint(j, "bytes", in->bytes);
	json_write(j, NULL);
}
