/* SPDX-License-Identifier: MIT */
/* The stream passes through a window that always holds at least one whole element, and what has been
 * read from it is hashed and dropped. */
#include "pki/crl.h"

#include "pki/crlext.h"
#include "pki/der.h"
#include "pki/name.h"

#include <string.h>

static bool malformed(struct err *e, const char *what)
{
	return err_set(e, ERR_INPUT, 0, "malformed CRL: %s; is it damaged or not a CRL?", what);
}

static struct buf window_of(struct crl_scan *s)
{
	struct buf b = buf_on(s->window, sizeof s->window);
	buf_filled(&b, s->n);
	return b;
}

/* Drops what was read from the window, hashing as much of it as is signed. */
static void drop(struct crl_scan *s, size_t n)
{
	struct buf w = window_of(s);
	const size_t hashed = n < s->tbs_left ? n : s->tbs_left;
	if (s->hash_class)
		s->hash_class->update(&s->hash.vtable, s->window, hashed);
	s->tbs_left -= hashed;
	s->total -= n;
	buf_eat(&w, n);
	s->n = w.n;
}

/* Copies to the CRL's own store; the sizes of head and tail bound it. */
static struct span keep(struct crl_scan *s, struct span from)
{
	struct buf b = buf_on(s->crl->store, sizeof s->crl->store);
	buf_filled(&b, s->kept);
	buf_bytes(&b, from);
	const struct span kept = span_at(buf_span(&b), s->kept, b.n);
	s->kept = b.n;
	return kept;
}

static void start_hash(struct crl_scan *s)
{
	struct crl *c = s->crl;
	if (!sig_alg_read(c->inner, &c->alg, NULL))
		c->alg = (struct sig_alg){ 0 };
	s->hash_class = sig_hash_class(c->alg.hash);
	if (s->hash_class)
		s->hash_class->init(&s->hash.vtable);
}

/* Fields up to the first entry (RFC 5280 5.1.2). */
static bool read_fields(struct span *in, struct crl *c)
{
	bool there;
	uint64_t version = 0;
	there = der_is(*in, DER_INTEGER);
	if (there && (!der_uint(in, &version) || version != 1))
		return false;
	c->version = there ? 2 : 1;
	if (!der_whole(in, DER_SEQUENCE, &c->inner) || !der_whole(in, DER_SEQUENCE, &c->issuer) ||
		!name_ok(c->issuer) || !der_time(in, &c->this_update))
		return false;
	c->has_next = der_is(*in, DER_UTC_TIME) || der_is(*in, DER_GENERALIZED_TIME);
	return !c->has_next || der_time(in, &c->next_update);
}

static bool read_head(struct crl_scan *s, struct err *e)
{
	struct crl *c = s->crl;
	const struct span all = span_of(s->window, s->n);
	struct span in = all;
	uint8_t tag;
	size_t n, tbs;
	if (!der_head(&in, &tag, &n) || tag != DER_SEQUENCE)
		return malformed(e, "it is not a signed structure (RFC 5280 5.1)");
	s->total = all.n - in.n + n;
	const size_t outer = all.n - in.n;
	if (!der_head(&in, &tag, &tbs) || tag != DER_SEQUENCE || tbs > n)
		return malformed(e, "it is not a signed structure (RFC 5280 5.1)");
	const size_t tbs_at = all.n - in.n;
	if (!read_fields(&in, c) || all.n - in.n - tbs_at > tbs)
		return malformed(e, "its issuer or dates (RFC 5280 5.1.2)");
	const struct span issuer = c->issuer;
	c->inner = keep(s, c->inner);
	c->issuer = keep(s, issuer);
	s->seed = crl_seed(c->issuer);
	start_hash(s);

	/* What comes next within the signed part: entries, extensions, or its end. */
	const size_t left = tbs - (all.n - in.n - tbs_at);
	s->entries_left = 0;
	if (left && der_is(in, DER_SEQUENCE)) {
		if (!der_head(&in, &tag, &s->entries_left) ||
			s->entries_left > tbs - (all.n - in.n - tbs_at))
			return malformed(e, "its list of entries (RFC 5280 5.1.2.6)");
	}
	drop(s, outer);
	s->tbs_left = tbs_at - outer + tbs;
	drop(s, all.n - in.n - outer);
	s->state = s->entries_left ? CRL_IN_ENTRIES : CRL_IN_TAIL;
	return true;
}

