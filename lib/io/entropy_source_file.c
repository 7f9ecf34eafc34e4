/* SPDX-License-Identifier: MIT */
/* Files and devices as sources. Of a DICOM object only the values of the pixel data may count: names,
 * dates and numbers in its header are known or can be guessed. */
#include "io/entropy_source.h"

#include "base/buf.h"
#include "base/wipe.h"
#include "dicom/check.h"
#include "dicom/part10.h"
#include "dicom/syntax.h"
#include "io/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* ---- DICOM */

struct pixels {
	struct elem elem;
	struct inflate inflate;
	bool deflated;
	bool counts;       /* the element that is being read is the pixel data */
	unsigned fragment; /* the first one is the offset table (PS3.5 A.4) */
	uint64_t values;   /* bytes of pixel data */
};

static void pixels_from(struct pixels *p, struct source_tap *tap, struct span in)
{
	struct elem_event ev;
	while (elem_next(&p->elem, &in, &ev)) {
		if (ev.depth == 0 && (ev.what == ELEM_HEADER || ev.what == ELEM_FRAGMENTS)) {
			p->counts = ev.tag == TAG_PIXEL_DATA;
			p->fragment = 0;
		} else if (ev.what == ELEM_FRAGMENT) {
			p->fragment++;
		}
		if (ev.what != ELEM_VALUE || ev.depth != 0 || !p->counts || p->fragment == 1)
			continue;
		p->values += ev.data.n;
		tap_bytes(tap, ev.data, true);
	}
}

static void pixels_pass(struct pixels *p, struct source_tap *tap, struct span in)
{
	struct span piece;
	if (!p->deflated)
		pixels_from(p, tap, in);
	else
		while (inflate_next(&p->inflate, &in, &piece))
			pixels_from(p, tap, piece);
}

/* What the head says about how the data set is written. False: no DICOM, or nothing one could find
 * the pixel data by. */
static bool pixels_init(struct pixels *p, struct span head, bool whole, uint64_t *at)
{
	struct part10 meta;
	if (part10_read(head, whole, &meta, NULL) != PART10_OK)
		return false;
	const struct uid_syntax *const known = uid_syntax(span_str(meta.transfer_syntax));
	if (meta.transfer_syntax[0] && !known)
		return false;
	const struct syntax syntax = known ? syntax_of(known) : meta.guess;
	elem_init(&p->elem, syntax, NULL, 0);
	p->deflated = syntax.deflated;
	p->counts = false;
	p->values = 0;
	if (p->deflated)
		inflate_init(&p->inflate);
	*at = meta.at;
	return true;
}

/* ---- files */

static ssize_t read_some(int fd, struct mspan room)
{
	ssize_t n;
	do
		n = read(fd, room.p, room.n);
	while (n < 0 && errno == EINTR);
	return n;
}

struct reading {
	struct pixels pixels;
	uint8_t head[PART10_HEAD];
};

static bool read_file(int fd, struct reading *r, struct source_tap *tap, struct source_gift *g)
{
	struct buf b = buf_on(r->head, sizeof r->head);
	ssize_t n = 1;
	while (b.n < sizeof r->head && (n = read_some(fd, buf_room(&b))) > 0)
		buf_filled(&b, (size_t)n);
	uint64_t at = 0;
	g->dicom = pixels_init(&r->pixels, buf_span(&b), n == 0, &at);
	struct span piece = buf_span(&b);
	while (piece.n > 0) {
		if (g->dicom) {
			tap_bytes(tap, piece, false);
			pixels_pass(&r->pixels, tap, span_at(piece, (size_t)at, piece.n));
			at = 0;
		} else {
			tap_bytes(tap, piece, true);
		}
		if (tap->size >= SOURCE_MOST || n <= 0)
			break;
		n = read_some(fd, (struct mspan){ r->head, sizeof r->head });
		piece = span_of(r->head, n > 0 ? (size_t)n : 0);
	}
	return n >= 0;
}

bool source_file(
	const char *path, int fd, struct source_tap *tap, struct source_gift *g, struct err *e)
{
	struct reading *const r = calloc(1, sizeof *r);
	if (!r)
		return err_set(e, ERR_SYSTEM, ENOMEM, "no memory to read %s", path);
	const bool ok = read_file(fd, r, tap, g);
	const int failure = errno;
	g->file = true;
	if (g->dicom)
		snprintf(g->what, sizeof g->what,
			"DICOM object, %llu bytes of pixel data; the rest is mixed in, not counted",
			(unsigned long long)r->pixels.values);
	else
		snprintf(g->what, sizeof g->what, "%llu bytes", (unsigned long long)tap->size);
	wipe(r, sizeof *r);
	free(r);
	return ok || err_set(e, ERR_INPUT, failure, "cannot read %s: %s", path, strerror(failure));
}

/* ---- devices */

/* Linux's own generator vouches for itself; more than a handful of its bytes is waste. */
static bool is_kernels(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && major(st->st_rdev) == 1 &&
		(minor(st->st_rdev) == 8 || minor(st->st_rdev) == 9);
}

bool source_device(const char *path, int fd, const struct stat *st, struct source_tap *tap,
	struct source_gift *g, struct err *e)
{
	uint8_t chunk[4096];
	const bool kernels = is_kernels(st);
	const uint64_t deadline = clock_after(clock_ms(), SOURCE_WAIT);
	const size_t most = kernels ? SOURCE_BYTES : tap->sample.n;
	ssize_t n = 1;
	while (n != 0 && tap->size < most) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		if (poll(&p, 1, clock_wait(deadline, clock_ms())) <= 0)
			break; /* time is up: what came by now is what it has */
		const size_t left = most - (size_t)tap->size;
		n = read_some(
			fd, (struct mspan){ chunk, left < sizeof chunk ? left : sizeof chunk });
		if (n < 0 && errno != EAGAIN)
			break;
		if (n > 0)
			tap_bytes(tap, span_of(chunk, (size_t)n), !kernels);
	}
	const int failure = n < 0 ? errno : 0;
	wipe(chunk, sizeof chunk);
	if (kernels)
		g->vouched = 8 * (double)tap->size;
	snprintf(g->what, sizeof g->what, "device, %llu bytes%s", (unsigned long long)tap->size,
		kernels ? " of the kernel's generator" : "");
	return tap->size > 0 || n == 0 ||
		err_set(e, ERR_INPUT, failure, "cannot read %s: %s", path,
			failure ? strerror(failure) : "it gave nothing in 5 seconds");
}
