/* SPDX-License-Identifier: MIT */
/* Seeds for hosts that have little randomness: collected, judged, written, checked, kept fresh. */
#include "base/list.h"
#include "base/wipe.h"
#include "cli/applet.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/log.h"
#include "io/entropy.h"
#include "io/entropy_collect.h"
#include "io/entropy_keeper.h"
#include "io/wait.h"
#include "rand/seedfile.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct seed {
	struct log log;
	struct list from;
	const char *out, *check, *exchange, *serve;
	bool force;
	uint64_t size, interval;
};
#define AT(field) offsetof(struct seed, field)

static const struct opt options[] = {
	{ .help = "what to do" },
	{ "--out -o", NULL, "FILE", opt_str, AT(out), "write a seed file, mode 0600" },
	{ "--check", NULL, "FILE", opt_str, AT(check), "say what a file is worth, write nothing" },
	{ "--exchange", NULL, "FILE", opt_str, AT(exchange),
		"keep a seed file fresh for all processes of this host, until a signal" },
	{ .help = "sources and limits" },
	{ "--from", NULL, "SOURCE", opt_list, AT(from),
		"PATH, egd:SOCKET, egd:HOST:PORT, dev:PATH, keyboard, os, cpu or - for standard "
		"input; may be repeated (os)" },
	{ "--size", NULL, "BYTES", opt_size, AT(size), "bytes of --out (1024)",
		.min = SEEDFILE_LEAST, .max = DRBG_REQUEST },
	{ "--force", NULL, NULL, opt_flag, AT(force), "write although too little was collected" },
	{ "--interval", NULL, "TIME", opt_duration, AT(interval),
		"between two replacements by --exchange (60s)", .min = 100, .max = 86400000 },
	{ "--serve-egd", NULL, "SOCKET", opt_str, AT(serve),
		"with --exchange: answer the EGD protocol there, for other software" },
	{ .rows = log_options, .at = AT(log), .help = "messages" },
	{ 0 },
};

static const struct seed defaults = { .size = SEEDFILE_SIZE, .interval = 60000 };

static void print_table(const struct collect_result *r)
{
	const struct estimate *const t = &r->credit.estimate;
	puts("  estimator (NIST SP 800-90B 6.3)   bits a byte");
	for (int i = 0; i < ESTIMATE_COUNT; i++)
		if (t->bits[i] < 0)
			printf("  %-34s %11s\n", estimate_names[i], "-");
		else
			printf("  %-34s %11.4f\n", estimate_names[i], t->bits[i]);
	printf("  the least, of %zu bytes: %.4f by %s\n", t->n, t->least, estimate_names[t->by]);
}

static void tell_result(const struct collect_result *r)
{
	const struct estimate *const t = &r->credit.estimate;
	struct json j;
	json_begin(&j, "source");
	json_str(&j, "source", r->spec);
	json_str(&j, "what", r->gift.what);
	json_uint(&j, "credited", (uint64_t)r->credit.bits);
	json_str(&j, "why", r->credit.why);
	if (r->credit.estimated) {
		json_uint(&j, "judged_bytes", t->n);
		json_object(&j, "millibits_a_byte");
		for (int i = 0; i < ESTIMATE_COUNT; i++)
			if (t->bits[i] >= 0)
				json_uint(&j, estimate_names[i], (uint64_t)(1000 * t->bits[i]));
		json_close(&j);
	}
	json_write(&j, NULL);
}

static void print_result(struct seed *s, const struct collect_result *r)
{
	if (s->log.json) {
		tell_result(r);
		return;
	}
	if (s->log.level < LOG_LEVEL_NORMAL)
		return;
	printf("%s: %s\n", r->spec, r->gift.what);
	if (r->credit.estimated)
		print_table(r);
	printf("  credited: %.0f bits%s%s\n", r->credit.bits, r->credit.why ? ", as " : "",
		r->credit.why ? r->credit.why : "");
	fflush(stdout);
}

static void show_keys(void *ctx, double bits)
{
	const struct log *const log = ctx;
	if (log->level >= LOG_LEVEL_NORMAL && isatty(STDERR_FILENO))
		fprintf(stderr, "\rtype anything, slowly: %3.0f of %d bits%s", bits, CREDIT_NEEDED,
			bits >= CREDIT_NEEDED ? "\n" : "");
}

/* Reads all sources. A source that fails is left out, aloud; *e tells of the first one when none gave
 * anything. False: there is no collection. */
