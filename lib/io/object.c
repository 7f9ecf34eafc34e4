/* SPDX-License-Identifier: MIT */
#include "io/object.h"

#include "base/fnv.h"
#include "dicom/check.h"
#include "dicom/part10.h"
#include "dicom/recode.h"
#include "dicom/syntax.h"
#include "io/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	HEAD_FIRST = 4096, /* nearly always all of the head */
	PIECE = 32768,
	STAGE = 65536, /* recoded data waiting to be sent */
};

static bool cannot_read(struct err *e, int failure)
{
	return err_set(e, ERR_INPUT, failure, "cannot be read: %s", strerror(failure));
}

/* ---- looking into a file */

struct inspection {
	int fd;
	uint64_t file_size;
	struct part10 head;
	struct check check;
	struct elem_want want[3];
	uint8_t values[3][UID_TEXT + 1];
	struct inflate inflate;
	uint8_t piece[PART10_HEAD];
};

static enum object_result read_head(struct inspection *in, struct err *e)
{
	for (size_t want = HEAD_FIRST;; want = sizeof in->piece) {
		const ssize_t n = read_whole(in->fd, (struct mspan){ in->piece, want }, 0);
		if (n < 0)
			return cannot_read(e, errno), OBJECT_UNREADABLE;
		if (n == 0)
			return err_set(e, ERR_INPUT, 0, "is empty"), OBJECT_NOT_DICOM;
		const bool whole = (uint64_t)n >= in->file_size;
		switch (part10_read(span_of(in->piece, (size_t)n), whole, &in->head, e)) {
		case PART10_OK:
			return OBJECT_OK;
		case PART10_NOT_DICOM:
			err_set(e, ERR_INPUT, 0, "is not a DICOM file");
			return OBJECT_NOT_DICOM;
		case PART10_BAD:
			return OBJECT_BROKEN;
		case PART10_MORE:
			break;
		}
		if (whole || want == sizeof in->piece) {
			err_set(e, ERR_INPUT, 0,
				"breaks off in its file meta information (PS3.10 7.1)");
			return OBJECT_BROKEN;
		}
	}
}

/* The transfer syntax by the file's word, or by the look of a bare data set. */
static bool find_syntax(const struct inspection *in, struct object_info *info, struct err *e)
{
	const struct part10 *head = &in->head;
	if (!head->transfer_syntax[0]) {
		const struct syntax *s = &head->guess;
		info->syntax = *s;
		strcpy(info->transfer_syntax,
			!s->explicit_vr         ? UID_IMPLICIT_LE
				: s->big_endian ? UID_EXPLICIT_BE
						: UID_EXPLICIT_LE);
		return true;
	}
	const struct span uid = span_str(head->transfer_syntax);
	const struct uid_syntax *known = uid_syntax(uid);
	if (!uid_valid(uid))
		return err_set(e, ERR_INPUT, 0,
			"its transfer syntax \"%.64s\" is not a UID (PS3.5 9.1)",
			head->transfer_syntax);
	strcpy(info->transfer_syntax, head->transfer_syntax);
	if (known && known->flags & UID_NOT_A_DATASET)
		return err_set(e, ERR_INPUT, 0,
			"its transfer syntax %s is not one that a data set can have", known->name);
	if (!known) { /* a private one: explicit little endian with fragments is what they are (PS3.5 10.2) */
		info->syntax = (struct syntax){ .explicit_vr = true, .encapsulated = true };
		return true;
	}
	info->syntax = syntax_of(known);
	return true;
}

/* Walks the data set. Where a value reaches beyond the piece at hand, the walk goes on behind it. */
static bool walk_data_set(struct inspection *in, struct err *e)
{
	uint64_t at = in->head.at;
	ssize_t n;
	while ((n = read_whole(in->fd,
			(struct mspan){ in->piece, at == in->head.at ? HEAD_FIRST : PIECE }, at)) >
		0) {
		if (!check_pass(&in->check, span_of(in->piece, (size_t)n)))
			return err_set(e, ERR_INPUT, 0, "%s", in->check.elem.err.text);
		at += (uint64_t)n;
		at += check_skip(&in->check, in->file_size > at ? in->file_size - at : 0);
	}
	if (n < 0)
		return cannot_read(e, errno);
	return check_end(&in->check) || err_set(e, ERR_INPUT, 0, "%s", in->check.elem.err.text);
}

