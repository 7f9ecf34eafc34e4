/* SPDX-License-Identifier: MIT */
/* The rows of the profiles and how they become a configuration. */
#include "tls/profile.h"
#include "tls/engine.h"
#include "tls/gcm.h"
#include "tls/modern_record.h"
#include "base/parts.h"
#include <string.h>
#include <strings.h>

/* Suites by their IANA code, named here to be readable below. */
enum {
	RSA_NULL_SHA = 0x0002,
	RSA_3DES_SHA = 0x000A,
	RSA_AES128_SHA = 0x002F,
	DHE_RSA_AES128_GCM = 0x009E,
	DHE_RSA_AES256_GCM = 0x009F,
	ECDHE_ECDSA_AES128_GCM = 0xC02B,
	ECDHE_ECDSA_AES256_GCM = 0xC02C,
	ECDHE_RSA_AES128_GCM = 0xC02F,
	ECDHE_RSA_AES256_GCM = 0xC030,
	ECDHE_ECDSA_CAMELLIA128_GCM = 0xC086,
	ECDHE_ECDSA_CAMELLIA256_GCM = 0xC087,
	ECDHE_RSA_CAMELLIA128_GCM = 0xC08A,
	ECDHE_RSA_CAMELLIA256_GCM = 0xC08B,
	ECDHE_ECDSA_AES128_CCM = 0xC0AC,
	ECDHE_ECDSA_AES256_CCM = 0xC0AD,
	ECDHE_ECDSA_AES128_CCM8 = 0xC0AE,
	ECDHE_ECDSA_AES256_CCM8 = 0xC0AF,
	ECDHE_RSA_CHACHA = 0xCCA8,
	ECDHE_ECDSA_CHACHA = 0xCCA9,
	AES128_GCM = 0x1301,
	AES256_GCM = 0x1302,
	CHACHA = 0x1303,
	AES128_CCM = 0x1304,
	AES128_CCM8 = 0x1305,
};

/* RFC 9325 4.2, and the suites of PS3.15 Annex B; each list ends in 0. */
static const uint16_t list_8996[] = { ECDHE_RSA_AES128_GCM, ECDHE_ECDSA_AES128_GCM,
	ECDHE_RSA_AES256_GCM, ECDHE_ECDSA_AES256_GCM, 0 };
static const uint16_t list_8996_mod[] = { ECDHE_RSA_AES128_GCM, ECDHE_ECDSA_AES128_GCM,
	ECDHE_RSA_AES256_GCM, ECDHE_ECDSA_AES256_GCM, ECDHE_RSA_CHACHA, ECDHE_ECDSA_CHACHA,
	ECDHE_ECDSA_AES128_CCM, ECDHE_ECDSA_AES256_CCM, ECDHE_ECDSA_AES128_CCM8,
	ECDHE_ECDSA_AES256_CCM8, ECDHE_RSA_CAMELLIA128_GCM, ECDHE_ECDSA_CAMELLIA128_GCM,
	ECDHE_RSA_CAMELLIA256_GCM, ECDHE_ECDSA_CAMELLIA256_GCM, 0 };
static const uint16_t list_bcp195_nd[] = { DHE_RSA_AES128_GCM, ECDHE_RSA_AES128_GCM,
	DHE_RSA_AES256_GCM, ECDHE_RSA_AES256_GCM, 0 };
static const uint16_t list_bcp195[] = { DHE_RSA_AES128_GCM, ECDHE_RSA_AES128_GCM,
	DHE_RSA_AES256_GCM, ECDHE_RSA_AES256_GCM, RSA_AES128_SHA, RSA_3DES_SHA, 0 };
static const uint16_t list_bcp195_ex[] = { DHE_RSA_AES128_GCM, ECDHE_RSA_AES128_GCM,
	DHE_RSA_AES256_GCM, ECDHE_RSA_AES256_GCM, ECDHE_ECDSA_AES128_GCM, ECDHE_ECDSA_AES256_GCM,
	0 };
static const uint16_t list_basic[] = { RSA_3DES_SHA, 0 };
static const uint16_t list_aes[] = { RSA_AES128_SHA, RSA_3DES_SHA, 0 };
static const uint16_t list_null[] = { RSA_NULL_SHA, 0 };

static const uint16_t list13[] = { AES128_GCM, AES256_GCM, CHACHA, 0 };
static const uint16_t list13_mod[] = { AES128_GCM, AES256_GCM, CHACHA, AES128_CCM, AES128_CCM8, 0 };

/* secp256r1, secp384r1, secp521r1, x25519 */
#define CURVES (1u << 23 | 1u << 24 | 1u << 25 | 1u << 29)

