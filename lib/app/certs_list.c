/* SPDX-License-Identifier: MIT */
/* `dcmsec certs list`, `show` and `check`. */
#include "app/certs.h"
#include "app/certs_each.h"
#include "base/date.h"
#include "base/hex.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "io/clock.h"
#include "pki/name.h"

#include <stdio.h>
#include <string.h>

struct listing {
	struct log log;
	int64_t at;
	uint64_t warn, critical; /* milliseconds */
	int64_t now;
	int state; /* of check: 0 good, 1 warning, 2 critical */
};

#define AT(field) offsetof(struct listing, field)

static const struct opt options[] = { { "--at", NULL, "TIME", opt_time, AT(at),
					      "count days from this time: @EPOCH or ISO 8601" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

/* The names of a set of bits, with blanks between. */
static void put_bits(struct buf *b, unsigned bits, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bits >> i & 1) {
			if (b->n)
				buf_str(b, " ");
			buf_str(b, names[i]);
		}
}

static char *uses_text(const struct cert *c, char *text, size_t cap)
{
	static const char *const usages[] = { "digitalSignature", "nonRepudiation",
		"keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign",
		"encipherOnly", "decipherOnly" };
	static const char *const purposes[] = { "serverAuth", "clientAuth", "anyExtendedKeyUsage",
		"other", "OCSPSigning" };
	struct buf b = buf_on(text, cap - 1);
	if (c->ca)
		buf_str(&b, "CA");
	if (cert_has(c, EXT_KEY_USAGE))
		put_bits(&b, c->usage, usages, 9);
	put_bits(&b, c->purposes, purposes, 5);
	if (b.n == 0)
		buf_str(&b, "any");
	text[b.n] = '\0';
	return text;
}

static void as_json(const struct listing *l, const char *path, const struct cert *c)
{
	struct json j;
	char text[1024], date[DATE_TEXT];
	uint8_t print[32];
	json_begin(&j, "certificate");
	json_str(&j, "file", path);
	json_str(&j, "subject", name_text(c->subject, text, sizeof text));
	json_str(&j, "issuer", name_text(c->issuer, text, sizeof text));
	json_str(&j, "serial", hex_text(c->serial, text, sizeof text));
	json_str(&j, "from", date_text(c->not_before, date));
	json_str(&j, "to", date_text(c->not_after, date));
	json_int(&j, "days_left", certs_days_left(c, l->now));
	json_str(&j, "key", certs_key_text(c, text, sizeof text));
	cert_sha256(c->der, print);
	json_str(&j, "sha256", hex_text(span_of(print, sizeof print), text, sizeof text));
	json_str(&j, "uses", uses_text(c, text, sizeof text));
	json_str(&j, "names", certs_names_text(c, text, sizeof text));
	json_write(&j, NULL);
}

static void list_one(void *arg, const char *path, const struct cert *c)
{
	const struct listing *l = arg;
	char subject[NAME_TEXT], issuer[NAME_TEXT], key[32], date[DATE_TEXT];
	if (l->log.json) {
		as_json(l, path, c);
		return;
	}
	date_text(c->not_after, date);
	printf("%6lld days  until %.10s  %-8s  %s  (by %s)  %s\n",
		(long long)certs_days_left(c, l->now), date, certs_key_text(c, key, sizeof key),
		name_text(c->subject, subject, 120),
		cert_self_issued(c) ? "itself" : name_text(c->issuer, issuer, 120), path);
}

static void show_one(void *arg, const char *path, const struct cert *c)
{
	const struct listing *l = arg;
	char text[1024], from[DATE_TEXT], to[DATE_TEXT];
	uint8_t print[32];
	uint32_t hash = 0;
	if (l->log.json) {
		as_json(l, path, c);
		return;
	}
	cert_sha256(c->der, print);
	name_hash(c->subject, &hash);
	printf("%s\n  subject      %s\n", path, name_text(c->subject, text, sizeof text));
	printf("  issuer       %s\n", name_text(c->issuer, text, sizeof text));
	printf("  serial       %s\n", hex_text(c->serial, text, sizeof text));
	printf("  valid        %s to %s, %lld days left\n", date_text(c->not_before, from),
		date_text(c->not_after, to), (long long)certs_days_left(c, l->now));
	printf("  key          %s\n", certs_key_text(c, text, sizeof text));
	printf("  uses         %s\n", uses_text(c, text, sizeof text));
	if (c->alt_names.n)
		printf("  names        %s\n", certs_names_text(c, text, sizeof text));
	printf("  fingerprint  SHA256:%s\n",
		hex_colons(span_of(print, sizeof print), text, sizeof text));
	printf("  hash         %08lx\n", (unsigned long)hash);
}

static int run_with(struct listing *l, const struct call *call,
	void (*visit)(void *arg, const char *path, const struct cert *c))
{
	log_start(&l->log, call);
	if (call->n == 0)
		return call_usage(call, "which certificates? Give files or directories");
	l->now = l->at ? l->at : clock_seconds();
	return certs_each(call->operands, call->n, &l->log, visit, l) ? EXIT_DONE : EXIT_INPUT;
}

static int run_list(void *state, const struct call *call)
{
	return run_with(state, call, list_one);
}

static int run_show(void *state, const struct call *call)
{
	return run_with(state, call, show_one);
}

const struct applet certs_list = {
	.name = "list",
	.usage = "[OPTION]... PATH...",
	.summary = "list certificates in files and directories, one a line",
	.options = options,
	.size = sizeof(struct listing),
	.run = run_list,
};

const struct applet certs_show = {
	.name = "show",
	.usage = "[OPTION]... FILE...",
	.summary = "show all that a person wants to know of a certificate",
	.options = options,
	.size = sizeof(struct listing),
	.run = run_show,
};

/* ---- check */

static const struct opt check_options[] = { { "--warn", NULL, "TIME", opt_duration, AT(warn),
						    "warn so long before the end (30d)" },
	{ "--critical", NULL, "TIME", opt_duration, AT(critical), "and alarm so long before (7d)" },
	{ "--at", NULL, "TIME", opt_time, AT(at), "as if it were this time" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

static void check_one(void *arg, const char *path, const struct cert *c)
{
	struct listing *l = arg;
	char subject[NAME_TEXT], date[DATE_TEXT];
	const int64_t left = c->not_after - l->now;
	const int state = left < (int64_t)(l->critical / 1000) || l->now < c->not_before ? 2
		: left < (int64_t)(l->warn / 1000)                                       ? 1
											 : 0;
	l->state = state > l->state ? state : l->state;
	if (l->log.json) {
		as_json(l, path, c);
		return;
	}
	if (state)
		printf("%s: %s %s %s: %s\n", state == 2 ? "CRITICAL" : "WARNING",
			name_text(c->subject, subject, 120),
			l->now < c->not_before ? "begins"
				: left < 0     ? "expired"
					       : "ends",
			date_text(l->now < c->not_before ? c->not_before : c->not_after, date),
			path);
}

static int run_check(void *state, const struct call *call)
{
	struct listing *l = state;
	const int code = run_with(l, call, check_one);
	if (code != EXIT_DONE)
		return code == EXIT_USAGE || l->state == 2 ? 2 : 3;
	if (l->state == 0 && !l->log.json)
		printf("OK\n");
	return l->state;
}

static const struct listing check_defaults = { .warn = 30ull * 86400000,
	.critical = 7ull * 86400000 };

const struct applet certs_check = {
	.name = "check",
	.usage = "[OPTION]... PATH...",
	.summary = "tell whether certificates are about to expire, for monitoring",
	.notes = "Exit codes: 0 none, 1 some within --warn, 2 some within --critical, expired or "
		 "not yet valid "
		 "(or wrong usage), 3 a file cannot be read.\n",
	.options = check_options,
	.size = sizeof(struct listing),
	.defaults = &check_defaults,
	.run = run_check,
};
