/* SPDX-License-Identifier: MIT */
#include "app/certs_each.h"

#include "base/hex.h"
#include "io/objects.h"
#include "io/walk.h"
#include "pki/oid.h"
#include "pki/name.h"
#include "pki/sig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 86400, PRINT = 16 };

struct each {
	void (*visit)(void *arg, const char *path, const struct cert *c);
	void *arg;
	uint8_t (*seen)[PRINT]; /* starts of fingerprints, sorted */
	size_t n, cap;
	unsigned certs; /* in the present file */
};

/* True when it is new, and remembered from now on. Without memory everything is new. */
static bool is_new(struct each *x, struct span der)
{
	uint8_t print[32];
	cert_sha256(der, print);
	size_t low = 0, high = x->n;
	while (low < high) {
		const size_t mid = low + (high - low) / 2;
		const int order = memcmp(x->seen[mid], print, PRINT);
		if (order == 0)
			return false;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (x->n == x->cap) {
		const size_t cap = x->cap ? x->cap * 2 : 64;
		uint8_t(*seen)[PRINT] = realloc(x->seen, cap * sizeof *seen);
		if (!seen)
			return true;
		x->seen = seen;
		x->cap = cap;
	}
	memmove(x->seen[low + 1], x->seen[low], (x->n - low) * sizeof *x->seen);
	memcpy(x->seen[low], print, PRINT);
	x->n++;
	return true;
}

static bool one(void *arg, const char *path, const struct object *o, struct err *e)
{
	struct each *x = arg;
	struct cert c;
	if (o->kind != OBJECT_CERT)
		return true;
	x->certs++;
	if (!cert_read(o->der, &c, e))
		return false;
	if (is_new(x, o->der))
		x->visit(x->arg, path, &c);
	return true;
}

bool certs_each(char *const *paths, int n, struct log *log,
	void (*visit)(void *arg, const char *path, const struct cert *c), void *arg)
{
	struct each x = { .visit = visit, .arg = arg };
	struct walk_entry entry;
	struct walk *w = walk_new(paths, n);
	bool good = w != NULL;
	while (w && walk_next(w, &entry)) {
		struct err e = entry.err;
		x.certs = 0;
		if (e.kind == ERR_NONE && objects_of(entry.path, one, &x, &e) && x.certs == 0 &&
			entry.named)
			err_set(&e, ERR_INPUT, 0, "there is no certificate in %s", entry.path);
		/* In a folder other files are no concern of ours, broken certificates are. */
		if (e.kind == ERR_NONE ||
			(!entry.named && x.certs == 0 && entry.err.kind == ERR_NONE))
			continue;
		log_line(log, LOG_ERROR, "%s", e.text);
		good = false;
	}
	walk_free(w);
	free(x.seen);
	return good;
}

char *certs_key_text(const struct cert *c, char *text, size_t cap)
{
	struct pubkey key;
	if (!pubkey_read(c->spki, &key, NULL))
		snprintf(text, cap, "unknown key");
	else if (key.type == KEY_EC)
		snprintf(text, cap, "EC %s", curve_by_id(key.curve)->name);
	else
		snprintf(text, cap, "RSA %u", key.bits);
	return text;
}

int64_t certs_days_left(const struct cert *c, int64_t now)
{
	const int64_t left = c->not_after - now;
	return left < 0 ? -((-left + DAY - 1) / DAY) : left / DAY;
}

char *certs_names_text(const struct cert *c, char *text, size_t cap)
{
	struct span names = c->alt_names, value;
	enum general_name kind;
	struct buf b = buf_on(text, cap - 1);
	char part[NAME_TEXT];
	while (general_next(&names, &kind, &value)) {
		const size_t before = b.n;
		buf_str(&b, b.n ? " " : "");
		if (kind == GN_IP && value.n == 4) {
			snprintf(part, sizeof part, "IP:%u.%u.%u.%u", value.p[0], value.p[1],
				value.p[2], value.p[3]);
			buf_str(&b, part);
		} else if (kind == GN_IP) {
			buf_str(&b, "IP:");
			buf_str(&b, hex_text(value, part, sizeof part));
		} else if (kind == GN_DIRECTORY) {
			buf_str(&b, "DIR:");
			buf_str(&b, name_text(value, part, sizeof part));
		} else if (kind == GN_DNS || kind == GN_EMAIL || kind == GN_URI) {
			buf_str(&b, kind == GN_DNS ? "DNS:" : kind == GN_EMAIL ? "email:" : "URI:");
			for (size_t i = 0; i < value.n; i++)
				buf_u8(&b,
					value.p[i] < 0x21 || value.p[i] > 0x7e ? '?' : value.p[i]);
		} else {
			buf_str(&b, "other");
		}
		if (!buf_ok(&b)) {
			b.n = before;
			break;
		}
	}
	text[b.n] = '\0';
	return text;
}
