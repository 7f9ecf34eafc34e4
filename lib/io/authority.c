/* SPDX-License-Identifier: MIT */
#include "io/authority.h"

#include "io/authority_index.h"
#include "io/clock.h"
#include "io/crlfile.h"
#include "io/file.h"
#include "io/fileput.h"
#include "base/hex.h"
#include "base/wipe.h"
#include "pki/object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	char path[PATH];
	return dir_make(dir, 0700, e) && path_join(dir, "issued", path, sizeof path, e) &&
		dir_make(path, 0755, e) && path_join(dir, "ca.key", path, sizeof path, e) &&
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

bool authority_open(
	struct authority *a, const char *dir, const struct pass_opts *pass, struct err *e)
{
	char path[PATH];
	struct pubkey pub;
	*a = (struct authority){ .dir = dir, .key = secret_new(sizeof *a->key) };
	if (!a->key)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the authority's key");
	bool ok = load_cert(a, e) && path_join(dir, "ca.key", path, sizeof path, e) &&
		keyfile_load(path, pass, a->key, e) && index_read(a, e);
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
	*a = (struct authority){ 0 };
}

bool authority_issue(struct authority *a, struct issue *i, struct entropy *random, struct buf *out,
	struct err *e)
{
	uint8_t serial[16];
	char name[80], digits[48];
	struct authority_entry entry = { .from = i->not_before, .to = i->not_after };
	const size_t at = out->n;
	struct pubkey pub;
	if (!pubkey_read(i->spki, &pub, e))
		return false;
	if (pub.type == KEY_EC)
		i->usage &= ~(unsigned)USAGE_KEY_ENCIPHERMENT; /* RFC 8813 3: not of an EC key */
	if (!drbg_bytes(&random->rand.private, (struct mspan){ serial, sizeof serial }, e))
		return false;
	serial[0] =
		(uint8_t)((serial[0] & 0x7f) | 0x40); /* positive, and always of the same length */
	i->serial = span_of(serial, sizeof serial);
	i->issuer = a->cert.subject;
	i->issuer_key_id = a->cert.key_id;
	if (i->not_after > a->cert.not_after)
		return err_set(e, ERR_USAGE, 0,
			"the certificate would outlive the authority's own: choose fewer days");
	if (!issue_cert(i, a->key, out))
		return err_set(e, ERR_LIMIT, 0, "the certificate is too large");
	entry.serial_n = sizeof serial;
	memcpy(entry.serial, serial, sizeof serial);
	name_text(i->subject, entry.subject, sizeof entry.subject);
	hex_text(i->serial, digits, sizeof digits);
	snprintf(name, sizeof name, "issued/%s.pem", digits);
	return put_pem(a->dir, name, "CERTIFICATE", span_at(buf_span(out), at, out->n), false, e) &&
		index_add(a, &entry, e) && index_write(a, e);
}

bool authority_revoke(
	struct authority *a, struct span serial, int64_t date, unsigned reason, struct err *e)
{
	for (size_t k = 0; k < a->n; k++) {
		struct authority_entry *x = &a->entries[k];
		if (!span_eq(serial, span_of(x->serial, x->serial_n)))
			continue;
		if (x->revoked)
			return err_set(e, ERR_USAGE, 0, "the certificate of %s is revoked already",
				x->subject);
		x->revoked = date;
		x->reason = reason;
		return index_write(a, e);
	}
	return err_set(e, ERR_INPUT, 0, "no certificate with this serial number was issued here");
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
	(void)e;
	for (size_t i = 0; i < c->number.n && i < 8; i++)
		v = v << 8 | c->number.p[i];
	*number = v > *number ? v : *number;
	crl_free(c);
	return true;
}

bool authority_crl(struct authority *a, int64_t now, int64_t next, uint64_t *number, struct err *e)
{
	char path[PATH];
	struct feed feed = { a, 0 };
	const size_t room = 4096 + a->n * 64;
	*number = 0;
	if (!path_join(a->dir, "ca.crl", path, sizeof path, e))
		return false;
	crl_file(path, last_number, number, NULL); /* none yet: the first is number 1 */
	struct buf out = buf_on(room < CRL_MAX ? malloc(room) : NULL, room);
	if (!out.p)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the CRL");
	const struct issue_crl c = { .issuer = a->cert.subject,
		.issuer_key_id = a->cert.key_id,
		.number = ++*number,
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
