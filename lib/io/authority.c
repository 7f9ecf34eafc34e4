/* SPDX-License-Identifier: MIT */
#include "io/authority.h"

#include "base/date.h"
#include "base/hex.h"
#include "io/authority_index.h"
#include "io/crlfile.h"
#include "io/file.h"
#include "io/fileput.h"
#include "pki/object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH = 4096, CRL_MAX = 16 << 20 };

static bool put_pem(const char *dir, const char *name, const char *label, struct span der,
	bool replace, struct err *e)
{
	char path[PATH];
	const size_t room = der.n / 3 * 4 + der.n / 40 + 200;
	struct buf text = buf_on(malloc(room), room);
	if (!text.p)
		return err_set(e, ERR_SYSTEM, 0, "no memory for %s", name);
	pem_write(&text, label, der);
	const bool ok = path_join(dir, name, path, sizeof path, e) &&
		file_put(path, buf_span(&text), 0644, replace, e);
	free(text.p);
	return ok;
}

bool authority_make(const char *dir, struct span cert, struct span key_pem, struct err *e)
{
	static const char *const files[] = { "ca.key", "ca.pem", "index.txt" };
	char path[PATH];
	return dir_make(dir, 0700, e) && files_absent(dir, files, 3, e) &&
		path_join(dir, "issued", path, sizeof path, e) && dir_make(path, 0755, e) &&
		path_join(dir, "ca.key", path, sizeof path, e) &&
		file_put(path, key_pem, 0600, false, e) &&
		put_pem(dir, "ca.pem", "CERTIFICATE", cert, false, e) && index_make(dir, e);
}

static bool load_cert(struct authority *a, struct err *e)
{
	char path[PATH];
	struct mspan file;
	struct object o;
	if (!path_join(a->dir, "ca.pem", path, sizeof path, e) ||
		!file_load(path, AUTHORITY_CERT * 2, &file, e))
		return false;
	struct span left = { file.p, file.n };
	struct buf room = buf_on(a->der, sizeof a->der);
	const bool ok =
		(object_next(&left, &room, &o, e) && o.kind == OBJECT_CERT && o.pem.label.n) ||
		err_set(e, ERR_INPUT, 0, "there is no certificate in %s", path);
	file_free(&file);
	return ok && cert_read(buf_span(&room), &a->cert, e);
}

/* Two commands at once would each write back an index without the other's certificate. The lock is a
 * file of its own, because a record lock ends when any descriptor of its file is closed. */
static bool lock(struct authority *a, struct err *e)
{
	char path[PATH];
	const struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (!path_join(a->dir, ".lock", path, sizeof path, e))
		return false;
	a->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int got = a->lock < 0 ? -1 : fcntl(a->lock, F_SETLKW, &whole);
	while (got < 0 && errno == EINTR)
		got = fcntl(a->lock, F_SETLKW, &whole);
	return got == 0 ||
		err_set(e, ERR_SYSTEM, errno, "cannot lock %s: %s", path, strerror(errno));
}

bool authority_open(
	struct authority *a, const char *dir, const struct pass_opts *pass, struct err *e)
{
	char path[PATH];
	struct pubkey pub;
	*a = (struct authority){ .dir = dir, .lock = -1, .key = secret_new(sizeof *a->key) };
	if (!a->key)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the authority's key");
	bool ok = load_cert(a, e) && path_join(dir, "ca.key", path, sizeof path, e) &&
		keyfile_load(path, pass, a->key, e) && lock(a, e) && index_read(a, e);
	if (ok && !(pubkey_read(a->cert.spki, &pub, e) && key_matches(a->key, &pub)))
		ok = err_set(e, ERR_INPUT, 0,
			"the key and the certificate of %s do not belong together", dir);
	if (!ok)
		authority_close(a);
	return ok;
}

void authority_close(struct authority *a)
{
	secret_free(a->key, sizeof *a->key);
	free(a->entries);
	if (a->lock >= 0)
		close(a->lock);
	*a = (struct authority){ .lock = -1 };
}

bool authority_spans(const struct authority *a, struct issue *i, struct err *e)
{
	char text[DATE_TEXT];
	const struct cert *ca = &a->cert;
	if (i->not_before < ca->not_before)
		i->not_before = ca->not_before;
	if (i->not_before >= ca->not_after)
		return err_set(e, ERR_USAGE, 0,
			"the authority's own certificate ended at %s: make a new authority "
			"(dcmsec certs init)",
			date_text(ca->not_after, text));
	if (i->not_after > ca->not_after)
		return err_set(e, ERR_USAGE, 0,
			"the certificate would outlive the authority's own, which ends at %s: "
			"choose fewer days",
			date_text(ca->not_after, text));
	return i->not_after > i->not_before ||
		err_set(e, ERR_USAGE, 0,
			"the certificate would end before the authority's own begins, at %s",
			date_text(ca->not_before, text));
}

