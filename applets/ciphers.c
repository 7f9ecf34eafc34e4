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
	if (c->explain)
		return ciphers_explain(c, call);
	if (c->profile)
		return ciphers_profile(c);
	return ciphers_list(c);
}

const struct applet applet_ciphers = {
	.name = "ciphers",
	.usage = "[OPTION]...",
	.summary = "list cipher suites and security profiles, and probe a peer for them",
	.options = options,
	.size = sizeof(struct ciphers),
	.run = run,
};
