/* SPDX-License-Identifier: MIT */
/* The suites that are known, as a table, and one of them at length. */
#include "app/ciphers.h"

#include "cli/columns.h"
#include "cli/exit.h"
#include "cli/near.h"

#include <stdio.h>
#include <string.h>

const struct tls_suite *ciphers_suite(const char *name, struct err *e)
{
	struct near near;
	const struct tls_suite *s = tls_suite_name(name);
	if (s)
		return s;
	near_start(&near, name, strlen(name));
	for (size_t i = 0; i < tls_suites_n; i++) {
		near_try_all(&near, tls_suite_iana(&tls_suites[i]).text);
		near_try_all(&near, tls_suite_openssl(&tls_suites[i]).text);
	}
	if (near.text[0])
		err_set(e, ERR_USAGE, 0, "no cipher suite is called \"%s\"; did you mean %s?", name,
			near.text);
	else
		err_set(e, ERR_USAGE, 0,
			"no cipher suite is called \"%s\"; \"dcmsec ciphers\" lists them", name);
	return NULL;
}

const struct tls_profile *ciphers_profile_named(const char *name, struct err *e)
{
	struct near near;
	char all[CIPHERS_TEXT] = "";
	const struct tls_profile *p = tls_profile_name(name);
	if (p)
		return p;
	near_start(&near, name, strlen(name));
	for (p = tls_profiles; p->name; p++) {
		near_try(&near, p->name, strlen(p->name));
		snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", *all ? ", " : "",
			p->name);
	}
	if (near.text[0])
		err_set(e, ERR_USAGE, 0,
			"no security profile is called \"%s\"; did you mean %s? There are %s", name,
			near.text, all);
	else
		err_set(e, ERR_USAGE, 0, "no security profile is called \"%s\"; there are %s", name,
			all);
	return NULL;
}

const char *const *ciphers_heading(void)
{
	static const char *const cells[CIPHERS_CELLS] = { "IANA NAME", "OPENSSL NAME", "TLS", "KEY",
		"AUTH", "ENCRYPTION", "INTEGRITY", "BITS", "FS", "HERE", "PROFILES" };
	return cells;
}

const char *const *ciphers_row(struct ciphers_row *row, const struct tls_suite *s)
{
	row->profiles[0] = '\0';
	for (const struct tls_profile *p = tls_profiles; p->name; p++) {
		const size_t n = strlen(row->profiles);
		if (tls_profile_has(p, s->code))
			snprintf(row->profiles + n, sizeof row->profiles - n, "%s%s", n ? " " : "",
				p->name);
	}
	const char *const first = tls_version_name(s->first) + strlen("TLSv");
	const char *const last = tls_version_name(s->last) + strlen("TLSv");
	snprintf(row->versions, sizeof row->versions, s->first == s->last ? "%s" : "%s-%s", first,
		last);
	snprintf(row->bits, sizeof row->bits, "%u", (unsigned)s->bits);
	row->iana = tls_suite_iana(s);
	row->openssl = tls_suite_openssl(s);
	const char *const cells[CIPHERS_CELLS] = { row->iana.text,
		*row->openssl.text ? row->openssl.text : "-", row->versions, tls_suite_kx(s),
		tls_suite_auth(s), tls_suite_enc(s), tls_suite_mac(s), row->bits,
		s->forward ? "yes" : "no", tls_suite_here(s) ? "yes" : "no", row->profiles };
	memcpy(row->cells, cells, sizeof cells);
	return row->cells;
}