const struct tls_profile tls_profiles[] = {
	{ "8996", "BCP 195 RFC 8996, 9325 TLS Secure Transport Connection Profile", NULL, TLS_1_2,
		TLS_1_3, list_8996, list13, 2048, 256, CURVES, false },
	{ "8996-mod", "Modified BCP 195 RFC 8996, 9325 TLS Secure Transport Connection Profile",
		NULL, TLS_1_2, TLS_1_3, list_8996_mod, list13_mod, 2048, 256, CURVES, false },
	{ "bcp195-nd", "Non-downgrading BCP 195 TLS Profile (retired)",
		"it does not ask for what RFC 9325 asks for today", TLS_1_2, TLS_1_3,
		list_bcp195_nd, list13, 0, 0, CURVES, false },
	{ "bcp195", "BCP 195 TLS Profile (retired)",
		"it falls back to TLS 1.0, AES-CBC and 3DES without forward secrecy", TLS_1_0,
		TLS_1_3, list_bcp195, list13, 0, 0, CURVES, false },
	{ "bcp195-ex", "Extended BCP 195 TLS Profile (retired)", "it has no TLS 1.3", TLS_1_2,
		TLS_1_2, list_bcp195_ex, NULL, 0, 0, CURVES, false },
	{ "basic", "Basic TLS Secure Transport Connection Profile (retired)",
		"3DES, SHA-1, no forward secrecy", TLS_1_0, TLS_1_2, list_basic, NULL, 0, 0, CURVES,
		true },
	{ "aes", "AES TLS Secure Transport Connection Profile (retired)",
		"CBC with SHA-1, no forward secrecy", TLS_1_0, TLS_1_2, list_aes, NULL, 0, 0,
		CURVES, true },
	{ "null", "authenticated, unencrypted communication (retired)",
		"anybody on the way reads everything", TLS_1_0, TLS_1_2, list_null, NULL, 0, 0,
		CURVES, true },
	{ 0 },
};

const struct tls_profile *tls_profile_name(const char *name)
{
	for (const struct tls_profile *p = tls_profiles; p->name; p++)
		if (!strcasecmp(p->name, name))
			return p;
	return NULL;
}

static bool listed(const uint16_t *list, uint16_t code)
{
	for (; list && *list; list++)
		if (*list == code)
			return true;
	return false;
}

bool tls_profile_has(const struct tls_profile *p, uint16_t code)
{
	return listed(p->suites, code) || listed(p->suites13, code);
}

bool tls_host_has_aes(void)
{
	return br_aes_x86ni_ctr_get_vtable() != NULL;
}

static void add(struct tls_config *c, const struct tls_suite *s)
{
	for (size_t i = 0; i < c->suites_n; i++)
		if (c->suites[i] == s->code)
			return;
	if (c->suites_n < TLS_SUITES_MAX)
		c->suites[c->suites_n++] = s->code;
}

/* The suites of one list that this binary has, those that are fast on this host first. */
static void add_list(struct tls_config *c, const uint16_t *list, bool aes)
{
	for (int pass = 0; pass < 2; pass++) {
		for (const uint16_t *code = list; code && *code; code++) {
			const struct tls_suite *s = tls_suite_code(*code);
			if (!s || !tls_suite_here(s) || (c->require_ems && !protect_suite(*code)))
				continue;
			const bool chacha = strncmp(tls_suite_enc(s), "ChaCha20", 8) == 0;
			if ((chacha != aes) == (pass == 0))
				add(c, s);
		}
	}
}

static bool add_extra(
	const struct tls_profile *p, uint16_t code, struct tls_config *c, struct err *e)
{
	const struct tls_suite *s = tls_suite_code(code);
	if (!s)
		return err_set(e, ERR_USAGE, 0, "there is no cipher suite 0x%04x", code);
	if (!tls_suite_here(s))
		return err_set(e, ERR_USAGE, 0,
			RETIRED || s->have == TLS_HAVE_NONE
				? "the suite %s is not in this program; \"dcmsec ciphers\" lists "
				  "those that are"
				: "the suite %s needs the engine of the retired profiles, which "
				  "was left out of this program when it was made",
			tls_suite_iana(s).text);
	if (s->bits == 0 && strcmp(p->name, "null") != 0)
		return err_set(e, ERR_USAGE, 0,
			"the suite %s does not encrypt and cannot be added to the profile %s",
			tls_suite_iana(s).text, p->name);
	if (c->require_ems && !protect_suite(code))
		return err_set(e, ERR_USAGE, 0,
			"the suite %s comes without extended master secret here; leave it or "
			"--require-ems out",
			tls_suite_iana(s).text);
	add(c, s);
	return true;
}

bool tls_profile_apply(const struct tls_profile *p, const uint16_t *extra, size_t extra_n,
	struct tls_config *config, struct err *e)
{
	config->gcm = gcm_way();
	return tls_profile_apply_for(p, tls_host_has_aes(), extra, extra_n, config, e);
}

bool tls_profile_apply_for(const struct tls_profile *p, bool aes, const uint16_t *extra,
	size_t extra_n, struct tls_config *config, struct err *e)
{
	config->suites_n = 0;
	config->curves = p->curves;
	config->min_version =
		config->require_ems && p->min_version < TLS_1_2 ? TLS_1_2 : p->min_version;
	config->max_version = 0;
	add_list(config, p->suites13, aes);
	add_list(config, p->suites, aes);
	for (size_t i = 0; i < extra_n; i++)
		if (!add_extra(p, extra[i], config, e))
			return false;
	/* A version for which no suite is left is not offered. */
	for (size_t i = 0; i < config->suites_n; i++) {
		const struct tls_suite *s = tls_suite_code(config->suites[i]);
		const uint16_t last = s->last < p->max_version ? s->last : p->max_version;
		if (last > config->max_version)
			config->max_version = last;
	}
	if (config->max_version < config->min_version)
		return err_set(e, ERR_USAGE, 0,
			"none of the cipher suites of the profile %s is in this program%s; use "
			"another profile, such as %s",
			p->name, RETIRED ? "" : ", which was made without the retired ones",
			tls_profiles[0].name);
	return true;
}
