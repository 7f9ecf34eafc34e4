/* SPDX-License-Identifier: MIT */
#include "io/crlfile.h"

#include "pki/pem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 65536 };

struct reading {
	struct crl_scan scan;
	struct crl *crl;
	struct base64 base64;
	size_t octets, entries,
		lists; /* of the file so far; entries: of the lists before this one */
	char data[CHUNK];
	uint8_t decoded[CHUNK];
};

/* Doubles, but not by more than a quarter of a million entries. */
static bool grow(struct crl_table *t)
{
	const size_t step = t->cap < 256 ? 256 : t->cap < 1 << 18 ? t->cap : 1 << 18;
	const size_t cap = t->cap + step;
	uint64_t *keys = realloc(t->keys, cap * sizeof *keys);
	if (keys)
		t->keys = keys;
	uint32_t *dates = realloc(t->dates, cap * sizeof *dates);
	if (dates)
		t->dates = dates;
	uint8_t *reasons = realloc(t->reasons, cap);
	if (reasons)
		t->reasons = reasons;
	if (!keys || !dates || !reasons)
		return false;
	t->cap = cap;
	return true;
}

static bool start(struct reading *r, struct err *e)
{
	r->crl = calloc(1, sizeof *r->crl);
	if (!r->crl)
		return err_set(e, ERR_SYSTEM, ENOMEM, "no memory for a CRL");
	r->crl->entries.grow = grow;
	r->crl->entries.most = CRLFILE_ENTRIES - r->entries;
	crl_begin(&r->scan, r->crl);
	r->base64 = (struct base64){ 0 };
	return true;
}

void crl_free(struct crl *c)
{
	if (!c)
		return;
	free(c->entries.keys);
	free(c->entries.dates);
	free(c->entries.reasons);
	free(c);
}

struct crl *crl_new(struct span der, struct err *e)
{
	struct reading *r = calloc(1, sizeof *r);
	struct crl *crl = NULL;
	if (!r) {
		err_set(e, ERR_SYSTEM, ENOMEM, "no memory for a CRL");
		return NULL;
	}
	if (start(r, e)) {
		crl = r->crl;
		if (!crl_feed(&r->scan, der, e) || !crl_end(&r->scan, e)) {
			crl_free(crl);
			crl = NULL;
		}
	}
	free(r);
	return crl;
}

static bool count(struct reading *r, size_t n, struct err *e)
{
	r->octets += n;
	return r->octets <= CRLFILE_OCTETS ||
		err_set(e, ERR_INPUT, 0, "it has more than the %d octets allowed for CRLs",
			CRLFILE_OCTETS);
}

/* The next line, or as much of it as there is room for. False at the end, or with *e. */
static bool next_line(struct reading *r, FILE *f, struct err *e)
{
	return fgets(r->data, sizeof r->data, f) && count(r, strlen(r->data), e);
}

static bool read_der(struct reading *r, FILE *f, struct err *e)
{
	size_t n;
	while ((n = fread(r->data, 1, sizeof r->data, f)) > 0)
		if (!count(r, n, e) || !crl_feed(&r->scan, span_of(r->data, n), e))
			return false;
	return crl_end(&r->scan, e);
}

static bool feed_text(struct reading *r, struct span text, bool last, struct err *e)
{
	struct buf out = buf_on(r->decoded, sizeof r->decoded);
	if (!base64_feed(&r->base64, text, &out) || (last && !base64_end(&r->base64, &out)))
		return err_set(e, ERR_INPUT, 0,
			"the text of a PEM object is not base64 (RFC 4648 4): is the file "
			"damaged?");
	return crl_feed(&r->scan, buf_span(&out), e);
}

/* Reads lines up to the END line. */
static bool read_body(struct reading *r, FILE *f, struct err *e)
{
	while (next_line(r, f, e)) {
		if (strncmp(r->data, "-----END ", 9) == 0)
			return feed_text(r, (struct span){ 0 }, true, e) && crl_end(&r->scan, e);
		if (!feed_text(r, span_str(r->data), false, e))
			return false;
	}
	return err_set(e, ERR_INPUT, 0, "a CRL begins and does not end: is the file complete?");
}

static bool take_one(struct reading *r, bool read,
	bool (*take)(void *arg, struct crl *c, struct err *e), void *arg, struct err *e)
{
	struct crl *crl = r->crl;
	r->crl = NULL;
	r->lists++;
	r->entries += crl->entries.n;
	if (read)
		return take(arg, crl, e);
	crl_free(crl);
	return false;
}

#define BEGIN "-----BEGIN X509 CRL-----"
#define MARK "\xef\xbb\xbf" /* a byte order mark, also where files were joined */

static bool read_file(struct reading *r, FILE *f,
	bool (*take)(void *arg, struct crl *c, struct err *e), void *arg, struct err *e)
{
	const int first = getc(f);
	ungetc(first, f);
	if (first == 0x30)
		return start(r, e) && take_one(r, read_der(r, f, e), take, arg, e);
	while (next_line(r, f, e)) {
		const char *text =
			r->data + (strncmp(r->data, MARK, strlen(MARK)) ? 0 : strlen(MARK));
		if (strncmp(text, BEGIN, strlen(BEGIN)) != 0)
			continue;
		if (!start(r, e) || !take_one(r, read_body(r, f, e), take, arg, e))
			return false;
	}
	return e->kind == ERR_NONE &&
		(r->lists || err_set(e, ERR_INPUT, 0, "there is no CRL in it"));
}

bool crl_file(const char *path, bool (*take)(void *arg, struct crl *c, struct err *e), void *arg,
	struct err *e)
{
	FILE *f = fopen(path, "rbe");
	if (!f)
		return err_set(e, ERR_INPUT, errno, "cannot open %s: %s", path, strerror(errno));
	struct reading *r = calloc(1, sizeof *r);
	struct err why = { 0 };
	bool ok = r && read_file(r, f, take, arg, &why);
	if (!r)
		err_set(&why, ERR_SYSTEM, ENOMEM, "no memory");
	if (ok && ferror(f))
		ok = err_set(&why, ERR_INPUT, EIO, "it cannot be read");
	free(r);
	fclose(f);
	return ok || err_set(e, why.kind, why.code, "%s, in %s", why.text, path);
}
