/* SPDX-License-Identifier: MIT */
/* A fresh output folder for each test of outdir, its end, and what is in it as the system tells it. */
#ifndef DCMSEC_OUTDIR_FRAME_H
#define DCMSEC_OUTDIR_FRAME_H

#include "io/outdir.h"
#include "test.h"

#include <dirent.h>
#include <stdlib.h>

static char base[64];
static struct outdir d;
static struct outfile f;
static struct err e;
static char placed[OUTDIR_NAME];

static inline void begin(void)
{
	strcpy(base, "/tmp/dcmsec-outdir-XXXXXX");
	CHECK(mkdtemp(base) != NULL);
	err_clear(&e);
	CHECK(outdir_open(&d, base, true, &e));
}

static inline void finish(void)
{
	char command[200];
	outdir_close(&d);
	snprintf(command, sizeof command, "chmod -R u+w %s; rm -rf %s", base, base);
	CHECK_INT(system(command), 0);
}

static inline const char *path(const char *name)
{
	static char text[2048];
	snprintf(text, sizeof text, "%s/%s", base, name);
	return text;
}

static inline const char *content(const char *name)
{
	static char text[200];
	FILE *file = fopen(path(name), "r");
	if (!file)
		return NULL;
	const size_t n = fread(text, 1, sizeof text - 1, file);
	text[n] = '\0';
	fclose(file);
	return text;
}

/* How many entries the folder has, temporary ones among them. */
static inline int entries(const char *name)
{
	DIR *dir = opendir(path(name));
	int n = 0;
	for (struct dirent *entry; dir && (entry = readdir(dir));)
		n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	if (dir)
		closedir(dir);
	return n;
}

#endif
