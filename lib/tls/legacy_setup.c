/* SPDX-License-Identifier: MIT */
/* Builds BearSSL's context from the configuration: only the asked-for versions and suites, with the
 * fastest implementations that the processor has. */
#include "tls/legacy.h"
#include "tls/modern_record.h"
#include "base/wipe.h"
#include "pki/curves.h"
#include <assert.h>
#include <stddef.h>
#include <string.h>

/* Spans are handed to BearSSL as its own pairs of pointer and length. */
_Static_assert(sizeof(struct span) == sizeof(br_x509_certificate) &&
		offsetof(struct span, p) == offsetof(br_x509_certificate, data) &&
		offsetof(struct span, n) == offsetof(br_x509_certificate, data_len),
	"a span is a br_x509_certificate");
_Static_assert(sizeof(struct span) == sizeof(br_x500_name) &&
		offsetof(struct span, p) == offsetof(br_x500_name, data) &&
		offsetof(struct span, n) == offsetof(br_x500_name, len),
	"a span is a br_x500_name");

/* BearSSL asks for no client certificate when it has no CA name to send, so it gets the empty name:
 * SEQUENCE of nothing (RFC 5280 4.1.2.4). */
static const struct span no_ca_name = { (const uint8_t[]){ 0x30, 0x00 }, 2 };

size_t legacy_size(const struct tls_config *config)
{
	return config->role == TLS_SERVER
		? sizeof(struct legacy)
		: offsetof(struct legacy, eng) + sizeof(br_ssl_client_context);
}

static void set_hashes(br_ssl_engine_context *eng, uint16_t min_version)
{
	/* MD5 and SHA-1 for the PRF and the signatures of TLS 1.0 and 1.1 only (RFC 9155). */
	if (min_version < TLS_1_2) {
		br_ssl_engine_set_hash(eng, br_md5_ID, &br_md5_vtable);
		br_ssl_engine_set_hash(eng, br_sha1_ID, &br_sha1_vtable);
		br_ssl_engine_set_prf10(eng, &br_tls10_prf);
	}
	br_ssl_engine_set_hash(eng, br_sha256_ID, &br_sha256_vtable);
	br_ssl_engine_set_hash(eng, br_sha384_ID, &br_sha384_vtable);
	br_ssl_engine_set_hash(eng, br_sha512_ID, &br_sha512_vtable);
	br_ssl_engine_set_prf_sha256(eng, &br_tls12_sha256_prf);
	br_ssl_engine_set_prf_sha384(eng, &br_tls12_sha384_prf);
}

/* The _default functions take AES-NI, PCLMUL and SSE2 where the processor has them. */
static void set_ciphers(br_ssl_engine_context *eng, const uint16_t *suites, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct tls_suite *s = tls_suite_code(suites[i]);
		if (!s) /* the mark of a fallback */
			continue;
		if (strstr(tls_suite_enc(s), "GCM"))
			br_ssl_engine_set_default_aes_gcm(eng);
		else if (strstr(tls_suite_enc(s), "CCM"))
			br_ssl_engine_set_default_aes_ccm(eng);
		else if (strstr(tls_suite_enc(s), "ChaCha20"))
			br_ssl_engine_set_default_chapol(eng);
		else if (strstr(tls_suite_enc(s), "3DES"))
			br_ssl_engine_set_default_des_cbc(eng);
		else
			br_ssl_engine_set_default_aes_cbc(eng);
	}
	if (eng->icbc_in)
		br_ssl_engine_set_cbc(eng, &legacy_cbc_in, eng->icbc_out);
}

/* BearSSL ends in an error when the suites, versions and hashes do not fit each other; what is left
 * here is what it has and the versions in question allow. A fallback offers what our own engine has first
 * all the same: a peer that could do better is then led no further down than it must be. */
static size_t usable_suites(const struct tls_config *c, bool fallback, uint16_t *suites)
{
	size_t n = 0;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < c->suites_n; i++) {
			const struct tls_suite *s = tls_suite_code(c->suites[i]);
			const bool early = !fallback || protect_suite(c->suites[i]);
			if (s && early == !pass &&
				(s->have == TLS_HAVE_LEGACY || s->have == TLS_HAVE_BOTH) &&
				s->first <= c->max_version && s->last >= c->min_version)
				suites[n++] = s->code;
		}
	}
	if (n > 0 && fallback && c->max_version > TLS_1_2)
		suites[n++] = FALLBACK_SCSV;
	return n;
}

static const br_x509_certificate *as_certificates(const struct span *chain)
{
	return (const br_x509_certificate *)(const void *)chain;
}