/* The receiver goes by the data set, and so do we. */
static void compare(struct object_info *info, const char *what, const char *meta, const char *uid)
{
	if (!meta[0] || strcmp(meta, uid) == 0)
		return;
	if (info->odd.kind == ERR_NONE)
		err_set(&info->odd, ERR_INPUT, 0,
			"its file meta information and its data set disagree (PS3.10 7.1); it is "
			"sent as the data set has it: %s %s, not %s",
			what, uid, meta);
	else
		err_in(&info->odd, ", and %s %s, not %s", what, uid, meta);
}

static bool take_uid(const struct elem_want *w, const char *what, char uid[UID_TEXT], struct err *e)
{
	struct span value;
	const enum uid_form form = uid_from_value(elem_value(w), &value);
	if (!w->seen || value.n == 0)
		return err_set(e, ERR_INPUT, 0, "has no %s in its data set (PS3.4 B.3)", what);
	if (form == UID_BAD || !span_text(value, uid, UID_TEXT))
		return err_set(e, ERR_INPUT, 0, "its %s \"%.*s\" is not a UID (PS3.5 9.1)", what,
			(int)value.n, (const char *)value.p);
	return true;
}

static enum object_result inspect(struct inspection *in, struct object_info *info, struct err *e)
{
	struct stat s;
	if (fstat(in->fd, &s) != 0)
		return cannot_read(e, errno), OBJECT_UNREADABLE;
	if (S_ISDIR(s.st_mode))
		return cannot_read(e, EISDIR), OBJECT_UNREADABLE;
	in->file_size = (uint64_t)s.st_size;
	const enum object_result found = read_head(in, e);
	if (found != OBJECT_OK)
		return found;
	if (!find_syntax(in, info, e))
		return OBJECT_BROKEN;
	if (strcmp(in->head.sop_class, UID_MEDIA_DIRECTORY) == 0)
		return err_set(e, ERR_INPUT, 0,
			       "is a DICOMDIR, an index of files and not an object"),
		       OBJECT_NOT_DICOM;
	in->want[0] = (struct elem_want){ .tag = TAG_SOP_CLASS,
		.room = { in->values[0], sizeof in->values[0] } };
	in->want[1] = (struct elem_want){ .tag = TAG_SOP_INSTANCE,
		.room = { in->values[1], sizeof in->values[1] } };
	in->want[2] = (struct elem_want){ .tag = TAG_SERIES_INSTANCE,
		.room = { in->values[2], sizeof in->values[2] } };
	check_init(&in->check, info->syntax, &in->inflate, in->want, 3);
	if (!walk_data_set(in, e) || !take_uid(&in->want[0], "SOP Class UID", info->sop_class, e) ||
		!take_uid(&in->want[1], "SOP Instance UID", info->sop_instance, e))
		return OBJECT_BROKEN;
	compare(info, "SOP Class UID", in->head.sop_class, info->sop_class);
	compare(info, "SOP Instance UID", in->head.sop_instance, info->sop_instance);
	if (in->want[2].n)
		info->series = fnv_of(elem_value(&in->want[2]));
	info->file = in->head.meta;
	info->at = in->head.at;
	info->size = in->file_size - in->head.at;
	if (info->size % 2 && !info->syntax.deflated) {
		err_set(e, ERR_INPUT, 0,
			"has a value of odd length (PS3.5 7.1.1), and an odd number of bytes "
			"cannot be sent "
			"(PS3.8 E.1): repair it, for example with dcmconv");
		return OBJECT_BROKEN;
	}
	return OBJECT_OK;
}

