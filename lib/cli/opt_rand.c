/* SPDX-License-Identifier: MIT */
/* The shared rows about randomness. DCMTK's spellings and meanings: +rs, +ws, +wf. */
#include "cli/opt_rand.h"

#define AT(f) offsetof(struct rand_opts, f)

const struct opt rand_options[] = {
	{ "--seed", "+rs --seed", "FILE", opt_str, AT(seed),
		.help = "add the contents of FILE to the randomness of the system" },
	{ "--write-seed", "+ws --write-seed", NULL, opt_flag, AT(write_back),
		.help = "replace the --seed file by fresh seed, at start and at the end" },
	{ "--write-seed-file", "+wf --write-seed-file", "FILE", opt_str, AT(write_seed),
		.help = "write fresh seed to FILE, at start and at the end" },
	{ "--no-system-random", NULL, NULL, opt_flag, AT(no_system),
		.help = "use the seed alone, nothing of the operating system" },
	{ 0 },
};

bool rand_opts_target(const struct rand_opts *o, const char **path, struct err *e)
{
	*path = o->write_seed;
	if (!o->write_back || o->write_seed)
		return true;
	if (!o->seed)
		return err_set(e, ERR_USAGE, 0,
			"--write-seed (+ws) writes to the file that --seed (+rs) names, and none "
			"is "
			"named; name one, or use --write-seed-file FILE");
	*path = o->seed;
	return true;
}
