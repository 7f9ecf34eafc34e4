/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* realpath */
#include "app/sending.h"

#include "dicom/dimse.h"
#include "io/scu.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define AT(field) offsetof(struct sending, field)

enum { WAIT_MOST = 60000 };

const struct opt sending_rows[] = {
	{ "--jobs", NULL, "N", opt_int, AT(jobs), "send over so many associations at a time (1)",
		.min = 1, .max = SENDING_JOBS },
	{ "--window", NULL, "N", opt_int, AT(window),
		"ask to send so many objects without waiting for answers (64)", .min = 1,
		.max = SCU_WINDOW },
	{ "--small", NULL, NULL, opt_flag, AT(small),
		"use as little memory as may be, for small hosts" },
	{ "--keep-order", NULL, NULL, opt_flag, AT(keep_order),
		"keep the order of the objects of a series" },
	{ .help = "trying again" },
	{ "--retry", NULL, "N", opt_int, AT(retry),
		"try again so often when a connection is lost or the peer is busy (0)",
		.max = 1000000 },
	{ "--retry-wait", NULL, "TIME", opt_duration, AT(retry_wait),
		"before the first retry; each further one waits longer (1s)", .min = 1,
		.max = 86400000 },
	{ "--journal", NULL, "FILE", opt_str, AT(journal),
		"remember here what was stored, and do not send it again" },
	{ .help = "outbox" },
	{ "--watch", NULL, "DIR", opt_str, AT(watch),
		"send what is in this folder and what appears there, until told to end" },
	{ "--settle", NULL, "TIME", opt_duration, AT(settle),
		"send a file when it has not changed for so long (5s)", .min = 100,
		.max = 86400000 },
	{ "--linger", NULL, "TIME", opt_duration, AT(linger),
		"keep an idle association for so long (5s)", .min = 1, .max = 86400000 },
	{ "--move-to", NULL, "DIR", opt_str, AT(move_to), "move files there once they are stored" },
	{ "--delete", NULL, NULL, opt_flag, AT(delete), "delete files once they are stored" },
	{ "--move-failed", NULL, "DIR", opt_str, AT(move_failed),
		"move files there that will not be stored" },
	{ 0 },
};

/* Whether a lies in the folder b, or is it. */
static bool within(const char *a, const char *b)
{
	char *inner = realpath(a, NULL), *outer = realpath(b, NULL);
	const size_t n = outer ? strlen(outer) : 0;
	const bool in = inner && outer && strncmp(inner, outer, n) == 0 &&
		(inner[n] == '/' || !inner[n] || strcmp(outer, "/") == 0);
	free(inner);
	free(outer);
	return in;
}

static bool check_folder(
	const struct sending *o, const char *option, const char *dir, struct err *e)
{
	struct stat s;
	if (!dir)
		return true;
	if (stat(dir, &s) != 0 || !S_ISDIR(s.st_mode))
		return err_set(e, ERR_USAGE, 0, "%s wants a folder that is there, and %s is not",
			option, dir);
	const char *base = strrchr(dir, '/');
	if (o->watch && within(dir, o->watch) && (base ? base[1] : dir[0]) != '.')
		return err_set(e, ERR_USAGE, 0,
			"%s %s lies in the folder that is watched: what is moved there would be "
			"sent again, "
			"unless its name begins with a dot",
			option, dir);
	return true;
}

bool sending_check(const struct sending *o, struct err *e)
{
	if (o->delete &&o->move_to)
		return err_set(e, ERR_USAGE, 0, "--delete and --move-to exclude each other");
	return check_folder(o, "--move-to", o->move_to, e) &&
		check_folder(o, "--move-failed", o->move_failed, e);
}

uint32_t sending_tries(const struct sending *o)
{
	return o->retry >= 0 ? (uint32_t)o->retry : o->watch ? UINT32_MAX : 0;
}

uint64_t sending_wait(const struct sending *o, uint32_t n, struct drbg *random)
{
	const uint64_t most = o->retry_wait > WAIT_MOST ? o->retry_wait : WAIT_MOST;
	uint64_t wait = o->retry_wait;
	while (--n && wait < most)
		wait *= 2;
	wait = wait < most ? wait : most;
	uint8_t bytes[4] = { 0 };
	uint32_t part = 0;
	struct span s = span_of(bytes, sizeof bytes);
	if (random && drbg_bytes(random, (struct mspan){ bytes, sizeof bytes }, NULL))
		span_u32be(&s, &part);
	return wait - part % (wait / 2 + 1);
}

enum sending_outcome sending_outcome(uint16_t status)
{
	static const struct {
		uint16_t low, high;
		enum sending_outcome outcome;
	} known[] = {
		{ 0x0000, 0x0000, SENDING_STORED }, /* success (PS3.4 B.2.3) */
		{ 0xA700, 0xA7FF, SENDING_LATER },  /* refused: out of resources (PS3.4 B.2.3) */
		/* Warnings after which the instance is stored (PS3.4 B.2.3): with elements made to
		 * agree with what the archive knows, and with a class that its content does not fit. */
		{ 0xB000, 0xB000, SENDING_STORED },
		{ 0xB007, 0xB007, SENDING_STORED },
		/* B006, elements discarded: what was in the file is nowhere else. */
		{ 0xB006, 0xB006, SENDING_REDUCED },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (status >= known[i].low && status <= known[i].high)
			return known[i].outcome;
	/* Another warning is no failure (PS3.7 Annex C), but nobody says what was left out. */
	return dimse_class(status) == DIMSE_WARNING ? SENDING_REDUCED : SENDING_REFUSED;
}
