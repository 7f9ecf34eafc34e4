/* SPDX-License-Identifier: MIT */
/* `dcmsec ciphers`: the cipher suites and security profiles there are, and what a live peer has of
 * them. The parts stand in lib/app/ciphers_*.c. */
#include "app/ciphers.h"
#include "cli/exit.h"

extern const struct applet applet_ciphers;

#define AT(field) offsetof(struct ciphers, field)

static const struct opt options[] = {
	{ "--profile", NULL, "NAME", opt_str, AT(profile),
		"what this program offers of a security profile, and what not; with --probe: "
		"judge the peer by it" },
	{ "--explain", NULL, "SUITE", opt_str, AT(explain),
		"all about one suite, by its IANA or OpenSSL name" },
	{ "--probe", NULL, "HOST[:PORT]", opt_str, AT(probe),
		"ask a live peer what it has, and judge it by every profile" },
	{ "--rate", NULL, "N", opt_int, AT(rate), "connections a second, at most (10)", .min = 1,
		.max = 1000 },
	{ "--limit", NULL, "N", opt_int, AT(limit), "connections in all, at most (250)", .min = 1,
		.max = 10000 },
	{ "--timeout", NULL, "TIME", opt_duration, AT(timeout), "for one connection (5s)", .min = 1,
		.max = 3600000 },
	{ "--total", NULL, "TIME", opt_duration, AT(total), "for all of them (5m)", .min = 1,
		.max = 86400000 },
	{ "--sni", NULL, "NAME", opt_str, AT(sni), "server name to ask for" },
	{ "--no-sni", NULL, NULL, opt_flag, AT(no_sni), "do not ask for a server name" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 }
};

static int run(void *state, const struct call *call)
{
	struct ciphers *c = state;
	struct err e = { 0 };
	log_start(&c->log, call);
	if (call->n > 0)
		return call_usage(call, "there are no operands; --explain SUITE shows one suite");
	if (c->explain && (c->profile || c->probe))
		return call_usage(call, "--explain stands alone");
	if (c->profile && !(c->only = ciphers_profile_named(c->profile, &e)))
		return call_usage(call, "%s", e.text);
	if (!c->probe && (c->sni || c->no_sni))
		return call_usage(call, "--sni and --no-sni belong to --probe");
	if (c->explain)
		return ciphers_explain(c, call);
	if (c->probe)
		return ciphers_probe(c);
	if (c->profile)
		return ciphers_profile(c);
	return ciphers_list(c);
}

static const struct ciphers defaults = {
	.rate = 10, .limit = 250, .timeout = 5000, .total = 300000
};

const struct applet applet_ciphers = {
	.name = "ciphers",
	.usage = "[OPTION]...",
	.summary = "list cipher suites and security profiles, and probe a peer for them",
	.notes = "Exit codes: 0 shown, or the peer satisfies the profile (any, where none is "
		 "named); 1 it "
		 "does not, or nothing of the profile is in this program; 2 usage; 4 no "
		 "connection; 5 no "
		 "TLS; 7 randomness; 8 this host.\n"
		 "\n"
		 "  dcmsec ciphers --profile 8996\n"
		 "  dcmsec ciphers --probe pacs.example.org:2762\n",
	.options = options,
	.size = sizeof(struct ciphers),
	.defaults = &defaults,
	.run = run,
};
