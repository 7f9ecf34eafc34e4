/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* realpath, DT_LNK */
#include "app/confine.h"

#include "io/sandbox.h"
#include "io/user.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT(field) offsetof(struct confine, field)

const struct opt confine_rows[] = {
	{ .help = "confinement" },
	{ "--user", NULL, "USER", opt_str, AT(user),
		"after the start be this user: NAME, NAME:GROUP or numbers (only root can)" },
	{ "--no-sandbox", NULL, NULL, opt_flag, AT(off),
		"keep all rights (else: only the folders that are needed, no programs, no outgoing "
		"connections)" },
	{ "--require-sandbox", NULL, NULL, opt_flag, AT(required),
		"end where the kernel has no Landlock and seccomp for that" },
	{ 0 },
};

/* ---- folders that stay within reach */

enum { FOLDERS = 128 };

struct folders {
	char *names[FOLDERS];
	struct sandbox_path v[FOLDERS];
	size_t n;
	bool overflow;
};

/* Takes the name, which may be NULL. */
static void add_own(struct folders *f, char *name, bool write)
{
	for (size_t i = 0; name && i < f->n; i++)
		if (strcmp(f->names[i], name) == 0 && f->v[i].write >= write) {
			free(name);
			return;
		}
	f->overflow |= f->n == FOLDERS;
	if (!name || f->n == FOLDERS) {
		free(name);
		return;
	}
	f->names[f->n] = name;
	f->v[f->n++] = (struct sandbox_path){ name, write };
}

/* The folder of a file: what replaces the file later must be within reach as well. */
static void add_parent(struct folders *f, const char *file, bool write)
{
	char real[PATH_MAX];
	if (!realpath(file, real)) { /* not there yet: its folder may be */
		const char *slash = strrchr(file, '/');
		if (slash)
			snprintf(real, sizeof real, "%.*s", (int)(slash - file + 1), file);
		else
			snprintf(real, sizeof real, ".");
		add_own(f, realpath(real, NULL), write);
		return;
	}
	*strrchr(real, '/') = '\0';
	add_own(f, strdup(real[0] ? real : "/"), write);
}

/* A hashed directory, and where its links lead. */
static void add_hashed(struct folders *f, const char *dir)
{
	char path[PATH_MAX];
	DIR *d = opendir(dir);
	add_own(f, realpath(dir, NULL), false);
	for (const struct dirent *entry; d && (entry = readdir(d));)
		if (entry->d_type == DT_LNK &&
			(size_t)snprintf(path, sizeof path, "%s/%s", dir, entry->d_name) <
				sizeof path)
			add_parent(f, path, false);
	if (d)
		closedir(d);
}

static void add_all(struct folders *f, const struct node_opts *o, const char *out)
{
	const struct trust_opts *t = &o->secure.trust;
	const struct list *const files[] = { &t->ca, &t->untrusted, &t->crl };
	add_own(f, realpath(out, NULL), true);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		for (size_t k = 0; k < files[i]->n; k++)
			add_parent(f, files[i]->v[k], false);
	for (size_t i = 0; i < t->ca_dir.n; i++)
		add_hashed(f, t->ca_dir.v[i]);
	if (o->random.seed)
		add_parent(f, o->random.seed, o->write_back);
	if (o->random.write_seed)
		add_parent(f, o->random.write_seed, true);
}

/* ---- all of it */

static void tell(struct node *n, const struct sandbox_facts *facts)
{
	char files[80];
	if (facts->landlock)
		snprintf(files, sizeof files, "Landlock %d in force", facts->landlock);
	else
		snprintf(files, sizeof files, "no Landlock (%s)", facts->why_landlock);
	if (facts->seccomp)
		log_line(n->log, LOG_INFO, "sandbox: %s; system calls are filtered", files);
	else
		log_line(n->log, LOG_INFO, "sandbox: %s; no filter of system calls (%s)", files,
			facts->why_seccomp);
}

bool confine_enter(
	const struct confine *c, struct node *n, const char *out, bool run, struct err *e)
{
	struct sandbox_facts facts;
	struct folders folders = { .n = 0 };
	sandbox_no_dumps();
	if (c->off && c->required)
		return err_set(
			e, ERR_USAGE, 0, "--no-sandbox and --require-sandbox exclude each other");
	if (c->user && !user_become(c->user, e))
		return false;
	if (c->user && faccessat(AT_FDCWD, out, W_OK | X_OK, AT_EACCESS) != 0)
		return err_set(e, ERR_SYSTEM, errno, "user %s cannot store in %s: %s", c->user, out,
			strerror(errno));
	sandbox_no_dumps(); /* another user may leave dumps again */
	if (c->off) {
		log_line(n->log, LOG_INFO, "sandbox: none, as asked");
		return true;
	}
	add_all(&folders, n->opts, out);
	sandbox_enter(folders.overflow ? NULL : folders.v, folders.n, run, &facts);
	for (size_t i = 0; i < folders.n; i++)
		free(folders.names[i]);
	tell(n, &facts);
	if (c->required && !facts.landlock)
		return err_set(e, ERR_SYSTEM, 0, "--require-sandbox: no Landlock is in force: %s",
			facts.why_landlock);
	if (c->required && !facts.seccomp)
		return err_set(e, ERR_SYSTEM, 0,
			"--require-sandbox: no filter of system calls is in force: %s",
			facts.why_seccomp);
	return true;
}