void ciphers_members(struct json *j, const struct tls_suite *s)
{
	char code[8];
	snprintf(code, sizeof code, "0x%04x", (unsigned)s->code);
	json_str(j, "code", code);
	json_str(j, "iana", tls_suite_iana(s).text);
	json_str(j, "openssl", *tls_suite_openssl(s).text ? tls_suite_openssl(s).text : NULL);
	json_str(j, "first_version", tls_version_name(s->first));
	json_str(j, "last_version", tls_version_name(s->last));
	json_str(j, "key_exchange", tls_suite_kx(s));
	json_str(j, "authentication", tls_suite_auth(s));
	json_str(j, "encryption", tls_suite_enc(s));
	json_str(j, "integrity", tls_suite_mac(s));
	json_uint(j, "bits", s->bits);
	json_bool(j, "forward_secrecy", s->forward);
	json_bool(j, "here", tls_suite_here(s));
	json_array(j, "profiles");
	for (const struct tls_profile *p = tls_profiles; p->name; p++)
		if (tls_profile_has(p, s->code))
			json_str(j, NULL, p->name);
	json_close(j);
}

static void print_json(const struct tls_suite *s)
{
	struct json j;
	json_begin(&j, "suite");
	ciphers_members(&j, s);
	json_write(&j, NULL);
}

int ciphers_list(struct ciphers *c)
{
	struct columns columns = { .n = CIPHERS_CELLS };
	struct ciphers_row row;
	if (c->log.json) {
		for (size_t i = 0; i < tls_suites_n; i++)
			print_json(&tls_suites[i]);
		return EXIT_DONE;
	}
	columns_fit(&columns, ciphers_heading());
	for (size_t i = 0; i < tls_suites_n; i++)
		columns_fit(&columns, ciphers_row(&row, &tls_suites[i]));
	columns_print(&columns, ciphers_heading());
	for (size_t i = 0; i < tls_suites_n; i++)
		columns_print(&columns, ciphers_row(&row, &tls_suites[i]));
	return EXIT_DONE;
}

/* What to think of a suite, in one sentence. */
static const char *judgement(const struct tls_suite *s)
{
	if (s->bits == 0)
		return "It does not encrypt: anybody on the way reads everything.";
	if (strncmp(tls_suite_enc(s), "RC4", 3) == 0)
		return "RC4 is broken and forbidden (RFC 7465).";
	if (strncmp(tls_suite_enc(s), "3DES", 4) == 0)
		return "3DES has blocks of 64 bits: much data under one key leaks (RFC 9325 4.1).";
	if (!s->forward)
		return "No forward secrecy: who gets the private key later reads what was recorded "
		       "before (RFC 9325 4.1).";
	if (strcmp(tls_suite_mac(s), "AEAD") != 0)
		return "CBC with a separate MAC, which took many repairs; AEAD is better (RFC 9325 "
		       "4.2).";
	if (strstr(tls_suite_enc(s), "CCM-8"))
		return "Its integrity value has 64 bits only, meant for small devices (RFC 6655).";
	if (strcmp(tls_suite_kx(s), "DHE") == 0)
		return "Sound only with a good group of 2048 bits or more; ECDHE is better (RFC "
		       "9325 4.2).";
	return "Recommended today, or as good (RFC 9325 4.2).";
}

int ciphers_explain(struct ciphers *c, const struct call *call)
{
	struct ciphers_row row;
	struct err e = { 0 };
	const struct tls_suite *s = ciphers_suite(c->explain, &e);
	if (!s)
		return call_usage(call, "%s", e.text);
	if (c->log.json) {
		print_json(s);
		return EXIT_DONE;
	}
	ciphers_row(&row, s);
	printf("%s\n  OpenSSL name    %s\n  code            0x%04x\n  protocol        %s%s%s\n",
		row.iana.text, *row.openssl.text ? row.openssl.text : "none", (unsigned)s->code,
		tls_version_name(s->first), s->first == s->last ? "" : " to ",
		s->first == s->last ? "" : tls_version_name(s->last));
	printf("  key exchange    %s\n  authentication  %s\n  encryption      %s, %u bits\n"
	       "  integrity       %s\n  forward secrecy %s\n  profiles        %s\n"
	       "  in this program %s\n%s\n",
		tls_suite_kx(s), tls_suite_auth(s), tls_suite_enc(s), (unsigned)s->bits,
		tls_suite_mac(s), s->forward ? "yes" : "no", *row.profiles ? row.profiles : "none",
		tls_suite_here(s) ? "yes" : "no", judgement(s));
	return EXIT_DONE;
}
