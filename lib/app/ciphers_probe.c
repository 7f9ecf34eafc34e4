/* SPDX-License-Identifier: MIT */
/* `dcmsec ciphers --probe`: what was found out about a peer, and a verdict for each profile. */
#include "app/ciphers_ask.h"
#include "base/date.h"
#include "base/hex.h"
#include "cli/columns.h"
#include "cli/exit.h"
#include "io/clock.h"
#include "io/wait.h"
#include "pki/cert.h"
#include "pki/name.h"
#include "pki/sig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const demands[] = { "none", "asked", "demanded", "unknown" };
static const char *const verdicts[] = { "no", "unknown", "wider", "yes" };

struct shown {
	char subject[NAME_TEXT], issuer[NAME_TEXT], from[DATE_TEXT], to[DATE_TEXT];
	char sha256[32 * 3];
	const char *key, *signature;
	unsigned bits;
};

/* False for one that cannot be read; only the fingerprint is told then. */
static bool show(struct span der, struct shown *s)
{
	struct cert c;
	struct pubkey key;
	struct sig_alg alg;
	uint8_t digest[32];
	*s = (struct shown){ .key = "not supported", .signature = "not supported" };
	cert_sha256(der, digest);
	hex_colons(span_of(digest, sizeof digest), s->sha256, sizeof s->sha256);
	if (!cert_read(der, &c, NULL))
		return false;
	name_text(c.subject, s->subject, sizeof s->subject);
	name_text(c.issuer, s->issuer, sizeof s->issuer);
	date_text(c.not_before, s->from);
	date_text(c.not_after, s->to);
	if (pubkey_read(c.spki, &key, NULL)) {
		s->key = key.type == KEY_RSA ? "RSA" : "EC";
		s->bits = key.bits;
	}
	if (sig_alg_read(c.algorithm, &alg, NULL))
		s->signature = sig_alg_name(&alg);
	return true;
}

static void json_certificates(struct json *j, const struct asker *a)
{
	struct shown s;
	for (size_t i = 0; i < a->chains; i++) {
		for (size_t k = 0; k < a->chain[i].n; k++) {
			const bool read = show(a->chain[i].der[k], &s);
			json_begin(j, "certificate");
			json_uint(j, "chain", i);
			json_uint(j, "position", k);
			json_str(j, "subject", read ? s.subject : NULL);
			json_str(j, "issuer", read ? s.issuer : NULL);
			json_str(j, "not_before", read ? s.from : NULL);
			json_str(j, "not_after", read ? s.to : NULL);
			json_str(j, "key", s.key);
			json_uint(j, "bits", s.bits);
			json_str(j, "signature", s.signature);
			json_str(j, "sha256", s.sha256);
			json_write(j, NULL);
		}
	}
}

static void json_peer(struct json *j, const struct asker *a)
{
	json_begin(j, "peer");
	json_str(j, "peer", a->peer_text);
	json_array(j, "versions");
	for (uint16_t v = PROBE_SSL3; v <= TLS_1_3; v++)
		if (a->peer.version[v - PROBE_SSL3])
			json_str(j, NULL, tls_version_name(v));
	json_close(j);
	json_array(j, "groups");
	for (size_t i = 0; i < a->peer.groups_n; i++)
		json_str(j, NULL, tls_group_name(a->peer.groups[i]));
	json_close(j);
	json_uint(j, "dhe_bits", a->peer.dh_bits);
	json_bool(j, "secure_renegotiation", a->renegotiation);
	json_bool(j, "extended_master_secret", a->ems);
	json_str(j, "client_certificate", demands[a->demand]);
	json_uint(j, "authorities", a->ca_names);
	json_int(j, "questions", a->questions);
	json_bool(j, "complete", !a->peer.incomplete);
	json_write(j, NULL);
}