struct authority_entry *authority_find(struct authority *a, struct span serial)
{
	for (size_t k = 0; k < a->n; k++)
		if (span_eq(serial, span_of(a->entries[k].serial, a->entries[k].serial_n)))
			return &a->entries[k];
	return NULL;
}

bool authority_issue(struct authority *a, struct issue *i, struct entropy *random, struct buf *out,
	struct err *e)
{
	enum { SERIAL = 16 };
	char name[80], digits[48];
	struct authority_entry entry = { .serial_n = SERIAL };
	const size_t at = out->n;
	struct pubkey pub;
	if (!pubkey_read(i->spki, &pub, e) || !authority_spans(a, i, e))
		return false;
	if (pub.type == KEY_EC)
		i->usage &= ~(unsigned)USAGE_KEY_ENCIPHERMENT; /* RFC 8813 3: not of an EC key */
	if (!drbg_bytes(&random->rand.private, (struct mspan){ entry.serial, SERIAL }, e))
		return false;
	/* Positive, and always of the same length: 126 bits of it are random. */
	entry.serial[0] = (uint8_t)((entry.serial[0] & 0x7f) | 0x40);
	entry.from = i->not_before;
	entry.to = i->not_after;
	name_text(i->subject, entry.subject, sizeof entry.subject);
	if (!index_add(a, &entry, e))
		return false;
	i->serial = span_of(a->entries[a->n - 1].serial, SERIAL);
	i->issuer = a->cert.subject;
	i->issuer_key_id = a->cert.key_id;
	if (!issue_cert(i, a->key, out))
		return err_set(e, ERR_LIMIT, 0, "the certificate is too large");
	snprintf(name, sizeof name, "issued/%s.pem", hex_text(i->serial, digits, sizeof digits));
	return index_write(a, e) &&
		put_pem(a->dir, name, "CERTIFICATE", span_at(buf_span(out), at, out->n), false, e);
}

bool authority_revoke(
	struct authority *a, struct span serial, int64_t date, unsigned reason, struct err *e)
{
	struct authority_entry *x = authority_find(a, serial);
	if (!x)
		return err_set(e, ERR_INPUT, 0,
			"no certificate with this serial number was issued here (%s/index.txt)",
			a->dir);
	if (x->revoked && (x->reason != CRL_HOLD || reason == CRL_HOLD))
		return err_set(
			e, ERR_USAGE, 0, "the certificate of %s is revoked already", x->subject);
	x->revoked = date;
	x->reason = reason;
	return index_write(a, e);
}

/* ---- CRL */

struct feed {
	const struct authority *a;
	size_t i;
};

static bool next_entry(void *arg, struct span *serial, int64_t *date, unsigned *reason)
{
	struct feed *f = arg;
	for (; f->i < f->a->n; f->i++) {
		const struct authority_entry *x = &f->a->entries[f->i];
		if (!x->revoked)
			continue;
		*serial = span_of(x->serial, x->serial_n);
		*date = x->revoked;
		*reason = x->reason;
		f->i++;
		return true;
	}
	return false;
}

static bool last_number(void *arg, struct crl *c, struct err *e)
{
	uint64_t *number = arg, v = 0;
	struct span left = c->number;
	uint8_t octet;
	const bool fits = left.n < 8;
	while (fits && span_u8(&left, &octet))
		v = v << 8 | octet;
	crl_free(c);
	*number = v > *number ? v : *number;
	return fits || err_set(e, ERR_INPUT, 0, "its CRL number is not one of ours");
}

/* The number after that of the list at path; 1 when there is none yet. */
static bool next_number(const char *path, uint64_t *number, struct err *e)
{
	*number = 0;
	if (access(path, F_OK) == 0) {
		crl_file(path, last_number, number, e);
		if (*number == 0)
			err_set(e, ERR_INPUT, 0, "there is no numbered CRL in %s", path);
		if (e->kind != ERR_NONE)
			return err_in(e,
				": the next must have a higher number (RFC 5280 5.2.3), so "
				"put the last one back");
	}
	++*number;
	return true;
}

bool authority_crl(struct authority *a, int64_t now, int64_t next, uint64_t *number, struct err *e)
{
	char path[PATH];
	struct feed feed = { a, 0 };
	const size_t room = 4096 + a->n * 64;
	if (!path_join(a->dir, "ca.crl", path, sizeof path, e) || !next_number(path, number, e))
		return false;
	struct buf out = buf_on(room < CRL_MAX ? malloc(room) : NULL, room);
	if (!out.p)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the CRL");
	const struct issue_crl c = { .issuer = a->cert.subject,
		.issuer_key_id = a->cert.key_id,
		.number = *number,
		.this_update = now,
		.next_update = next,
		.next = next_entry,
		.arg = &feed };
	const bool ok =
		(issue_crl(&c, a->key, &out) || err_set(e, ERR_LIMIT, 0, "the CRL is too large")) &&
		put_pem(a->dir, "ca.crl", "X509 CRL", buf_span(&out), true, e);
	free(out.p);
	return ok;
}
