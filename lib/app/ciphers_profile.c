/* SPDX-License-Identifier: MIT */
/* What of a security profile is offered by this program on this host, what is left out, and why. */
#include "app/ciphers.h"

#include "cli/columns.h"
#include "cli/exit.h"
#include "tls/engine.h"

#include <stdio.h>
#include <string.h>

static const char *why_not(const struct tls_suite *s)
{
	if (s->bits == 0)
		return "this program has no suite without encryption";
	if (strcmp(tls_suite_kx(s), "DHE") == 0)
		return "this program has no DHE key exchange; ECDHE does the same, faster";
	if (strncmp(tls_suite_enc(s), "Camellia", 8) == 0)
		return "this program has no Camellia";
	if (s->first >= TLS_1_3)
		return "this program does not have this suite of TLS 1.3";
	return "this program does not have it";
}

static bool offers(const struct tls_config *config, uint16_t code)
{
	for (size_t i = 0; i < config->suites_n; i++)
		if (config->suites[i] == code)
			return true;
	return false;
}

/* The suites of the profile that config lacks; NULL at the end. *i counts from 0. */
static const struct tls_suite *left_out(
	const struct tls_profile *p, const struct tls_config *config, size_t *i)
{
	for (; *i < tls_suites_n; ++*i) {
		const struct tls_suite *s = &tls_suites[*i];
		if (tls_profile_has(p, s->code) && !offers(config, s->code)) {
			++*i;
			return s;
		}
	}
	return NULL;
}

static void print_json(const struct tls_profile *p, const struct tls_config *config, bool usable)
{
	struct json j;
	size_t at = 0;
	json_begin(&j, "profile");
	json_str(&j, "profile", p->name);
	json_str(&j, "title", p->title);
	json_str(&j, "retired", p->retired);
	json_str(&j, "first_version", tls_version_name(p->min_version));
	json_str(&j, "last_version", tls_version_name(p->max_version));
	json_str(&j, "last_version_here", usable ? tls_version_name(config->max_version) : NULL);
	json_uint(&j, "rsa_bits", p->rsa_bits);
	json_uint(&j, "ec_bits", p->ec_bits);
	json_array(&j, "groups");
	for (unsigned g = 0; g < 32; g++)
		if (p->curves >> g & 1)
			json_str(&j, NULL, tls_group_name(g));
	json_close(&j);
	json_bool(&j, "usable", usable);
	json_write(&j, NULL);
	for (size_t i = 0; i < config->suites_n; i++) {
		json_begin(&j, "suite");
		json_bool(&j, "offered", true);
		ciphers_members(&j, tls_suite_code(config->suites[i]));
		json_write(&j, NULL);
	}
	for (const struct tls_suite *s; (s = left_out(p, config, &at));) {
		json_begin(&j, "suite");
		json_bool(&j, "offered", false);
		json_str(&j, "why", why_not(s));
		ciphers_members(&j, s);
		json_write(&j, NULL);
	}
}

static void print_rules(
	const struct tls_profile *p, const struct tls_config *config, const struct err *refusal)
{
	printf("%s: %s\n", p->name, p->title);
	if (p->retired)
		printf("  retired   %s\n", p->retired);
	printf("  versions  %s to %s", tls_version_name(p->min_version),
		tls_version_name(p->max_version));
	if (refusal->kind == ERR_NONE && config->max_version < p->max_version)
		printf("; here up to %s", tls_version_name(config->max_version));
	printf("\n  groups    ");
	const char *comma = "";
	for (unsigned g = 0; g < 32; g++) {
		if (p->curves >> g & 1) {
			printf("%s%s", comma, tls_group_name(g));
			comma = ", ";
		}
	}
	if (p->rsa_bits || p->ec_bits)
		printf("\n  keys      RSA of %u bits, curves of %u bits, or more", p->rsa_bits,
			p->ec_bits);
	printf("\n");
}

static void print_text(
	const struct tls_profile *p, const struct tls_config *config, const struct err *refusal)
{
	struct columns columns = { .n = CIPHERS_CELLS };
	struct columns why = { .n = 2 };
	struct ciphers_row row;
	size_t at = 0;
	print_rules(p, config, refusal);
	columns_fit(&columns, ciphers_heading());
	for (size_t i = 0; i < config->suites_n; i++)
		columns_fit(&columns, ciphers_row(&row, tls_suite_code(config->suites[i])));
	printf("\noffered, liked best first:%s\n", config->suites_n ? "" : " nothing");
	if (config->suites_n)
		columns_print(&columns, ciphers_heading());
	for (size_t i = 0; i < config->suites_n; i++)
		columns_print(&columns, ciphers_row(&row, tls_suite_code(config->suites[i])));
	for (const struct tls_suite *s; (s = left_out(p, config, &at));)
		columns_fit(&why, (const char *const[]){ tls_suite_iana(s).text, why_not(s) });
	printf("\nleft out:%s\n", why.width[0] ? "" : " nothing");
	at = 0;
	for (const struct tls_suite *s; (s = left_out(p, config, &at));)
		columns_print(&why, (const char *const[]){ tls_suite_iana(s).text, why_not(s) });
}

int ciphers_profile(struct ciphers *c)
{
	struct tls_config config = { 0 };
	struct err e = { 0 };
	const bool usable = tls_profile_apply(c->only, NULL, 0, &config, &e);
	if (!usable)
		config.suites_n = 0;
	if (c->log.json)
		print_json(c->only, &config, usable);
	else
		print_text(c->only, &config, &e);
	if (usable)
		return EXIT_DONE;
	fflush(stdout);
	log_line(&c->log, LOG_ERROR, "%s", e.text);
	return EXIT_REFUSED;
}
