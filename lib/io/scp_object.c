/* SPDX-License-Identifier: MIT */
/* The objects: checked while they stream in, written beside their place, moved to it when they are whole. */
#include "io/scp_inner.h"

#include "base/wipe.h"
#include "dicom/part10.h"
#include "dicom/syntax.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Which data elements feed file names and checks. */
static const struct {
	uint32_t tag;
	enum naming_key key;
} wanted[WANTS] = {
	{ TAG_SOP_CLASS, NAMING_SOP_CLASS },
	{ TAG_SOP_INSTANCE, NAMING_SOP_INSTANCE },
	{ TAG_STUDY_INSTANCE, NAMING_STUDY },
	{ TAG_SERIES_INSTANCE, NAMING_SERIES },
	{ TAG_PATIENT_ID, NAMING_PATIENT_ID },
	{ 0x00100010, NAMING_PATIENT_NAME },
	{ 0x00080060, NAMING_MODALITY },
	{ 0x00080020, NAMING_STUDY_DATE },
	{ 0x00080050, NAMING_ACCESSION },
};

void scp_forget_object(struct scp *s)
{
	if (s->reading)
		wipe(s->reading, sizeof *s->reading); /* the patient's name */
	free(s->reading);
	s->reading = NULL;
	free(s->name);
	s->name = NULL;
}

/* The object cannot be stored any more; the rest of its data set is read and forgotten. */
static void refuse(struct scp *s, uint16_t status)
{
	if (s->object.status == DIMSE_SUCCESS)
		s->object.status = status;
	outfile_drop(s->config->out, &s->file);
	scp_forget_object(s);
}

/* The transfer syntax that the present object is stored in. */
static const struct uid_syntax *stored_as(const struct scp *s)
{
	const struct uid_syntax *came = uid_syntax(s->agreed.syntax);
	const bool fixed = !s->config->write || came->flags & UID_ENCAPSULATED;
	return fixed ? came : uid_syntax(span_str(s->config->write));
}

static bool begin_rewrite(struct scp *s)
{
	const struct uid_syntax *came = uid_syntax(s->agreed.syntax), *stored = stored_as(s);
	rewrite_free(s->rewrite);
	s->rewrite = NULL;
	const struct recode_style *style = &s->config->style;
	const bool as_it_came = !style->lengths && !style->known_vrs && !style->old_vrs;
	if (came->flags & UID_ENCAPSULATED || (came == stored && as_it_came))
		return true;
	s->rewrite = rewrite_new(syntax_of(came), syntax_of(stored), style, &s->object.err);
	return s->rewrite != NULL;
}

static bool write_body(struct scp *s, struct span data)
{
	return s->rewrite ? rewrite_write(s->rewrite, &s->file, data, &s->object.err)
			  : outfile_write(&s->file, data, &s->object.err);
}

static bool write_head(struct scp *s)
{
	uint8_t room[PART10_META_MAX];
	struct buf head = buf_on(room, sizeof room);
	if (s->config->bare)
		return true;
	const struct part10_meta meta = {
		.sop_class = s->object.sop_class,
		.sop_instance = s->object.sop_instance,
		.transfer_syntax = stored_as(s)->uid,
		.implementation_class = UID_IMPLEMENTATION,
		.implementation_version = UID_IMPLEMENTATION_VERSION,
		.source_aet = s->calling,
	};
	part10_write(&head, &meta);
	if (!buf_ok(&head))
		return err_set(
			&s->object.err, ERR_LIMIT, 0, "the file meta information is too long");
	s->file.body = buf_span(&head).n;
	return outfile_write(&s->file, buf_span(&head), &s->object.err);
}

static void watch(struct scp *s, const struct uid_syntax *syntax)
{
	s->reading = malloc(sizeof *s->reading);
	if (!s->reading) {
		err_set(&s->object.err, ERR_SYSTEM, 0, "no memory for another object");
		refuse(s, DIMSE_OUT_OF_RESOURCES);
		return;
	}
	for (size_t i = 0; i < WANTS; i++)
		s->reading->want[i] = (struct elem_want){ .tag = wanted[i].tag,
			.room = { s->reading->values[i], sizeof s->reading->values[i] } };
	if (syntax->flags & UID_DEFLATED && !s->inflate)
		s->inflate = malloc(sizeof *s->inflate);
	if (syntax->flags & UID_DEFLATED && !s->inflate) {
		err_set(&s->object.err, ERR_SYSTEM, 0, "no memory to inflate");
		refuse(s, DIMSE_OUT_OF_RESOURCES);
		return;
	}
	check_init(&s->reading->check, syntax_of(syntax), s->inflate, s->reading->want, WANTS);
}

static bool open_file(struct scp *s)
{
	return outfile_open(s->config->out, &s->file, &s->object.err) && write_head(s) &&
		begin_rewrite(s);
}

/* A C-STORE-RQ has come: its data set follows. */
void scp_begin_object(struct scp *s, uint16_t bad_status, const struct err *bad)
{
	const struct uid_syntax *syntax =
		uid_syntax(s->agreed.syntax); /* we accepted it, so it is known */
	struct scp_object *o = &s->object;
	*o = (struct scp_object){ .transfer_syntax = syntax->uid };
	s->phase = DATA_SET;
	s->object_since = s->minute_since = s->now;
	s->minute_bytes = 0;
	if (s->config->stall)
		conn_await(s->conn, s->config->stall, "more of an object");
	span_text(s->request.sop_class, o->sop_class, sizeof o->sop_class);
	span_text(s->request.sop_instance, o->sop_instance, sizeof o->sop_instance);
	if (bad) {
		o->err = *bad;
		refuse(s, bad_status);
	} else if (!span_eq(s->request.sop_class, s->agreed.abstract)) {
		err_set(&o->err, ERR_PEER, 0,
			"its SOP class is not that of its presentation context (PS3.7 9.3.1.1)");
		refuse(s, DIMSE_CLASS_UNSUPPORTED);
	} else if (!s->config->ignore && !open_file(s)) {
		refuse(s, DIMSE_OUT_OF_RESOURCES);
	}
	if (o->status == DIMSE_SUCCESS)
		watch(s, syntax);
}

