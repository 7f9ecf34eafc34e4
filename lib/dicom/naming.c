/* SPDX-License-Identifier: MIT */
#include "dicom/naming.h"

#include "base/buf.h"
#include "dicom/uid.h"

#include <string.h>

static const struct {
	const char *name;
	bool uid;
} keys[NAMING_KEYS] = {
	[NAMING_SOP_CLASS] = { "SOPClassUID", true },
	[NAMING_SOP_INSTANCE] = { "SOPInstanceUID", true },
	[NAMING_STUDY] = { "StudyInstanceUID", true },
	[NAMING_SERIES] = { "SeriesInstanceUID", true },
	[NAMING_PATIENT_ID] = { "PatientID", false },
	[NAMING_PATIENT_NAME] = { "PatientName", false },
	[NAMING_MODALITY] = { "Modality", false },
	[NAMING_STUDY_DATE] = { "StudyDate", false },
	[NAMING_ACCESSION] = { "AccessionNumber", false },
	[NAMING_TRANSFER_SYNTAX] = { "TransferSyntaxUID", true },
	[NAMING_CALLING] = { "CallingAETitle", false },
	[NAMING_CALLED] = { "CalledAETitle", false },
};

/* One piece of a template: literal text, or a key (literal.n is 0). */
struct piece {
	struct span literal;
	int key;
	struct span brace; /* what stood between braces that name no key */
};

static int find_key(struct span name)
{
	for (int k = 0; k < NAMING_KEYS; k++)
		if (span_eq_str(name, keys[k].name))
			return k;
	return NAMING_KEYS;
}

/* Eats the next piece; a brace that is never closed, or closed without being open, gives key -1. */
static bool next_piece(struct span *t, struct piece *p)
{
	*p = (struct piece){ .key = -1 };
	if (t->n == 0)
		return false;
	size_t at = 0;
	if (t->p[0] == '{') {
		if (span_find(*t, '}', &at)) {
			p->brace = span_at(*t, 1, at - 1);
			p->key = find_key(p->brace);
			return span_skip(t, at + 1);
		}
		return span_take(t, t->n, &p->brace);
	}
	while (at < t->n && t->p[at] != '{' && t->p[at] != '}')
		at++;
	if (at == 0)
		return span_take(t, 1, &p->brace);
	return span_take(t, at, &p->literal);
}

unsigned naming_uses(const char *template)
{
	struct span t = span_str(template);
	struct piece p;
	unsigned used = 0;
	while (next_piece(&t, &p))
		if (p.literal.n == 0 && p.key >= 0 && p.key < NAMING_KEYS)
			used |= 1u << p.key;
	return used;
}

/* Each part between slashes must be a name, and none may be one that climbs or hides. Only too_long can
 * be a value's fault. */
static bool check_parts(struct span name, enum err_kind too_long, struct err *e)
{
	for (bool more = true; more;) {
		size_t at = name.n;
		more = span_find(name, '/', &at);
		struct span part;
		span_take(&name, at, &part);
		if (more)
			span_skip(&name, 1);
		if (part.n == 0 || part.p[0] == '.')
			return err_set(e, ERR_USAGE, 0,
				"a file name template may not have empty parts or parts that begin "
				"with a dot");
		if (part.n > NAMING_PART)
			return err_set(e, too_long, 0,
				"a part of the file name has %zu bytes, the limit is %d", part.n,
				NAMING_PART);
	}
	return true;
}

bool naming_check(const char *template, struct err *e)
{
	struct span t = span_str(template);
	struct piece p;
	char probe[NAMING_CAP];
	struct buf out = buf_on(probe, sizeof probe);
	while (next_piece(&t, &p)) {
		if (p.literal.n == 0 && p.key < 0)
			return err_set(e, ERR_USAGE, 0,
				"the file name template \"%s\" has an unpaired brace", template);
		if (p.literal.n == 0 && p.key == NAMING_KEYS)
			return err_set(e, ERR_USAGE, 0,
				"the file name template knows no {%.*s}; it knows "
				"{SOPInstanceUID}, "
				"{SOPClassUID}, {StudyInstanceUID}, {SeriesInstanceUID}, "
				"{PatientID}, {PatientName}, {Modality}, "
				"{StudyDate}, {AccessionNumber}, {TransferSyntaxUID}, "
				"{CallingAETitle} and "
				"{CalledAETitle}",
				(int)p.brace.n, (const char *)p.brace.p);
		if (p.literal.n)
			buf_bytes(&out, p.literal);
		else
			buf_u8(&out, 'x');
	}
	if (!buf_ok(&out))
		return err_set(e, ERR_USAGE, 0, "the file name template is longer than %d bytes",
			NAMING_CAP);
	if (!(naming_uses(template) & 1u << NAMING_SOP_INSTANCE))
		return err_set(e, ERR_USAGE, 0,
			"the file name template needs {SOPInstanceUID}, or objects would share a "
			"name");
	return check_parts(buf_span(&out), ERR_USAGE, e);
}

static bool harmless(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		c == '-' || c == '_' || c == '.';
}

static void put_text(struct buf *out, struct span v)
{
	while (v.n && v.p[v.n - 1] == ' ')
		v.n--;
	if (v.n == 0)
		buf_str(out, "UNKNOWN");
	for (size_t i = 0; i < v.n; i++) {
		const bool hides = v.p[i] == '.' && (out->n == 0 || out->p[out->n - 1] == '/');
		buf_u8(out, harmless(v.p[i]) && !hides ? v.p[i] : '_');
	}
}

bool naming_make(const char *template, const struct naming_values *values, char name[NAMING_CAP],
	struct err *e)
{
	struct span t = span_str(template);
	struct piece p;
	struct buf out = buf_on(name, NAMING_CAP);
	while (next_piece(&t, &p)) {
		if (p.literal.n) {
			buf_bytes(&out, p.literal);
			continue;
		}
		if (p.key < 0 || p.key == NAMING_KEYS)
			return err_set(e, ERR_USAGE, 0, "the file name template is malformed");
		const struct span v = values->v[p.key];
		if (!keys[p.key].uid) {
			put_text(&out, v);
			continue;
		}
		if (!uid_valid(v))
			return err_set(e, ERR_INPUT, 0,
				"the file name needs a %s, and the object's is %s",
				keys[p.key].name, v.n ? "not a UID (PS3.5 9.1)" : "missing");
		buf_bytes(&out, v);
	}
	const struct span whole = buf_span(&out);
	buf_u8(&out, 0);
	if (!buf_ok(&out))
		return err_set(e, ERR_INPUT, 0, "the file name would be longer than %d bytes",
			NAMING_CAP - 1);
	return check_parts(whole, ERR_INPUT, e);
}