enum object_result object_inspect(const char *path, struct object_info *info, struct err *e)
{
	struct inspection *in = malloc(sizeof *in);
	if (!in)
		return err_set(e, ERR_SYSTEM, ENOMEM, "cannot be read: out of memory"),
		       OBJECT_UNREADABLE;
	*info = (struct object_info){ 0 };
	in->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	enum object_result result = OBJECT_UNREADABLE;
	if (in->fd < 0) {
		cannot_read(e, errno);
	} else {
		result = inspect(in, info, e);
		close(in->fd);
	}
	free(in);
	return result;
}

/* ---- streaming */

struct object_stream {
	int fd;
	uint64_t at, left; /* of the file: the next byte, and how many are still to come */
	bool pad;          /* a NUL comes behind it: a deflated data set is made even (PS3.5 A.5) */
	uint32_t announced;               /* bytes promised by object_announce and not yet read */
	struct object_recoding *recoding; /* NULL: the bytes go as they are */
};

struct object_recoding {
	struct recode recode;
	struct edit edit;
	struct span in;  /* read and not yet eaten */
	struct span out; /* recoded and not yet read */
	bool ended;
	bool odd; /* a byte stands over, since a fragment has an even number (PS3.8 E.1) */
	uint8_t over;
	uint8_t piece[PIECE], stage[STAGE];
};

/* Finds the places of an edit in what is not read for sending yet. */
static bool look_ahead(const struct object_stream *s, struct object_recoding *r,
	const struct object_info *info, struct edit *edit, struct err *e)
{
	struct inflate *z = &r->recode.inflate;
	struct err why = { 0 };
	uint64_t at = info->at, left = info->size;
	bool more = true;
	inflate_init(z);
	while (more && left) {
		const size_t n = left < sizeof r->piece ? (size_t)left : sizeof r->piece;
		if (read_whole(s->fd, (struct mspan){ r->piece, n }, at) != (ssize_t)n)
			return cannot_read(e, errno);
		struct span in = span_of(r->piece, n), plain;
		at += n;
		left -= n;
		if (!info->syntax.deflated)
			more = edit_look(edit, in, &why);
		while (info->syntax.deflated && more && inflate_next(z, &in, &plain))
			more = edit_look(edit, plain, &why);
		if (z->err.kind != ERR_NONE)
			why = z->err;
		if (why.kind != ERR_NONE)
			return err_set(e, why.kind, 0, "%s", why.text);
	}
	return true;
}

static bool prepare(struct object_stream *s, struct object_recoding *r,
	const struct object_info *info, struct syntax to, const struct object_changes *c,
	struct err *e)
{
	if (c->n_values) {
		edit_init(&r->edit, info->syntax, c->values, c->n_values);
		if (!look_ahead(s, r, info, &r->edit, e))
			return false;
		*c->found = 0;
		for (size_t i = 0; i < c->n_values; i++)
			*c->found |= (uint32_t)edit_found(&r->edit, i) << i;
	}
	if (!recode_init(&r->recode, info->syntax, to, NULL, 0))
		return err_set(e, r->recode.err.kind, 0, "%s", r->recode.err.text);
	if (c->n_values)
		recode_edit(&r->recode, &r->edit);
	if (c->old_vrs) {
		recode_whole(&r->recode);
		recode_old_vrs(&r->recode);
	}
	if (c->level && to.deflated)
		deflate_level(&r->recode.deflate, c->level - 1);
	r->in = r->out = (struct span){ 0 };
	r->ended = r->odd = false;
	return true;
}