static bool collect_all(
	struct seed *s, struct collect *c, const char *const *from, size_t n, struct err *e)
{
	bool lent = false;
	if (!collect_open(c, n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct err why = { 0 };
		if (!collect_from(c, from[i], show_keys, &s->log, &why)) {
			if (n > 1)
				log_line(
					&s->log, LOG_WARN, "%s is left out: %s", from[i], why.text);
			err_set(e, why.kind, why.code, "%s", why.text);
			continue;
		}
		const struct collect_result *const r = &c->results[c->n - 1];
		lent |= r->gift.file && r->credit.bits > 0;
		print_result(s, r);
	}
	if (lent)
		log_line(&s->log, LOG_WARN,
			"a file counts only as long as nobody else has it: an image that was ever "
			"given to a third party, a PACS or a printer is no secret");
	if (c->n > 0)
		err_clear(e);
	return true;
}

static bool enough(struct seed *s, double bits, struct err *e)
{
	if (bits >= CREDIT_NEEDED)
		return true;
	if (s->force) {
		log_line(&s->log, LOG_ERROR,
			"%.0f bits are credited and %d are needed: KEYS MADE FROM THIS SEED CAN BE "
			"GUESSED. It is made because of --force",
			bits, CREDIT_NEEDED);
		return true;
	}
	if (s->check)
		return err_set(e, ERR_RANDOM, 0,
			"%s is not enough by itself: %.0f bits are credited and %d are needed",
			s->check, bits, CREDIT_NEEDED);
	return err_set(e, ERR_RANDOM, 0,
		"not enough randomness: %.0f bits are credited and %d are needed; add sources with "
		"--from (keyboard, os, cpu, an unpublished image, a daemon)",
		bits, CREDIT_NEEDED);
}

/* The judgement has been passed by enough(): from here on the pool counts as a full seed. */
static bool open_chain(struct entropy *en, struct collect *c, const char *old, struct err *e)
{
	uint8_t seed[POOL_OUT];
	pool_out(&c->pool, seed);
	const struct entropy_opts o = { .seed = old,
		.collected = span_of(seed, sizeof seed),
		.collected_bits = 8 * sizeof seed };
	const bool ok = entropy_open(en, &o, e);
	wipe(seed, sizeof seed);
	return ok;
}

static void tell_seed(const struct seed *s, unsigned bits)
{
	struct json j;
	json_begin(&j, "seed");
	json_str(&j, "file", s->out);
	json_uint(&j, "bytes", s->size);
	json_uint(&j, "credited", bits);
	json_write(&j, NULL);
}

static bool make_seed(struct seed *s, struct collect *c, struct err *e)
{
	struct entropy en;
	const unsigned bits = pool_bits(&c->pool);
	if (!enough(s, c->pool.bits, e) || !open_chain(&en, c, NULL, e))
		return false;
	const bool ok = entropy_write_seed(&en.rand, s->out, s->size, e);
	entropy_close(&en, NULL);
	if (ok && s->log.json)
		tell_seed(s, bits);
	else if (ok)
		log_line(&s->log, LOG_NOTE, "%s: %llu bytes made from %u credited bits%s", s->out,
			(unsigned long long)s->size, bits,
			c->pool.bits > bits ? " (more than it can hold were collected)" : "");
	return ok;
}

static void note(void *ctx, const char *text)
{
	log_line(ctx, LOG_INFO, "%s", text);
}

/* The old exchange file counts as a TLS applet would count it, so that a host without other sources
 * keeps what it had before the restart. */
static bool keep(struct seed *s, struct collect *c, struct err *e)
{
	struct entropy en;
	struct seedfile old;
	uint8_t digest[POOL_OUT];
	const char *why;
	char warning[600] = "";
	const bool there = access(s->exchange, F_OK) == 0;
	double bits = c->pool.bits;
	if (there) {
		if (!entropy_read_seed(s->exchange, &old, warning, sizeof warning, e))
			return false;
		bits += seedfile_end(&old, digest, &why);
		wipe(digest, sizeof digest);
	}
	if (!enough(s, bits, e) || !open_chain(&en, c, there ? s->exchange : NULL, e))
		return false;
	if (en.warning[0])
		log_line(&s->log, LOG_WARN, "%s", en.warning);
	log_line(&s->log, LOG_INFO, "randomness: %s", en.report);
	const struct keeper_opts o = { .exchange = s->exchange,
		.interval = s->interval,
		.serve = s->serve,
		.sources = s->from.v,
		.n_sources = s->from.n,
		.note = note,
		.ctx = &s->log };
	wait_signals();
	const bool ok = keeper_run(&en, &o, e);
	entropy_close(&en, NULL);
	return ok;
}

static bool work(struct seed *s, const char *const *from, size_t n, struct err *e)
{
	struct collect c;
	if (!collect_all(s, &c, from, n, e))
		return false;
	bool ok;
	if (s->exchange) {
		err_clear(e); /* the old file may do by itself */
		ok = keep(s, &c, e);
	} else if (c.n == 0)
		ok = false;
	else if (s->out)
		ok = make_seed(s, &c, e);
	else
		ok = enough(s, c.pool.bits, e);
	collect_close(&c);
	return ok;
}

static int seed_run(void *state, const struct call *call)
{
	static const char *const system[] = { "os" };
	struct seed *const s = state;
	struct err e = { 0 };
	log_start(&s->log, call);
	if (call->n > 0)
		return call_usage(
			call, "%s is left over; sources are named with --from", call->operands[0]);
	if (!!s->out + !!s->check + !!s->exchange != 1)
		return call_usage(call, "name one of --out, --check and --exchange");
	if (s->check && s->from.n > 0)
		return call_usage(call, "--check judges its file alone, without --from");
	if (s->serve && !s->exchange)
		return call_usage(call, "--serve-egd needs --exchange");
	const bool ok = s->check ? work(s, &s->check, 1, &e)
		: s->from.n > 0  ? work(s, s->from.v, s->from.n, &e)
				 : work(s, system, 1, &e);
	if (ok)
		return EXIT_DONE;
	log_line(&s->log, LOG_ERROR, "%s", e.text);
	return exit_code(&e);
}

const struct applet applet_seed = {
	.name = "seed",
	.usage = "--out FILE|--check FILE|--exchange FILE [OPTION]...",
	.summary = "collect randomness into a seed file, judge it, keep it fresh",
	.notes =
		"Examples:\n"
		"  dcmsec seed --from image.dcm --from keyboard --out randseed.bin\n"
		"  dcmsec seed --check randseed.bin\n"
		"  dcmsec seed --exchange /run/dcmsec.seed --serve-egd /run/egd-pool\n"
		"\n"
		"Exit codes: 0 done, 2 usage, 3 a source cannot be read, 7 not enough randomness,\n"
		"8 this host (disk, memory, permissions).\n",
	.options = options,
	.size = sizeof(struct seed),
	.defaults = &defaults,
	.run = seed_run,
};