void scp_pass_on(struct scp *s, struct span data)
{
	s->object.bytes += data.n;
	s->bytes += data.n;
	if (s->object.status != DIMSE_SUCCESS)
		return;
	if (!check_pass(&s->reading->check, data)) {
		s->object.err = s->reading->check.elem.err;
		refuse(s, DIMSE_CANNOT_UNDERSTAND);
	} else if (!s->config->ignore && !write_body(s, data)) {
		refuse(s,
			s->object.err.kind == ERR_SYSTEM ? DIMSE_OUT_OF_RESOURCES
							 : DIMSE_CANNOT_UNDERSTAND);
	}
}

static bool agrees(struct scp *s, const struct elem_want *w, const char *what, const char *command)
{
	struct span value;
	char there[UID_TEXT], said[UID_TEXT];
	uid_from_value(elem_value(w), &value);
	if (span_eq_str(value, command))
		return true;
	err_set(&s->object.err, ERR_PEER, 0,
		"its %s is \"%s\" in the data set and %s in the command", what,
		uid_name(value, there), uid_name(span_str(command), said));
	refuse(s, DIMSE_CLASS_MISMATCH);
	return false;
}

/* Whether the stored file may hold the object that has come: equal bytes in another transfer syntax are
 * another object. A bare one does not say. */
static bool may_be_it(void *arg, int there, uint64_t *body)
{
	const struct scp *s = arg;
	uint8_t head[PART10_META_MAX];
	struct part10 p;
	struct err e = { 0 };
	*body = 0;
	if (s->config->bare)
		return true;
	ssize_t n;
	do
		n = pread(there, head, sizeof head, 0);
	while (n < 0 && errno == EINTR);
	if (n <= 0 || part10_read(span_of(head, (size_t)n), false, &p, &e) != PART10_OK)
		return false;
	*body = p.at;
	return strcmp(p.transfer_syntax, stored_as(s)->uid) == 0;
}

static bool make_name(struct scp *s, const struct naming_values *values, char name[NAMING_CAP])
{
	const struct scp_names *own = s->config->names;
	return own ? own->make(own->arg, values, name, &s->object.err)
		   : naming_make(s->config->name, values, name, &s->object.err);
}

/* Its file name. False: refused. */
static bool name_object(struct scp *s)
{
	struct naming_values values = { 0 };
	for (size_t i = 0; i < WANTS; i++) {
		values.v[wanted[i].key] = elem_text(&s->reading->want[i]);
		if (wanted[i].key <= NAMING_SERIES)
			uid_from_value(elem_value(&s->reading->want[i]), &values.v[wanted[i].key]);
	}
	values.v[NAMING_TRANSFER_SYNTAX] = span_str(s->object.transfer_syntax);
	values.v[NAMING_CALLING] = span_str(s->calling);
	values.v[NAMING_CALLED] = span_str(s->called);
	char name[NAMING_CAP];
	const bool made = make_name(s, &values, name);
	if (!made)
		refuse(s, DIMSE_CANNOT_UNDERSTAND);
	if (!made)
		return false;
	scp_forget_object(s); /* while its answer waits for the folder, nothing of it is needed */
	s->name = strdup(name);
	if (s->name)
		return true;
	err_set(&s->object.err, ERR_SYSTEM, 0, "no memory for a file name");
	refuse(s, DIMSE_OUT_OF_RESOURCES);
	return false;
}

void scp_place(struct scp *s)
{
	struct scp_object *o = &s->object;
	const struct outfile_like same = { may_be_it, s };
	s->phase = PLACED;
	o->placed = outfile_place(s->config->out, &s->file, s->name, &same, s->placed, &o->err);
	if (o->placed == OUTFILE_COMPARING) {
		s->phase = PLACING;
	} else if (o->placed == OUTFILE_FAILED) {
		refuse(s, DIMSE_OUT_OF_RESOURCES);
	} else if (o->placed == OUTFILE_REJECTED) {
		err_set(&o->err, ERR_PEER, 0, "%s is there already", s->name);
		refuse(s, DIMSE_DUPLICATE);
	} else {
		o->file = s->placed;
	}
	if (s->phase == PLACED)
		scp_forget_object(s);
}

/* The last byte of the data set is here. */
void scp_finish_object(struct scp *s)
{
	struct scp_object *o = &s->object;
	s->phase = PLACED;
	if (o->status != DIMSE_SUCCESS)
		return;
	if (!check_end(&s->reading->check)) {
		o->err = s->reading->check.elem.err;
		refuse(s, DIMSE_CANNOT_UNDERSTAND);
		return;
	}
	if (s->rewrite && !s->config->ignore && !rewrite_end(s->rewrite, &s->file, &o->err)) {
		refuse(s,
			o->err.kind == ERR_SYSTEM ? DIMSE_OUT_OF_RESOURCES
						  : DIMSE_CANNOT_UNDERSTAND);
		return;
	}
	if (agrees(s, &s->reading->want[0], "SOP Class UID", o->sop_class) &&
		agrees(s, &s->reading->want[1], "SOP Instance UID", o->sop_instance) &&
		!s->config->ignore && name_object(s))
		scp_place(s);
	else
		scp_forget_object(s);
}
