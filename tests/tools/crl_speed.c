/* SPDX-License-Identifier: MIT */
/* What a large CRL costs, by parts: usage: crl_speed LIST.der. Each part is the best of five, so that
 * the rest of the machine disturbs little. */
#define _POSIX_C_SOURCE 200809L
#include "io/crlfile.h"
#include "io/file.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 5, PIECE = 65536 };

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const char *path;
static struct mspan file;
static struct crl *list;

static bool keep(void *arg, struct crl *c, struct err *e)
{
	(void)arg;
	(void)e;
	crl_free(list);
	list = c;
	return true;
}

/* The file through the cache of the system, in the pieces in which the reader takes it. */
static bool part_read(void)
{
	static uint8_t piece[PIECE];
	FILE *f = fopen(path, "rb");
	if (!f)
		return false;
	while (fread(piece, 1, sizeof piece, f) > 0)
		;
	return fclose(f) == 0;
}

static bool part_hash(void)
{
	static uint8_t digest[64];
	br_hash_compat_context h;
	const br_hash_class *class = sig_hash_class(list->alg.hash);
	class->init(&h.vtable);
	class->update(&h.vtable, file.p, file.n);
	class->out(&h.vtable, digest);
	return true;
}

/* Every entry is looked at and compared, from the octets in memory: the head turns the hash on, and it
 * is turned off behind it. */
static bool part_entries(void)
{
	static struct crl_scan scan;
	const struct span all = { file.p, file.n };
	crl_begin(&scan, list);
	if (!crl_feed(&scan, span_at(all, 0, CRL_HEAD), NULL))
		return false;
	scan.hash_class = NULL;
	return crl_feed(&scan, span_at(all, CRL_HEAD, all.n), NULL) && crl_end(&scan, NULL);
}

/* For a serial that is not there, which takes longest. */
static bool part_find(void)
{
	static const uint8_t serial[] = { 1, 2, 3, 4 };
	struct crl_entry entry;
	return !crl_find(list, list->issuer, span_of(serial, sizeof serial), &entry);
}

static bool part_all(void)
{
	return crl_file(path, keep, NULL, NULL);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *what;
		bool (*run)(void);
	} parts[] = { { "the whole file, read and judged", part_all },
		{ "reading its octets", part_read },
		{ "hashing them for the signature", part_hash },
		{ "searching the entries, the first time", part_entries },
		{ "searching them again", part_find } };
	struct err e = { 0 };
	path = argc > 1 ? argv[1] : "";
	if (!file_load(path, (size_t)1 << 30, &file, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		double best = 1e9;
		for (int round = 0; round < ROUNDS; round++) {
			const double start = seconds();
			if (!parts[i].run())
				return 1;
			const double took = seconds() - start;
			best = took < best ? took : best;
		}
		printf("%s: %.2f ms\n", parts[i].what, best * 1000);
	}
	crl_free(list);
	file_free(&file);
	return 0;
}
