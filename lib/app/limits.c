/* SPDX-License-Identifier: MIT */
/* prlimit, because setrlimit of musl brings along how kernels without it are served. */
#define _GNU_SOURCE
#include "app/limits.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#define AT(field) offsetof(struct limits, field)

static bool set_duplicates(void *field, const struct opt_use *use, struct err *e)
{
	static const char *const names[] = {
		[OUTDIR_KEEP] = "keep", [OUTDIR_REPLACE] = "replace", [OUTDIR_REJECT] = "reject"
	};
	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		if (strcmp(names[i], use->values[0]) == 0) {
			*(int *)field = i;
			return true;
		}
	return err_set(
		e, ERR_USAGE, 0, "\"%s\" is none of keep, replace and reject", use->values[0]);
}

const struct opt limits_rows[] = {
	{ "--duplicates", NULL, "POLICY", set_duplicates, AT(duplicates),
		"an object whose file is there already: keep both unless they are the same, "
		"replace, or reject with 0111 (keep)" },
	{ .help = "what peers may take" },
	{ "--max-associations", "--max-associations", "N", opt_int, AT(associations),
		"reject more associations than so many at once (1500)", .min = 1, .max = 100000 },
	{ "--max-per-address", NULL, "N", opt_int, AT(per_address),
		"and more than so many from one address, or one IPv6 /64 (1250)", .min = 1,
		.max = 100000 },
	{ "--max-handshakes", NULL, "N", opt_int, AT(handshakes),
		"connections that are no association yet; the oldest gives way (1000)", .min = 1,
		.max = 100000 },
	{ "--max-failures", NULL, "N", opt_int, AT(failures),
		"refuse an address after so many failed TLS handshakes in a minute (6000; 0: "
		"never)" },
	{ "--max-contexts", NULL, "N", opt_int, AT(contexts),
		"reject a request of more presentation contexts (128)", .min = 1,
		.max = PDU_CONTEXTS },
	{ "--max-command", NULL, "BYTES", opt_int, AT(command),
		"abort at a larger command set (4096)", .min = 256, .max = DIMSE_MAX },
	{ "--idle", NULL, "TIME", opt_duration, AT(idle),
		"end an association without a whole message for so long, or silent within one "
		"(10m)" },
	{ "--object-time", NULL, "TIME", opt_duration, AT(object_time),
		"abort when one object takes longer (12h; 0: any time)" },
	{ "--min-rate", NULL, "BYTES", opt_size, AT(min_rate),
		"abort when an object comes with fewer bytes a second for a minute (100; 0: any)" },
	{ "--max-bytes", NULL, "BYTES", opt_size, AT(max_bytes),
		"abort an association that brings more (1024g; 0: any number)" },
	{ "--keep-free", NULL, "BYTES", opt_size, AT(keep_free),
		"refuse objects when less of the disk is free (64m, at most a hundredth of it)" },
	{ "--grace", NULL, "TIME", opt_duration, AT(grace),
		"after SIGTERM let running associations go on for so long (10s)" },
	{ 0 },
};

void limits_config(const struct limits *l, struct scp_config *c)
{
	c->idle = l->idle;
	c->max_command = (size_t)l->command;
	c->max_contexts = (unsigned)l->contexts;
	c->object_time = l->object_time;
	c->min_rate = l->min_rate;
	c->max_bytes = l->max_bytes;
}

/* Descriptors for all that is not a peer's: folders to settle, objects set aside, and about a dozen. */
enum { OWN = 64 };

/* A peer with an association has a socket and a file. */
static rlim_t needed(const struct limits *l)
{
	return OWN + 2 * (rlim_t)l->associations + (rlim_t)l->handshakes;
}

bool limits_descriptors(struct limits *l, struct log *log, struct err *e)
{
	struct rlimit r;
	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return err_set(e, ERR_SYSTEM, errno, "cannot read the limit of descriptors: %s",
			strerror(errno));
	if (r.rlim_cur >= needed(l))
		return true;
	const rlim_t most = r.rlim_max;
	const rlim_t want = needed(l), before = (rlim_t)l->associations;
	if (most < want) {
		const int handshakes = (int)(most / 4);
		if (l->handshakes > handshakes)
			l->handshakes = handshakes;
		const rlim_t rest = OWN + (rlim_t)l->handshakes;
		const int fit = most > rest ? (int)((most - rest) / 2) : 0;
		if (before != LIMITS_ASSOCIATIONS || fit < 1)
			return err_set(e, ERR_SYSTEM, EMFILE,
				"%llu associations at once want %llu file descriptors, and %llu "
				"are the hard "
				"limit here: raise it (ulimit -Hn, or LimitNOFILE= of systemd), or "
				"give "
				"--max-associations %d",
				(unsigned long long)before, (unsigned long long)want,
				(unsigned long long)most, fit < 1 ? 1 : fit);
		l->associations = fit;
		log_line(log, LOG_WARN,
			"%llu file descriptors are the hard limit here, so %d associations at once "
			"are "
			"taken and not %llu; raise it (ulimit -Hn, or LimitNOFILE= of systemd)",
			(unsigned long long)most, fit, (unsigned long long)before);
	}
	r.rlim_cur = most < want ? most : want;
	return prlimit(0, RLIMIT_NOFILE, &r, NULL) == 0 ||
		err_set(e, ERR_SYSTEM, errno, "cannot raise the limit of descriptors: %s",
			strerror(errno));
}
