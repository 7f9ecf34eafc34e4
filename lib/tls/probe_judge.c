/* SPDX-License-Identifier: MIT */
/* Whether what a server has is what a security profile asks for. */
#include "tls/probe.h"

#include <stdio.h>
#include <string.h>

bool probe_has(const struct probe_peer *p, uint16_t version, uint16_t suite)
{
	if (version < PROBE_SSL3 || version > TLS_1_3)
		return false;
	const unsigned v = version - PROBE_SSL3;
	for (size_t i = 0; i < p->suites_n[v]; i++)
		if (p->suites[v][i] == suite)
			return true;
	return false;
}

static bool any_group(const struct probe_peer *p, const struct tls_profile *profile)
{
	for (size_t i = 0; i < p->groups_n; i++)
		if (p->groups[i] < 32 && profile->curves >> p->groups[i] & 1)
			return true;
	return p->groups_n == 0; /* none was told */
}

/* Counts the suites of one list that the peer has in any version of the profile. */
static void count(const struct probe_peer *p, const struct tls_profile *profile,
	const uint16_t *list, struct probe_judgement *j)
{
	for (; list && *list; list++, j->of++) {
		const struct tls_suite *s = tls_suite_code(*list);
		if (strstr(tls_suite_kx(s), "ECDHE") && !any_group(p, profile))
			continue;
		for (uint16_t v = profile->max_version; v >= profile->min_version; v--) {
			if (!probe_has(p, v, *list))
				continue;
			if (v > j->version) {
				j->version = v;
				j->suite = *list;
			}
			j->suites++;
			j->here |= tls_suite_here(s);
			break;
		}
	}
}

static void add(struct probe_judgement *j, const char *more)
{
	const size_t n = strlen(j->why);
	snprintf(j->why + n, sizeof j->why - n, "%s%s", n ? ", " : "it also takes ", more);
}

/* What the server takes beside the profile. Newer versions than the profile knows weaken nothing. */
static void wider(
	const struct probe_peer *p, const struct tls_profile *profile, struct probe_judgement *j)
{
	const struct tls_suite *first = NULL;
	uint16_t seen[sizeof p->suites[0] / sizeof *p->suites[0]];
	size_t others = 0;
	for (uint16_t v = PROBE_SSL3; v <= profile->max_version; v++) {
		if (p->version[v - PROBE_SSL3] && v < profile->min_version)
			add(j, tls_version_name(v));
		for (size_t i = 0; i < p->suites_n[v - PROBE_SSL3]; i++) {
			const uint16_t code = p->suites[v - PROBE_SSL3][i];
			size_t at = 0;
			while (at < others && seen[at] != code)
				at++;
			if (tls_profile_has(profile, code) || at < others ||
				others == sizeof seen / sizeof *seen)
				continue;
			seen[others++] = code;
			const struct tls_suite *s = tls_suite_code(code);
			if (s && (!first || s->bits < first->bits))
				first = s;
		}
	}
	if (others) {
		char text[120];
		snprintf(text, sizeof text, "%zu suite%s that it does not list, such as %s", others,
			others == 1 ? "" : "s",
			first ? tls_suite_iana(first).text : "an unknown one");
		add(j, text);
	}
	if (p->dh_bits && p->dh_bits < 2048) {
		char text[60];
		snprintf(text, sizeof text, "DHE with %u bits only", p->dh_bits);
		add(j, text);
	}
	if (j->why[0])
		j->verdict = PROBE_WIDER;
}

static bool any_version(const struct probe_peer *p, const struct tls_profile *profile)
{
	for (uint16_t v = profile->min_version; v <= profile->max_version; v++)
		if (p->version[v - PROBE_SSL3])
			return true;
	return false;
}

void probe_judge(
	const struct probe_peer *p, const struct tls_profile *profile, struct probe_judgement *j)
{
	*j = (struct probe_judgement){ .verdict = PROBE_NO };
	count(p, profile, profile->suites13, j);
	count(p, profile, profile->suites, j);
	if (!any_version(p, profile))
		snprintf(j->why, sizeof j->why, "it has no version from %s to %s",
			tls_version_name(profile->min_version),
			tls_version_name(profile->max_version));
	else if (!j->suites && !any_group(p, profile))
		snprintf(j->why, sizeof j->why, "it has none of its groups for key exchange");
	else if (!j->suites)
		snprintf(j->why, sizeof j->why, "it has none of its suites");
	else if (p->rsa_bits && p->rsa_bits < profile->rsa_bits)
		snprintf(j->why, sizeof j->why,
			"its RSA key has %u bits, and %u are the least allowed", p->rsa_bits,
			profile->rsa_bits);
	else if (p->ec_bits && p->ec_bits < profile->ec_bits)
		snprintf(j->why, sizeof j->why,
			"the curve of its key has %u bits, and %u are the least allowed",
			p->ec_bits, profile->ec_bits);
	else {
		j->verdict = PROBE_YES;
		wider(p, profile, j);
	}
	/* What was not asked about may still be there; what was found stays found. */
	if (p->incomplete && (j->verdict == PROBE_YES || (j->verdict == PROBE_NO && !j->suites))) {
		j->verdict = PROBE_UNKNOWN;
		snprintf(j->why, sizeof j->why, "not all was asked");
	}
}
