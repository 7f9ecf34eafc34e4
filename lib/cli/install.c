/* SPDX-License-Identifier: MIT */
#include "cli/install.h"

#include "cli/exit.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct install {
	const char *dir;
	char self[PATH_MAX];   /* this binary */
	char target[PATH_MAX]; /* what the links hold */
	int made, there, refused;
};

/* A folder of links usually ends up in PATH, where these names are taken by POSIX. */
static bool is_utility(const char *name)
{
	return strcmp(name, "echo") == 0;
}

static bool is_same(const char *one, const char *other)
{
	struct stat a, b;
	return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
		a.st_ino == b.st_ino;
}

static void link_one(struct install *in, const char *name)
{
	char path[PATH_MAX];
	if (snprintf(path, sizeof path, "%s/%s", in->dir, name) >= (int)sizeof path)
		errno = ENAMETOOLONG;
	else if (symlink(in->target, path) == 0) {
		in->made++;
		printf("%s -> %s\n", path, in->target);
		return;
	} else if (errno == EEXIST && is_same(path, in->self)) {
		in->there++;
		return;
	}
	in->refused++;
	if (errno == EEXIST)
		fprintf(stderr, "dcmsec: %s exists and is something else; left as it is\n", path);
	else
		fprintf(stderr, "dcmsec: cannot make the link %s: %s\n", path, strerror(errno));
}

static bool find_self(struct install *in, const char *program)
{
	const ssize_t n = readlink("/proc/self/exe", in->self, sizeof in->self - 1);
	if (n > 0) {
		in->self[n] = '\0';
		return true;
	}
	if (program[0] != '/' || strlen(program) >= sizeof in->self)
		return false;
	strcpy(in->self, program);
	return true;
}

int install_links(const struct applet *const *applets, const char *dir, const char *program)
{
	struct install in = { .dir = dir };
	struct stat there;
	errno = 0;
	if (!find_self(&in, program)) {
		fputs("dcmsec: cannot tell where this program lies; call it by its full path\n",
			stderr);
		return EXIT_SYSTEM;
	}
	if (stat(dir, &there) != 0 || !S_ISDIR(there.st_mode)) {
		fprintf(stderr, "dcmsec: cannot install into %s: %s\n", dir,
			strerror(errno ? errno : ENOTDIR));
		return EXIT_SYSTEM;
	}
	char folder[PATH_MAX];
	const char *base = strrchr(in.self, '/') + 1;
	snprintf(folder, sizeof folder, "%.*s", (int)(base - in.self), in.self);
	snprintf(in.target, sizeof in.target, "%s", is_same(folder, dir) ? base : in.self);
	for (const struct applet *const *a = applets; *a; a++) {
		if (is_utility((*a)->name))
			printf("%s: no link, it would hide the standard %s; use dcmsec %s\n",
				(*a)->name, (*a)->name, (*a)->name);
		else
			link_one(&in, (*a)->name);
		if ((*a)->alias)
			link_one(&in, (*a)->alias);
	}
	printf("%d made, %d already there, %d left out\n", in.made, in.there, in.refused);
	return in.refused ? EXIT_REFUSED : EXIT_DONE;
}
