/* SPDX-License-Identifier: MIT */
/* Wires the generators to this process: what seeds them at its start, what reseeds them later, the
 * clock, and the sign of a fork. */
#define _DEFAULT_SOURCE /* getpagesize, madvise, MAP_ANONYMOUS */
#include "io/entropy.h"

#include "base/wipe.h"
#include "io/clock.h"
#include "io/entropy_os.h"
#include "io/outdir.h"
#include "rand/seedfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- what the chain asks of the world */

static bool source_read(void *ctx, struct mspan out, struct err *e)
{
	struct entropy *en = ctx;
	return entropy_os_read(out, &en->from, e);
}

static uint64_t source_now(void *ctx)
{
	(void)ctx;
	return clock_ms();
}

/* In the child of a fork the number on the page is gone, whatever its process number (those are used
 * again), or, where the kernel or an emulator does not do that, the process number beside it is another
 * one: it takes a new number. */
static uint64_t source_process(void *ctx)
{
	struct entropy *en = ctx;
	const uint64_t pid = (uint64_t)getpid();
	if (!en->page)
		return pid;
	if (en->page[0] == 0 || en->page[1] != pid) {
		struct timespec t;
		clock_gettime(CLOCK_MONOTONIC, &t);
		const uint64_t ns = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
		en->page[0] = (pid << 40) ^ ns;
		en->page[1] = pid;
	}
	return en->page[0];
}

static uint64_t *wiped_page(void)
{
	const size_t size = (size_t)getpagesize();
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	if (madvise(p, size, MADV_WIPEONFORK) == 0)
		return p;
	munmap(p, size);
	return NULL;
}

/* ---- seed files */

__attribute__((format(printf, 3, 4))) static void add_text(
	char *text, size_t cap, const char *format, ...)
{
	const size_t at = strlen(text);
	va_list args;
	va_start(args, format);
	vsnprintf(text + at, cap - at, format, args);
	va_end(args);
}

static void judge(const char *path, const struct stat *st, char *warning, size_t cap)
{
	if (!S_ISREG(st->st_mode))
		return;
	if (st->st_mode & 022)
		add_text(warning, cap,
			"%sothers can write the seed file %s (mode %04o): chmod 600 it",
			*warning ? "; " : "", path, st->st_mode & 07777u);
	else if (st->st_mode & 044)
		add_text(warning, cap,
			"%sothers can read the seed file %s (mode %04o): chmod 600 it",
			*warning ? "; " : "", path, st->st_mode & 07777u);
}

bool entropy_read_seed(
	const char *path, struct seedfile *s, char *warning, size_t cap, struct err *e)
{
	uint8_t chunk[4096];
	struct stat st;
	ssize_t n = -1;
	seedfile_init(s);
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0 && fstat(fd, &st) == 0) {
		judge(path, &st, warning, cap);
		while (s->size < SEEDFILE_MOST &&
			((n = read(fd, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR)))
			if (n > 0)
				seedfile_add(s, span_of(chunk, (size_t)n));
	}
	const int failure = errno;
	wipe(chunk, sizeof chunk);
	if (fd >= 0)
		close(fd);
	return n >= 0 ||
		err_set(e, failure == ENOENT ? ERR_INPUT : ERR_SYSTEM, failure,
			"cannot read the seed file %s: %s", path, strerror(failure));
}

bool entropy_write_seed(struct rand *r, const char *path, size_t size, struct err *e)
{
	struct seedfile now;
	struct stat st;
	uint8_t old[POOL_OUT], fresh[DRBG_REQUEST];
	const char *why;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(e, ERR_USAGE, 0,
			"seed is written to ordinary files only, and %s is none", path);
	/* Somebody else may have written meanwhile; a file that is not there adds nothing. */
	entropy_read_seed(path, &now, (char[1]){ 0 }, 1, NULL);
	seedfile_end(&now, old, &why);
	const bool ok = drbg_generate(&r->primary, (struct mspan){ fresh, size },
				span_of(old, sizeof old), false, e) &&
		outfile_replace(path, span_of(fresh, size), 0600, e);
	wipe(old, sizeof old);
	wipe(fresh, size);
	return ok;
}

/* ---- the start */

/* When the system gives nothing, *why says so, and the seed must do, now and later. */
static void add_system(struct entropy *en, struct err *why)
{
	if (!drbg_ready(&en->rand.primary, why)) {
		en->rand.source.read = NULL;
		return;
	}
	en->credited += 8 * DRBG_SEED;
	add_text(en->report, sizeof en->report, "%d bits of %s", 8 * DRBG_SEED, en->from);
}