struct object_stream *object_open_changed(const char *path, const struct object_info *info,
	struct syntax to, const struct object_changes *c, struct err *e)
{
	const bool same = to.explicit_vr == info->syntax.explicit_vr &&
		to.big_endian == info->syntax.big_endian && to.deflated == info->syntax.deflated &&
		to.encapsulated == info->syntax.encapsulated;
	const bool copy = same && !c->n_values && !c->old_vrs;
	struct object_stream *s = calloc(1, sizeof *s);
	struct object_recoding *r = copy ? NULL : malloc(sizeof *r);
	struct stat now;
	if (!s || (!copy && !r)) {
		free(s);
		free(r);
		err_set(e, ERR_SYSTEM, ENOMEM, "out of memory");
		return NULL;
	}
	s->recoding = r;
	s->at = info->at;
	s->left = info->size;
	s->pad = copy && to.deflated && info->size % 2;
	s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (s->fd < 0)
		cannot_read(e, errno);
	else if (fstat(s->fd, &now) != 0 || (uint64_t)now.st_size != info->at + info->size)
		err_set(e, ERR_INPUT, 0, "changed while it waited to be sent");
	else if (!r || prepare(s, r, info, to, c, e))
		return s;
	object_close(s);
	return NULL;
}

struct object_stream *object_open(
	const char *path, const struct object_info *info, struct syntax to, struct err *e)
{
	const struct object_changes none = { 0 };
	return object_open_changed(path, info, to, &none, e);
}

void object_close(struct object_stream *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	free(s->recoding);
	free(s);
}

static bool read_piece(struct object_stream *s, struct object_recoding *r, struct err *e)
{
	const size_t want = s->left < sizeof r->piece ? (size_t)s->left : sizeof r->piece;
	const ssize_t n = read_whole(s->fd, (struct mspan){ r->piece, want }, s->at);
	if (n < 0)
		return cannot_read(e, errno);
	if ((size_t)n != want)
		return err_set(e, ERR_INPUT, 0, "became shorter while it was sent");
	r->in = span_of(r->piece, (size_t)n);
	s->at += (uint64_t)n;
	s->left -= (uint64_t)n;
	return true;
}

/* Recodes until the stage is full or the data set is over; what it held has all been read. */
static bool fill_stage(struct object_stream *s, struct object_recoding *r, struct err *e)
{
	struct buf out = buf_on(r->stage, sizeof r->stage);
	if (r->odd)
		buf_u8(&out, r->over);
	while (!r->ended && buf_room(&out).n >= RECODE_ROOM) {
		if (r->in.n == 0 && s->left && !read_piece(s, r, e))
			return false;
		if (r->in.n)
			recode_push(&r->recode, &r->in, &out);
		if (r->in.n == 0 && s->left == 0)
			r->ended = recode_end(&r->recode, &out);
		if (r->recode.err.kind != ERR_NONE)
			return err_set(e, r->recode.err.kind, 0, "%s", r->recode.err.text);
	}
	r->odd = !r->ended && out.n % 2;
	if (r->odd)
		r->over = out.p[--out.n];
	r->out = buf_span(&out);
	return true;
}

bool object_announce(struct object_stream *s, uint32_t max, uint32_t *n, bool *last, struct err *e)
{
	struct object_recoding *r = s->recoding;
	if (r && r->out.n == 0 && !r->ended && !fill_stage(s, r, e))
		return false;
	const uint64_t left = r ? r->out.n : s->left + s->pad;
	*n = left <= max ? (uint32_t)left : max & ~1u;
	*last = *n == left && (!r || r->ended);
	s->announced = *n;
	return true;
}

size_t object_read(struct object_stream *s, struct mspan into, struct err *e)
{
	size_t n = into.n < s->announced ? into.n : s->announced;
	if (s->recoding) {
		span_copy(&s->recoding->out, into.p, n);
	} else if (n && s->left == 0) {
		n = 1;
		into.p[0] = 0;
		s->pad = false;
	} else {
		n = n < s->left ? n : (size_t)s->left;
		const ssize_t got = read_whole(s->fd, (struct mspan){ into.p, n }, s->at);
		if (got < 0 || (size_t)got != n) {
			if (got < 0)
				cannot_read(e, errno);
			else
				err_set(e, ERR_INPUT, 0, "became shorter while it was sent");
			return 0;
		}
		s->at += n;
		s->left -= n;
	}
	s->announced -= (uint32_t)n;
	return n;
}