static bool add_entry(
	struct crl_scan *s, struct span serial, int64_t date, unsigned reason, struct err *e)
{
	struct crl_table *t = &s->crl->entries;
	if (t->n == t->most)
		return err_set(e, ERR_INPUT, 0,
			"a CRL has more than the %zu entries allowed for a file: ask its issuer "
			"for "
			"lists of parts (RFC 5280 5.2.5)",
			t->most);
	if (t->n == t->cap && !t->grow(t))
		return err_set(e, ERR_SYSTEM, 0, "no memory for the entries of a CRL");
	t->keys[t->n] = crl_key(s->seed, serial);
	t->dates[t->n] = date < 0 ? 0 : date > UINT32_MAX ? UINT32_MAX : (uint32_t)date;
	t->reasons[t->n++] = (uint8_t)reason;
	return true;
}

/* der_time, which takes longer than all the rest, for dates that are not the last one again. */
static bool read_date(struct crl_scan *s, struct span *in, int64_t *date)
{
	const struct span last = span_of(s->time, s->time_n), before = *in;
	if (s->time_n && span_eq(span_at(*in, 0, last.n), last)) {
		*date = s->date;
		return span_skip(in, last.n);
	}
	if (!der_time(in, date))
		return false;
	struct buf b = buf_on(s->time, sizeof s->time);
	buf_bytes(&b, span_at(before, 0, before.n - in->n));
	s->time_n = b.n;
	s->date = *date;
	return true;
}

/* The reason of an entry's extensions, which nearly always are that one alone, not critical. */
static bool read_reason(struct crl_scan *s, struct span in, unsigned *reason)
{
	static const uint8_t alone[] = { 0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04,
		0x03, 0x0a, 0x01 };
	if (in.n == 0)
		return true;
	if (in.n == sizeof alone + 1 &&
		span_eq(span_at(in, 0, sizeof alone), span_of(alone, sizeof alone))) {
		*reason = in.p[sizeof alone];
		return *reason <= 10;
	}
	return crl_entry_extensions(s, in, reason);
}

/* What is behind the serial of an entry (RFC 5280 5.1.2.6, 5.3). */
static bool read_entry(struct crl_scan *s, struct span serial, struct span rest, struct err *e)
{
	int64_t date;
	unsigned reason = CRL_UNSPECIFIED;
	if (!read_date(s, &rest, &date))
		return malformed(e, "an entry (RFC 5280 5.1.2.6)");
	if (!read_reason(s, rest, &reason))
		return malformed(e, "the extensions of an entry (RFC 5280 5.3)");
	return add_entry(s, serial, date, reason, e);
}

/* Nearly all entries begin 30 N 02 M, both lengths in one octet, and a serial without a sign octet: with
 * a million of them it matters that this is told by a look. Anything else takes the longer way. */
static bool take_short(struct span *in, struct span *serial, struct span *rest)
{
	if (in->n < 6 || in->p[0] != DER_SEQUENCE || in->p[2] != DER_INTEGER)
		return false;
	const size_t n = in->p[1], m = in->p[3];
	const bool canonical = in->p[4] != 0 && in->p[4] != 0xff; /* X.690 8.3.2, surely */
	if (!canonical || m == 0 || n >= 0x80 || m >= 0x80 || n < 2 + m || n + 2 > in->n)
		return false;
	*serial = span_at(*in, 4, m);
	*rest = span_at(*in, 4 + m, n - m - 2);
	return span_skip(in, n + 2);
}

/* Reads all entries that are whole in the window. */
static bool read_entries(struct crl_scan *s, struct err *e)
{
	const struct span all = span_of(s->window, s->n);
	struct span in = span_at(all, 0, s->entries_left), serial, rest;
	const size_t start = in.n;
	for (;;) {
		if (!take_short(&in, &serial, &rest)) {
			if (!der_take(&in, DER_SEQUENCE, &rest))
				break;
			if (!der_integer(&rest, &serial))
				return malformed(e, "an entry (RFC 5280 5.1.2.6)");
		}
		if (!read_entry(s, serial, rest, e))
			return false;
	}
	const size_t eaten = start - in.n;
	if (eaten == 0 &&
		(in.n >= CRL_ENTRY || (in.n && !der_is(in, DER_SEQUENCE)) ||
			(in.n && in.n == s->entries_left)))
		return malformed(e, "an entry, or one of more than 4 KB (RFC 5280 5.1.2.6)");
	drop(s, eaten);
	s->entries_left -= eaten;
	if (s->entries_left == 0)
		s->state = CRL_IN_TAIL;
	return true;
}

