/* SPDX-License-Identifier: MIT */
#include "io/keyfile.h"

#include "base/wipe.h"
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20, TRIES = 3 };

/* The first line of what fd gives. */
static bool read_line(int fd, struct password *p)
{
	p->n = 0;
	for (;;) {
		char c;
		const ssize_t n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || c == '\n')
			break;
		if (p->n == sizeof p->text)
			return false;
		p->text[p->n++] = c;
	}
	if (p->n && p->text[p->n - 1] == '\r')
		p->n--;
	return true;
}

static bool too_long(struct err *e)
{
	return err_set(e, ERR_USAGE, 0, "the password has more than 256 octets");
}

static bool from_file(struct password *p, const char *path, struct err *e)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_set(e, ERR_INPUT, errno, "cannot open %s: %s", path, strerror(errno));
	const bool fits = read_line(fd, p);
	close(fd);
	return fits || too_long(e);
}

static bool from_text(struct password *p, const char *text, struct err *e)
{
	p->n = strlen(text);
	if (p->n > sizeof p->text)
		return too_long(e);
	memcpy(p->text, text, p->n);
	return true;
}

/* One line from the terminal, which shows nothing of it. */
static bool ask(int tty, struct password *p, const char *prompt, const char *what)
{
	struct termios before, quiet;
	dprintf(tty, "%s for %s: ", prompt, what);
	if (tcgetattr(tty, &before))
		return false;
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(tty, TCSAFLUSH, &quiet);
	const bool fits = read_line(tty, p);
	tcsetattr(tty, TCSAFLUSH, &before);
	dprintf(tty, "\n");
	return fits;
}

static bool from_terminal(struct password *p, const char *what, bool twice, struct err *e)
{
	struct password again = { .n = 0 };
	const int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty < 0)
		return err_set(e, ERR_INPUT, KEY_NEEDS_PASSWORD,
			"a password is needed for %s and there is no terminal to ask on: give "
			"--pass-file "
			"FILE, "
			"--pass-env NAME or --pass-fd N",
			what);
	bool ok = ask(tty, p, "password", what);
	if (!ok)
		too_long(e);
	if (ok && twice) {
		ok = ask(tty, &again, "the same again", what) && again.n == p->n &&
			wipe_same(again.text, p->text, p->n);
		if (!ok)
			err_set(e, ERR_USAGE, 0, "the two passwords are not the same");
	}
	wipe(&again, sizeof again);
	close(tty);
	return ok;
}

bool password_get(struct password *p, const struct pass_opts *opts, const char *what, bool twice,
	struct err *e)
{
	p->n = 0;
	if (opts->empty)
		return true;
	if (opts->text)
		return from_text(p, opts->text, e);
	if (opts->file)
		return from_file(p, opts->file, e);
	if (opts->fd)
		return read_line(opts->fd - 1, p) || too_long(e);
	if (opts->env) {
		const char *text = getenv(opts->env);
		if (!text)
			return err_set(e, ERR_USAGE, 0,
				"the environment has no variable %s for the password", opts->env);
		return from_text(p, text, e);
	}
	if (opts->never_ask)
		return err_set(
			e, ERR_INPUT, KEY_NEEDS_PASSWORD, "a password is needed for %s", what);
	return from_terminal(p, what, twice, e);
}

bool password_loop(const struct pass_opts *opts, const char *what,
	bool (*open)(void *arg, const struct span *password, struct mspan work, struct err *e),
	void *arg, struct err *e)
{
	struct password p = { .n = 0 };
	struct err why = { 0 };
	struct mspan work = { 0 };
	bool ok = open(arg, NULL, work, &why);
	const bool asked = !opts->text && !opts->file && !opts->fd && !opts->env && !opts->empty;
	for (int tries = asked ? TRIES : 1; !ok && tries > 0 && why.kind == ERR_INPUT &&
		(why.code == KEY_NEEDS_PASSWORD || why.code == KEY_WRONG_PASSWORD);
		tries--) {
		err_clear(&why);
		if (!work.p) /* untouched pages of it cost nothing */
			work = (struct mspan){ malloc(KEY_WORK), KEY_WORK };
		if (!work.p) {
			err_set(&why, ERR_SYSTEM, ENOMEM, "no memory for the key derivation");
		} else if (password_get(&p, opts, what, false, &why)) {
			const struct span password = { (const uint8_t *)p.text, p.n };
			ok = open(arg, &password, work, &why);
		} else {
			break;
		}
	}
	free(work.p);
	wipe(&p, sizeof p);
	return ok || err_set(e, why.kind, why.code, "%s", why.text);
}

struct opening {
	struct span file;
	struct key *key;
};

static bool open_key(void *arg, const struct span *password, struct mspan work, struct err *e)
{
	const struct opening *o = arg;
	return key_load(o->file, password, work, o->key, e);
}

bool keyfile_load(const char *path, const struct pass_opts *opts, struct key *k, struct err *e)
{
	struct mspan file;
	if (!file_load(path, FILE_MAX, &file, e))
		return false;
	struct opening o = { { file.p, file.n }, k };
	const bool ok = password_loop(opts, path, open_key, &o, e);
	file_free(&file);
	return ok || err_in(e, ", in %s", path);
}