static void json_all(const struct asker *a)
{
	struct json j;
	struct probe_judgement judged;
	json_peer(&j, a);
	json_certificates(&j, a);
	for (uint16_t v = TLS_1_3; v >= PROBE_SSL3; v--) {
		const unsigned at = v - PROBE_SSL3;
		for (size_t i = 0; i < a->peer.suites_n[at]; i++) {
			json_begin(&j, "suite");
			json_str(&j, "version", tls_version_name(v));
			ciphers_members(&j, tls_suite_code(a->peer.suites[at][i]));
			json_write(&j, NULL);
		}
	}
	for (const struct tls_profile *p = tls_profiles; p->name; p++) {
		probe_judge(&a->peer, p, &judged);
		json_begin(&j, "verdict");
		json_str(&j, "profile", p->name);
		json_str(&j, "verdict", verdicts[judged.verdict]);
		json_uint(&j, "suites", judged.suites);
		json_uint(&j, "of", judged.of);
		json_str(&j, "version", judged.suites ? tls_version_name(judged.version) : NULL);
		json_str(&j, "suite",
			judged.suites ? tls_suite_iana(tls_suite_code(judged.suite)).text : NULL);
		json_bool(&j, "here", judged.here);
		json_str(&j, "why", judged.why[0] ? judged.why : NULL);
		json_write(&j, NULL);
	}
}

static void print_peer(const struct asker *a)
{
	const struct probe_peer *p = &a->peer;
	static const char *const words[] = { [DEMAND_NONE] = "not asked for",
		[DEMAND_ASKS] = "asked for, but not demanded",
		[DEMAND_DEMANDS] = "demanded",
		[DEMAND_UNKNOWN] = "not found out whether it is demanded" };
	printf("%s, after %d connections%s\n  versions            ", a->peer_text, a->questions,
		p->incomplete ? ", NOT COMPLETE" : "");
	for (uint16_t v = PROBE_SSL3; v <= TLS_1_3; v++)
		if (p->version[v - PROBE_SSL3])
			printf(" %s", tls_version_name(v));
	printf("\n  %-20s", p->incomplete ? "not, or not asked" : "not");
	for (uint16_t v = PROBE_SSL3; v <= TLS_1_3; v++)
		if (!p->version[v - PROBE_SSL3])
			printf(" %s", tls_version_name(v));
	printf("\n  groups              ");
	for (size_t i = 0; i < p->groups_n; i++) {
		const char *name = tls_group_name(p->groups[i]);
		printf(" %s", *name ? name : "unknown");
	}
	if (!p->groups_n)
		printf(" none told");
	if (p->dh_bits)
		printf("; DHE with %u bits", p->dh_bits);
	printf("\n  client certificate   %s", words[a->demand]);
	if (a->ca_names)
		printf("; %u authorities named", a->ca_names);
	printf("\n  renegotiation        %s\n  master secret        %s\n",
		a->renegotiation ? "secure" : "not secured, or TLS 1.3 only",
		a->ems ? "extended" : "not extended, or TLS 1.3 only");
}

static void print_certificates(const struct asker *a)
{
	struct shown s;
	if (!a->chains)
		printf("\ncertificates: not seen\n");
	for (size_t i = 0; i < a->chains; i++) {
		printf("\ncertificates%s:\n", a->chains > 1 ? i ? ", the other chain" : "" : "");
		for (size_t k = 0; k < a->chain[i].n; k++) {
			if (!show(a->chain[i].der[k], &s)) {
				printf("  %zu  cannot be read; SHA256 %s\n", k, s.sha256);
				continue;
			}
			printf("  %zu  %s\n     issued by %s, %s to %s\n"
			       "     key %s, %u bits; signed with %s\n     SHA256 %s\n",
				k, s.subject, s.issuer, s.from, s.to, s.key, s.bits, s.signature,
				s.sha256);
		}
	}
}