/* Extensions, outer algorithm and signature, all of them in the window now. */
static bool read_tail(struct crl_scan *s, struct err *e)
{
	struct crl *c = s->crl;
	if (s->n != s->total)
		return malformed(e, "it is cut short, or something follows it");
	const struct span all = keep(s, span_of(s->window, s->n));
	struct span in = span_at(all, s->tbs_left, all.n);
	struct span tbs = span_at(all, 0, s->tbs_left);
	if (tbs.n != s->tbs_left)
		return malformed(e, "it is cut short");
	drop(s, s->n);
	if (s->hash_class)
		s->hash_class->out(&s->hash.vtable, c->digest);
	const char *bad = tbs.n ? crl_extensions(tbs, c) : NULL;
	if (bad)
		return malformed(e, bad);
	struct der alg;
	if (!der_next(&in, &alg) || alg.tag != DER_SEQUENCE ||
		!der_octet_bits(&in, &c->signature) || in.n)
		return malformed(e, "its signature (RFC 5280 5.1.1)");
	c->algorithm = alg.whole;
	return true;
}

/* Reads on in the window as far as it can. last: no more octets will come. */
static bool advance(struct crl_scan *s, bool last, struct err *e)
{
	if (s->state == CRL_IN_HEAD && (last || s->n >= CRL_HEAD) && !read_head(s, e))
		return false;
	if (s->state == CRL_IN_ENTRIES && !read_entries(s, e))
		return false;
	return true;
}

void crl_begin(struct crl_scan *s, struct crl *crl)
{
	const struct crl_table entries = crl->entries;
	memset(crl, 0, sizeof *crl);
	crl->entries = entries;
	crl->entries.n = 0;
	crl->reasons = CRL_REASONS_ALL;
	s->crl = crl;
	s->state = CRL_IN_HEAD;
	s->total = s->tbs_left = s->entries_left = s->kept = s->n = s->time_n = 0;
	s->names = 0;
	s->hash_class = NULL;
}

bool crl_feed(struct crl_scan *s, struct span data, struct err *e)
{
	while (data.n) {
		struct buf w = window_of(s);
		struct span part;
		const size_t room = buf_room(&w).n;
		if (room == 0)
			return malformed(e, "its head or its end is too large");
		span_take(&data, data.n < room ? data.n : room, &part);
		buf_bytes(&w, part);
		s->n = w.n;
		if (!advance(s, false, e))
			return false;
	}
	return true;
}

bool crl_end(struct crl_scan *s, struct err *e)
{
	if (!advance(s, true, e))
		return false;
	if (s->state != CRL_IN_TAIL)
		return malformed(e, "it is cut short");
	return read_tail(s, e);
}

bool crl_find(
	const struct crl *crl, struct span issuer, struct span serial, struct crl_entry *entry)
{
	const struct crl_table *t = &crl->entries;
	const uint64_t key = crl_key(crl_seed(issuer), serial);
	for (size_t i = t->n; i-- > 0;) { /* the last word on a certificate counts */
		if (t->keys[i] != key)
			continue;
		*entry = (struct crl_entry){ t->dates[i], t->reasons[i] };
		return true;
	}
	return false;
}

bool crl_verify(const struct crl *crl, const struct pubkey *key, struct sig_memo *memo)
{
	return crl->alg.type != KEY_NONE && span_eq(crl->inner, crl->algorithm) &&
		memo_verify(memo, &crl->alg, key, crl->digest, crl->signature);
}

const char *crl_reason_name(unsigned reason)
{
	static const char *const names[] = { "unspecified", "keyCompromise", "cACompromise",
		"affiliationChanged", "superseded", "cessationOfOperation", "certificateHold",
		"unknown", "removeFromCRL", "privilegeWithdrawn", "aACompromise" };
	return names[reason < sizeof names / sizeof *names ? reason : 7];
}
