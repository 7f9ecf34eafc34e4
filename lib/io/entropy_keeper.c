/* SPDX-License-Identifier: MIT */
#include "io/entropy_keeper.h"

#include "base/wipe.h"
#include "io/clock.h"
#include "io/entropy_os.h"
#include "io/entropy_source.h"
#include "io/wait.h"
#include "rand/seedfile.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void note(const struct keeper_opts *o, const char *text)
{
	if (o->note)
		o->note(o->ctx, text);
}

/* Only what the sources vouch for counts here: there is no person to show a table to. */
static void stir(struct entropy *en, const struct keeper_opts *o)
{
	struct pool pool;
	uint8_t bytes[POOL_OUT], sample[4096];
	pool_init(&pool);
	for (size_t i = 0; i < o->n_sources; i++) {
		struct source_tap tap = { .pool = &pool, .sample = { sample, sizeof sample } };
		struct source_gift gift;
		struct err e = { 0 };
		if (!source_repeats(o->sources[i]))
			continue;
		if (!source_read(o->sources[i], &tap, &gift, &e))
			note(o, e.text);
		else if (gift.vouched > 0)
			pool.bits += gift.vouched;
	}
	entropy_unique(bytes, true);
	pool_add(&pool, span_of(bytes, sizeof bytes), 0);
	const unsigned bits = pool_bits(&pool);
	pool_out(&pool, bytes);
	rand_seed(&en->rand, span_of(bytes, sizeof bytes), bits, NULL);
	wipe(bytes, sizeof bytes);
	wipe(sample, sizeof sample);
	pool_wipe(&pool);
}

static bool serve(
	struct entropy *en, const struct keeper_opts *o, struct egd_server *server, struct err *e)
{
	struct pollfd fds[KEEPER_CLIENTS + 1];
	uint64_t next = clock_after(clock_ms(), o->interval);
	while (!*wait_stop()) {
		const size_t n = server ? egd_server_polls(server, fds) : 0;
		if (!wait_for(fds, n, next))
			return err_set(e, ERR_SYSTEM, 0, "waiting failed");
		if (server)
			egd_server_turn(server, fds, clock_ms());
		if (clock_ms() < next)
			continue;
		struct err why = { 0 };
		stir(en, o);
		if (!entropy_write_seed(&en->rand, o->exchange, SEEDFILE_SIZE, &why))
			note(o, why.text);
		next = clock_after(clock_ms(), o->interval);
	}
	return entropy_write_seed(&en->rand, o->exchange, SEEDFILE_SIZE, e);
}

/* What processes that were killed while they wrote the file left beside it: FILE.PID.part, as
 * outfile_replace names them, of a PID that is no more. */
static void sweep(const char *path)
{
	char folder[4096], left[4096];
	const char *const slash = strrchr(path, '/'), *const name = slash ? slash + 1 : path;
	const size_t n = strlen(name);
	snprintf(
		folder, sizeof folder, "%.*s", slash ? (int)(name - path) : 2, slash ? path : "./");
	DIR *const d = opendir(folder);
	const struct dirent *entry;
	while (d && (entry = readdir(d))) {
		char *end;
		if (strncmp(entry->d_name, name, n) != 0 || entry->d_name[n] != '.')
			continue;
		const long pid = strtol(entry->d_name + n + 1, &end, 10);
		if (pid <= 0 || strcmp(end, ".part") != 0 || kill((pid_t)pid, 0) == 0 ||
			errno != ESRCH)
			continue;
		if ((size_t)snprintf(left, sizeof left, "%s%s", folder, entry->d_name) <
			sizeof left)
			unlink(left);
	}
	if (d)
		closedir(d);
}

bool keeper_run(struct entropy *en, const struct keeper_opts *o, struct err *e)
{
	struct egd_server *const server = o->serve ? egd_server_new(o->serve, &en->rand, e) : NULL;
	sweep(o->exchange);
	const bool ok = (server || !o->serve) &&
		entropy_write_seed(&en->rand, o->exchange, SEEDFILE_SIZE, e);
	if (ok)
		note(o, "the exchange file is fresh");
	const bool well = ok && serve(en, o, server, e);
	egd_server_free(server);
	return well;
}
