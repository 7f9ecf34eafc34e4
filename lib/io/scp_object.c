/* SPDX-License-Identifier: MIT */
/* The objects: checked while they stream in, and written beside their place. */
#include "io/scp_inner.h"

#include "base/wipe.h"
#include "dicom/part10.h"
#include "dicom/syntax.h"

#include <stdlib.h>
#include <string.h>

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
}

void scp_drop_item(struct scp *s, struct scp_item *o)
{
	outfile_drop(s->config->out, &o->file);
	free(o->name);
	o->name = NULL;
}

/* The object cannot be stored any more; the rest of its data set is read and forgotten. */
static void refuse(struct scp *s, uint16_t status)
{
	if (s->own.object.status == DIMSE_SUCCESS)
		s->own.object.status = status;
	scp_drop_item(s, &s->own);
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
	s->rewrite = rewrite_new(syntax_of(came), syntax_of(stored), style, &s->own.object.err);
	return s->rewrite != NULL;
}

static bool write_body(struct scp *s, struct span data)
{
	return s->rewrite ? rewrite_write(s->rewrite, &s->own.file, data, &s->own.object.err)
			  : outfile_write(&s->own.file, data, &s->own.object.err);
}

static bool write_head(struct scp *s)
{
	uint8_t room[PART10_META_MAX];
	struct buf head = buf_on(room, sizeof room);
	if (s->config->bare)
		return true;
	const struct part10_meta meta = {
		.sop_class = s->own.object.sop_class,
		.sop_instance = s->own.object.sop_instance,
		.transfer_syntax = stored_as(s)->uid,
		.implementation_class = UID_IMPLEMENTATION,
		.implementation_version = UID_IMPLEMENTATION_VERSION,
		.source_aet = s->calling,
	};
	part10_write(&head, &meta);
	if (!buf_ok(&head))
		return err_set(
			&s->own.object.err, ERR_LIMIT, 0, "the file meta information is too long");
	s->own.file.body = buf_span(&head).n;
	return outfile_write(&s->own.file, buf_span(&head), &s->own.object.err);
}

static void watch(struct scp *s, const struct uid_syntax *syntax)
{
	s->reading = malloc(sizeof *s->reading);
	if (!s->reading) {
		err_set(&s->own.object.err, ERR_SYSTEM, 0, "no memory for another object");
		refuse(s, DIMSE_OUT_OF_RESOURCES);
		return;
	}
	for (size_t i = 0; i < WANTS; i++)
		s->reading->want[i] = (struct elem_want){ .tag = wanted[i].tag,
			.room = { s->reading->values[i], sizeof s->reading->values[i] } };
	if (syntax->flags & UID_DEFLATED && !s->inflate)
		s->inflate = malloc(sizeof *s->inflate);
	if (syntax->flags & UID_DEFLATED && !s->inflate) {
		err_set(&s->own.object.err, ERR_SYSTEM, 0, "no memory to inflate");
		refuse(s, DIMSE_OUT_OF_RESOURCES);
		return;
	}
	check_init(&s->reading->check, syntax_of(syntax), s->inflate, s->reading->want, WANTS);
}

static bool open_file(struct scp *s)
{
	return outfile_open(s->config->out, &s->own.file, &s->own.object.err) && write_head(s) &&
		begin_rewrite(s);
}

/* A C-STORE-RQ has come: its data set follows. */
void scp_begin_object(struct scp *s, uint16_t bad_status, const struct err *bad)
{
	const struct uid_syntax *syntax =
		uid_syntax(s->agreed.syntax); /* we accepted it, so it is known */
	struct scp_object *o = &s->own.object;
	*o = (struct scp_object){ .transfer_syntax = syntax->uid };
	s->own.id = s->request.id;
	s->own.context = s->context;
	s->own.stored_as = stored_as(s)->uid;
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
	s->own.object.bytes += data.n;
	s->bytes += data.n;
	if (s->own.object.status != DIMSE_SUCCESS)
		return;
	if (!check_pass(&s->reading->check, data)) {
		s->own.object.err = s->reading->check.elem.err;
		refuse(s, DIMSE_CANNOT_UNDERSTAND);
	} else if (!s->config->ignore && !write_body(s, data)) {
		refuse(s,
			s->own.object.err.kind == ERR_SYSTEM ? DIMSE_OUT_OF_RESOURCES
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
	err_set(&s->own.object.err, ERR_PEER, 0,
		"its %s is \"%s\" in the data set and %s in the command", what,
		uid_name(value, there), uid_name(span_str(command), said));
	refuse(s, DIMSE_CLASS_MISMATCH);
	return false;
}

static bool make_name(struct scp *s, const struct naming_values *values, char name[NAMING_CAP])
{
	const struct scp_names *own = s->config->names;
	return own ? own->make(own->arg, values, name, &s->own.object.err)
		   : naming_make(s->config->name, values, name, &s->own.object.err);
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
	values.v[NAMING_TRANSFER_SYNTAX] = span_str(s->own.object.transfer_syntax);
	values.v[NAMING_CALLING] = span_str(s->calling);
	values.v[NAMING_CALLED] = span_str(s->called);
	char name[NAMING_CAP];
	const bool made = make_name(s, &values, name);
	if (!made)
		refuse(s, DIMSE_CANNOT_UNDERSTAND);
	if (!made)
		return false;
	s->own.name = strdup(name);
	if (s->own.name)
		return true;
	err_set(&s->own.object.err, ERR_SYSTEM, 0, "no memory for a file name");
	refuse(s, DIMSE_OUT_OF_RESOURCES);
	return false;
}

/* The last byte of the data set is here. */
void scp_finish_object(struct scp *s)
{
	struct scp_object *o = &s->own.object;
	bool good = o->status == DIMSE_SUCCESS;
	s->phase = HELD;
	s->own.stage = WHOLE;
	if (good && !check_end(&s->reading->check)) {
		o->err = s->reading->check.elem.err;
		refuse(s, DIMSE_CANNOT_UNDERSTAND);
		good = false;
	}
	if (good && s->rewrite && !s->config->ignore &&
		!rewrite_end(s->rewrite, &s->own.file, &o->err)) {
		refuse(s,
			o->err.kind == ERR_SYSTEM ? DIMSE_OUT_OF_RESOURCES
						  : DIMSE_CANNOT_UNDERSTAND);
		good = false;
	}
	good = good && agrees(s, &s->reading->want[0], "SOP Class UID", o->sop_class) &&
		agrees(s, &s->reading->want[1], "SOP Instance UID", o->sop_instance) &&
		!s->config->ignore && name_object(s);
	scp_forget_object(s);
	if (good && scp_set_aside(s))
		scp_next_message(s);
	else if (good)
		outfile_whole(s->config->out, &s->own.file);
}
