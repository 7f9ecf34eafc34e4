/* SPDX-License-Identifier: MIT */
/* The timing of a person's keystrokes. What is typed hardly counts; when, to the nanosecond, does.
 * Credited are two bits a keystroke, unless it repeats the last key or comes faster than fingers can:
 * a held key and pasted text are the terminal's timing. */
#include "io/entropy_source.h"

#include "base/buf.h"
#include "base/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { INTERRUPT = 3, END = 4, FASTEST = 15 }; /* Ctrl-C, Ctrl-D; ms between two keystrokes */

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

struct keys {
	uint64_t last;    /* ns, of the last keystroke */
	uint8_t last_key; /* its first byte */
	unsigned counted;
};

static void keystroke(struct keys *k, struct source_tap *tap, struct span bytes, uint64_t when)
{
	uint8_t text[16];
	struct buf b = buf_on(text, sizeof text);
	const uint64_t interval = when - k->last;
	buf_u64be(&b, when);
	buf_bytes(&b, span_at(bytes, 0, 8));
	tap_bytes(tap, buf_span(&b), false);
	wipe(text, sizeof text);
	if (bytes.p[0] != k->last_key && interval >= FASTEST * 1000000u && k->last != 0)
		k->counted++;
	k->last = when;
	k->last_key = bytes.p[0];
}

static bool type(int fd, int ends, struct keys *k, struct source_tap *tap, struct err *e)
{
	while (k->counted * SOURCE_KEY_BITS < tap->wanted) {
		uint8_t bytes[64];
		if (tap->live)
			tap->live(tap->ctx, k->counted * SOURCE_KEY_BITS);
		struct pollfd p[] = { { .fd = fd, .events = POLLIN },
			{ .fd = ends, .events = POLLIN } };
		const int n = poll(p, 2, SOURCE_KEY_WAIT);
		const uint64_t when = now_ns();
		if (n < 0 && errno == EINTR)
			continue;
		if (n > 0 && p[1].revents)
			return err_set(e, ERR_RANDOM, 0, "a signal came");
		const ssize_t got = n > 0 ? read(fd, bytes, sizeof bytes) : 0;
		if (got <= 0)
			return true; /* nobody types any more: what was counted counts */
		const struct span s = span_of(bytes, (size_t)got);
		if (memchr(bytes, INTERRUPT, s.n))
			return err_set(e, ERR_RANDOM, 0, "interrupted at the keyboard");
		if (memchr(bytes, END, s.n))
			return true;
		keystroke(k, tap, s, when);
		wipe(bytes, sizeof bytes);
	}
	if (tap->live)
		tap->live(tap->ctx, k->counted * SOURCE_KEY_BITS);
	return true;
}

/* The signals that end us wait from now on, and ends becomes ready when one does. */
static int hold_signals(sigset_t *before)
{
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGHUP);
	sigaddset(&ends, SIGQUIT);
	sigprocmask(SIG_BLOCK, &ends, before);
	return signalfd(-1, &ends, SFD_CLOEXEC);
}

bool source_keyboard(struct source_tap *tap, struct source_gift *g, struct err *e)
{
	struct termios before, raw;
	struct keys k = { 0 };
	const int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || tcgetattr(fd, &before) != 0) {
		const int failure = errno;
		if (fd >= 0)
			close(fd);
		return err_set(e, ERR_INPUT, failure, "there is no terminal to type at: %s",
			strerror(failure));
	}
	raw = before;
	/* each byte at once, unechoed, and Ctrl-C as a byte, so that the terminal is always set back */
	raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_iflag &= (tcflag_t) ~(IXON | ICRNL);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	sigset_t usual;
	const int ends = hold_signals(&usual);
	tcsetattr(fd, TCSAFLUSH, &raw);
	const bool ok = type(fd, ends, &k, tap, e);
	tcsetattr(fd, TCSAFLUSH, &before);
	close(fd);
	if (ends >= 0)
		close(ends);
	sigprocmask(SIG_SETMASK, &usual, NULL); /* one that waited ends us here */
	g->vouched = k.counted * SOURCE_KEY_BITS;
	snprintf(g->what, sizeof g->what, "timing of %u keystrokes", k.counted);
	return ok;
}