static void print_suites(const struct asker *a)
{
	struct columns columns = { .n = CIPHERS_CELLS };
	struct ciphers_row row;
	for (int pass = 0; pass < 2; pass++) {
		pass ? columns_print(&columns, ciphers_heading())
		     : columns_fit(&columns, ciphers_heading());
		for (uint16_t v = TLS_1_3; v >= PROBE_SSL3; v--) {
			const unsigned at = v - PROBE_SSL3;
			for (size_t i = 0; i < a->peer.suites_n[at]; i++) {
				ciphers_row(&row, tls_suite_code(a->peer.suites[at][i]));
				row.cells[2] = tls_version_name(v);
				pass ? columns_print(&columns, row.cells)
				     : columns_fit(&columns, row.cells);
			}
		}
	}
}

static void print_verdicts(const struct asker *a)
{
	struct columns columns = { .n = 6 };
	static const char *const heading[] = { "PROFILE", "VERDICT", "SUITES", "AGREEMENT", "HERE",
		"WHY" };
	struct probe_judgement j;
	for (int pass = 0; pass < 2; pass++) {
		pass ? columns_print(&columns, heading) : columns_fit(&columns, heading);
		for (const struct tls_profile *p = tls_profiles; p->name; p++) {
			char count[32], agreed[100] = "-";
			probe_judge(&a->peer, p, &j);
			snprintf(count, sizeof count, "%zu of %zu", j.suites, j.of);
			if (j.suites)
				snprintf(agreed, sizeof agreed, "%s %s",
					tls_version_name(j.version),
					tls_suite_iana(tls_suite_code(j.suite)).text);
			const char *const cells[] = { p->name, verdicts[j.verdict], count, agreed,
				!j.suites        ? "-"
					: j.here ? "yes"
						 : "no",
				j.why };
			pass ? columns_print(&columns, cells) : columns_fit(&columns, cells);
		}
	}
}

/* 0 when the profile of --profile, or without it any, is satisfied. */
static int outcome(const struct asker *a)
{
	struct probe_judgement j;
	bool good = false;
	for (const struct tls_profile *p = tls_profiles; p->name; p++) {
		if (a->c->only && a->c->only != p)
			continue;
		probe_judge(&a->peer, p, &j);
		good |= j.verdict >= PROBE_WIDER;
	}
	return good ? EXIT_DONE : EXIT_REFUSED;
}

static int report(const struct asker *a)
{
	if (a->c->log.json) {
		json_all(a);
	} else {
		print_peer(a);
		print_certificates(a);
		printf("\nsuites, in the order in which the peer chose them:\n");
		print_suites(a);
		printf("\nprofiles:\n");
		print_verdicts(a);
	}
	fflush(stdout);
	if (a->peer.incomplete)
		log_line(&a->c->log, LOG_WARN, "%s; raise --limit or --total to know all",
			a->err.text);
	return outcome(a);
}

static int fail(struct asker *a)
{
	log_line(&a->c->log, LOG_ERROR, "%s", a->err.text);
	return exit_code(&a->err);
}

int ciphers_probe(struct ciphers *c)
{
	struct entropy entropy;
	const struct entropy_opts random = { 0 };
	struct asker *a = calloc(1, sizeof *a);
	struct err e = { 0 };
	int code = EXIT_SYSTEM;
	if (!a) {
		log_line(&c->log, LOG_ERROR, "no memory for the probe");
		return code;
	}
	a->c = c;
	a->entropy = &entropy;
	a->store = buf_on(a->chain_room, sizeof a->chain_room);
	if (!net_split(c->probe, 2762, a->host, a->port, &a->err) ||
		!entropy_open(&entropy, &random, &a->err)) {
		code = fail(a);
		free(a);
		return code;
	}
	net_peer_text(a->host, a->port, a->peer_text);
	a->name = c->no_sni ? NULL : c->sni ? c->sni : a->host;
	a->next = clock_ms();
	a->end = clock_after(a->next, c->total);
	wait_signals();
	code = ask_all(a) ? report(a) : fail(a);
	entropy_close(&entropy, &e);
	free(a);
	return code;
}