static void add_collected(struct entropy *en)
{
	const unsigned bits = en->opts.collected_bits;
	if (en->rand.primary.seeded || bits >= 8 * DRBG_SEED)
		rand_seed(&en->rand, en->opts.collected, bits, NULL);
	en->credited += bits;
	add_text(en->report, sizeof en->report, "%s%u bits that were collected",
		*en->report ? ", " : "", bits);
}

static bool add_seed(struct entropy *en, struct err *e)
{
	struct seedfile s;
	uint8_t seed[POOL_OUT];
	const char *path = en->opts.seed;
	if (!entropy_read_seed(path, &s, en->warning, sizeof en->warning, e))
		return false;
	const unsigned long long size = s.size;
	const unsigned bits = seedfile_end(&s, seed, &en->why);
	if (en->why)
		add_text(en->warning, sizeof en->warning,
			"%sthe seed file %s counts for nothing, as %s; make one with: dcmsec seed",
			*en->warning ? "; " : "", path, en->why);
	/* Too little to begin with is no loss: entropy_open says what is missing. */
	if (en->rand.primary.seeded || bits >= 8 * DRBG_SEED)
		rand_seed(&en->rand, span_of(seed, sizeof seed), bits, NULL);
	wipe(seed, sizeof seed);
	en->credited += bits;
	add_text(en->report, sizeof en->report, "%s%u bits of the seed file %s (%llu bytes)",
		*en->report ? ", " : "", bits, path, size);
	return true;
}

/* What is worth nothing and does no harm: it keeps processes apart that start from one seed. */
static void add_unique(struct entropy *en)
{
	uint8_t unique[64], cpu[DRBG_RESEED];
	const char *from = NULL;
	entropy_unique(unique, !en->opts.no_system);
	rand_seed(&en->rand, span_of(unique, sizeof unique), 0, NULL);
	if (!en->opts.no_system && entropy_cpu_read((struct mspan){ cpu, sizeof cpu }, &from))
		rand_seed(&en->rand, span_of(cpu, sizeof cpu), 0, NULL);
	else
		from = NULL;
	wipe(cpu, sizeof cpu);
	add_text(en->report, sizeof en->report, "; mixed in, not counted: %s%stime and process",
		from ? from : "", from ? ", " : "");
}

static bool refuse(const struct entropy *en, const struct err *system, struct err *e)
{
	err_set(e, ERR_RANDOM, 0, "not enough randomness for TLS: %s", system->text);
	if (en->opts.seed)
		err_in(e, ", and the seed file %s counts for %u bits%s%s", en->opts.seed,
			en->credited, en->why ? ", as " : "", en->why ? en->why : "");
	else
		err_in(e, ", and no seed file is given");
	return err_in(e,
		"; 384 bits (48 bytes) are needed: make a seed with dcmsec seed --out FILE "
		"--from SOURCE, and give it with --seed FILE");
}

bool entropy_open(struct entropy *en, const struct entropy_opts *opts, struct err *e)
{
	struct err system = { 0 };
	*en = (struct entropy){ .opts = *opts, .page = wiped_page() };
	rand_init(&en->rand,
		&(struct rand_source){
			opts->no_system ? NULL : source_read, source_now, source_process, en });
	if (opts->limits) {
		drbg_limits(&en->rand.public, opts->requests, opts->interval / 1000);
		drbg_limits(&en->rand.private, opts->requests, opts->interval / 1000);
	}
	if (opts->no_system)
		err_set(&system, ERR_RANDOM, 0, "the system's randomness is switched off");
	else
		add_system(en, &system);
	if (opts->collected.n > 0)
		add_collected(en);
	bool ok = !opts->seed || add_seed(en, e);
	if (ok && !en->rand.primary.seeded)
		ok = refuse(en, &system, e);
	if (ok) {
		if (!opts->no_system && system.kind != ERR_NONE)
			add_text(en->warning, sizeof en->warning, "%s%s; the seed alone must do",
				*en->warning ? "; " : "", system.text);
		add_unique(en);
		ok = drbg_ready(&en->rand.public, e) && drbg_ready(&en->rand.private, e) &&
			(!opts->write_seed ||
				entropy_write_seed(&en->rand, opts->write_seed, SEEDFILE_SIZE, e));
	}
	if (!ok) {
		en->opts.write_seed = NULL;
		entropy_close(en, NULL);
	}
	return ok;
}

bool entropy_close(struct entropy *en, struct err *e)
{
	const bool ok = !en->opts.write_seed ||
		entropy_write_seed(&en->rand, en->opts.write_seed, SEEDFILE_SIZE, e);
	rand_wipe(&en->rand);
	if (en->page)
		munmap(en->page, (size_t)getpagesize());
	en->page = NULL;
	en->opts.write_seed = NULL;
	return ok;
}
