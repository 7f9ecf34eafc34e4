/* SPDX-License-Identifier: MIT */
/* `dcmsec crl install` and `status`: the lists of a hashed directory. */
#include "app/crl.h"
#include "base/date.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/log.h"
#include "io/clock.h"
#include "io/crlfile.h"
#include "io/file.h"
#include "io/fileput.h"
#include "io/rehash.h"
#include "io/walk.h"
#include "pki/name.h"

#include <stdio.h>
#include <string.h>

enum { CRL_MAX = 64 << 20, DAY = 86400 };

struct keep {
	struct log log;
	uint64_t warn; /* milliseconds */
	const char *path;
	int64_t now;
	int state; /* 0 good, 1 warning, 2 critical */
	unsigned seen;
};

#define AT(field) offsetof(struct keep, field)

static const struct opt install_options[] = {
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 }
};

struct install {
	uint32_t hash;
	unsigned n;
};

static bool note_hash(void *arg, struct crl *c, struct err *e)
{
	struct install *i = arg;
	(void)e;
	i->n++;
	const bool ok = name_hash(c->issuer, &i->hash);
	crl_free(c);
	return ok;
}

/* The file keeps its own name in the directory, and the index leads to it: so a newer CRL of the same
 * name takes the older one's place. */
static bool install_file(const char *file, const char *dir, struct rehash *r, struct err *e)
{
	char path[4096];
	struct install i = { 0 };
	struct mspan data;
	const char *slash = strrchr(file, '/');
	const char *name = slash ? slash + 1 : file;
	const size_t n = strlen(name);
	char target[256];
	if (!crl_file(file, note_hash, &i, e))
		return false;
	if (i.n != 1)
		return err_set(
			e, ERR_INPUT, 0, "%s holds %u CRLs: one is installed at a time", file, i.n);
	const bool ends =
		n > 4 && (strcmp(name + n - 4, ".crl") == 0 || strcmp(name + n - 4, ".pem") == 0);
	snprintf(target, sizeof target, "%s%s", name, ends ? "" : ".crl");
	if (!path_join(dir, target, path, sizeof path, e) || !file_load(file, CRL_MAX, &data, e))
		return false;
	const bool ok = file_put(path, (struct span){ data.p, data.n }, 0644, true, e) &&
		rehash_dir(dir, r, e);
	file_free(&data);
	return ok;
}

static int run_install(void *state, const struct call *call)
{
	struct keep *s = state;
	struct err e = { 0 };
	struct rehash r = { .now = clock_seconds() };
	log_start(&s->log, call);
	if (call->n != 2)
		return call_usage(call, "give the CRL's file and the directory");
	if (install_file(call->operands[0], call->operands[1], &r, &e))
		return EXIT_DONE;
	log_line(&s->log, LOG_FATAL, "%s", e.text);
	return exit_code(&e);
}

const struct applet crl_install = {
	.name = "install",
	.usage = "[OPTION]... FILE DIR",
	.summary = "put a CRL into a hashed directory",
	.options = install_options,
	.size = sizeof(struct keep),
	.run = run_install,
};

/* ---- status */

static const struct opt status_options[] = { { "--warn", NULL, "TIME", opt_duration, AT(warn),
						     "warn so long before the end (7d)" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

static bool status_one(void *arg, struct crl *c, struct err *e)
{
	struct keep *s = arg;
	char issuer[NAME_TEXT], date[DATE_TEXT] = "never";
	const int64_t left = c->next_update - s->now;
	const int state = !c->has_next || left >= (int64_t)(s->warn / 1000) ? 0 : left < 0 ? 2 : 1;
	static const char *const words[] = { "good", "WARNING: ends soon", "CRITICAL: expired" };
	(void)e;
	s->seen++;
	s->state = state > s->state ? state : s->state;
	if (c->has_next)
		date_text(c->next_update, date);
	name_text(c->issuer, issuer, sizeof issuer);
	if (s->log.json) {
		struct json j;
		json_begin(&j, "crl");
		json_str(&j, "file", s->path);
		json_str(&j, "issuer", issuer);
		json_str(&j, "next", date);
		json_int(&j, "state", state);
		json_write(&j, NULL);
	} else {
		printf("%s: %s, next %s: %s\n", words[state], issuer, date, s->path);
	}
	crl_free(c);
	return true;
}

static bool hashed_crl(const char *path)
{
	const char *name = strrchr(path, '/');
	size_t n = 0;
	name = name ? name + 1 : path;
	while (n < 8 && name[n] && strchr("0123456789abcdef", name[n]))
		n++;
	return n == 8 && name[8] == '.' && name[9] == 'r';
}

static int run_status(void *state, const struct call *call)
{
	struct keep *s = state;
	struct walk_entry entry;
	log_start(&s->log, call);
	if (call->n == 0)
		return call_usage(call, "which directory?");
	s->now = clock_seconds();
	struct walk *w = walk_new(call->operands, call->n);
	while (w && walk_next(w, &entry)) {
		struct err e = entry.err;
		s->path = entry.path;
		if (e.kind == ERR_NONE && (entry.named || hashed_crl(entry.path)))
			crl_file(entry.path, status_one, s, &e);
		if (e.kind != ERR_NONE) {
			log_line(&s->log, LOG_ERROR, "%s", e.text);
			s->state = 2;
		}
	}
	walk_free(w);
	if (s->seen == 0) {
		log_line(
			&s->log, LOG_ERROR, "there is no CRL: install one with dcmsec crl install");
		return 2;
	}
	return s->state;
}

static const struct keep status_defaults = { .warn = 7ull * DAY * 1000 };

const struct applet crl_status = {
	.name = "status",
	.usage = "[OPTION]... DIR...",
	.summary = "tell which CRLs of a hashed directory have expired or soon will",
	.notes = "Exit codes: 0 all good, 1 some end within --warn, 2 some have expired or there "
		 "is none "
		 "(or wrong usage).\n",
	.options = status_options,
	.size = sizeof(struct keep),
	.defaults = &status_defaults,
	.run = run_status,
};
