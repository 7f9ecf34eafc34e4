/* SPDX-License-Identifier: MIT */
/* A fresh output folder for each test of outdir, and its end. */
#ifndef DCMSEC_OUTDIR_FRAME_H
#define DCMSEC_OUTDIR_FRAME_H

#include "io/outdir.h"
#include "test.h"

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

#endif