static void set_client(struct legacy *l)
{
	const struct tls_config *c = l->config;
	const struct key_uses use = own_key_uses(c);
	br_ssl_client_set_default_rsapub(&l->client);
	if (c->chain_n > 0 && c->rsa)
		br_ssl_client_set_single_rsa(
			&l->client, as_certificates(c->chain), c->chain_n, c->rsa, use.rsa_sign);
	else if (c->chain_n > 0)
		br_ssl_client_set_single_ec(&l->client, as_certificates(c->chain), c->chain_n,
			c->ec, BR_KEYTYPE_SIGN, BR_KEYTYPE_EC, curves(), use.ec_sign);
}

static void set_server(struct legacy *l)
{
	const struct tls_config *c = l->config;
	const struct key_uses use = own_key_uses(c);
	/* Static ECDH multiplies with the key itself, which needs it here. */
	const bool exchange = c->rsa || (c->issuer_key && !c->uses.ec_sign);
	const unsigned usages = BR_KEYTYPE_SIGN | (exchange ? BR_KEYTYPE_KEYX : 0);
	if (c->rsa)
		br_ssl_server_set_single_rsa(&l->server, as_certificates(c->chain), c->chain_n,
			c->rsa, usages, use.rsa_private, use.rsa_sign);
	else
		br_ssl_server_set_single_ec(&l->server, as_certificates(c->chain), c->chain_n,
			c->ec, usages, (unsigned)c->issuer_key, curves(), use.ec_sign);
	if (c->trust == TLS_TRUST_IGNORE)
		return;
	const bool named = c->ca_names_n > 0;
	br_ssl_server_set_trust_anchor_names(&l->server,
		(const br_x500_name *)(const void *)(named ? c->ca_names : &no_ca_name),
		named ? c->ca_names_n : 1);
	if (c->trust == TLS_TRUST_IF_PRESENT)
		br_ssl_engine_add_flags(&l->eng, BR_OPT_TOLERATE_NO_CLIENT_AUTH);
}

static void seed(struct legacy *l)
{
	uint8_t bytes[48];
	(*l->config->rand_private)->generate(l->config->rand_private, bytes, sizeof bytes);
	br_ssl_engine_inject_entropy(&l->eng, bytes, sizeof bytes);
	/* Else the reset would ask the processor and the system for more, and nothing in lib/ but io may
	 * call the system. */
	l->eng.rng_os_rand_done = 1;
	wipe(bytes, sizeof bytes);
}

struct tls *legacy_open(const struct tls_config *config, const struct tls_link *link, struct err *e)
{
	struct legacy *l = link->state;
	memset(l, 0, legacy_size(config));
	l->tls.ops = &legacy_ops;
	l->tls.size = legacy_size(config);
	l->config = config;
	l->verdict = link->verdict;

	uint16_t suites[TLS_SUITES_MAX + 1];
	const size_t suites_n = usable_suites(config, link->fallback, suites);
	if (suites_n == 0 || config->min_version > TLS_1_2) {
		err_set(e, ERR_USAGE, 0, "no TLS version and cipher suite is left to offer");
		return NULL;
	}
	const uint16_t max = config->max_version > TLS_1_2 ? TLS_1_2 : config->max_version;
	br_ssl_engine_set_versions(&l->eng, config->min_version, max);
	br_ssl_engine_set_suites(&l->eng, suites, suites_n);
	set_hashes(&l->eng, config->min_version);
	set_ciphers(&l->eng, suites, suites_n);
	br_ssl_engine_set_ec(&l->eng, curves());
	br_ssl_engine_set_default_rsavrfy(&l->eng);
	br_ssl_engine_set_ecdsa(&l->eng, br_ecdsa_vrfy_asn1_get_default());
	br_ssl_engine_add_flags(
		&l->eng, BR_OPT_NO_RENEGOTIATION | BR_OPT_ENFORCE_SERVER_PREFERENCES);
	if (config->role == TLS_CLIENT)
		set_client(l);
	else
		set_server(l);
	chooser_init(l);
	if (link->judge) {
		witness_init(&l->witness, link->judge, link->leaf);
		br_ssl_engine_set_x509(&l->eng, &l->witness.vtable);
	}
	const size_t out = link->out.n < TLS_OUT_SIZE ? link->out.n : TLS_OUT_SIZE;
	br_ssl_engine_set_buffers_bidi(&l->eng, link->in.p, TLS_IN_SIZE, link->out.p, out);
	seed(l);

	const char *name = link->server_name;
	if (name && (tls_is_address(name) || strlen(name) > 255))
		name = NULL;
	const int ok = config->role == TLS_CLIENT ? br_ssl_client_reset(&l->client, name, 0)
						  : br_ssl_server_reset(&l->server);
	if (!ok) {
		err_set(e, ERR_TLS, 0, "TLS could not be set up (BearSSL error %d)",
			br_ssl_engine_last_error(&l->eng));
		tls_drop(&l->tls);
		return NULL;
	}
	return &l->tls;
}
