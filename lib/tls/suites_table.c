/* SPDX-License-Identifier: MIT */
/* The rows of tls_suites, by code, from IANA's TLS registry, and the names made of their parts: IANA's and
 * those of openssl-ciphers(1), which has none for some. Left out: PSK, SRP, anonymous, DSS, static DH,
 * export, ARIA. One row a line: not formatted. */
#include "tls/suites.h"
#include <stdio.h>

enum { KX_RSA, KX_DHE, KX_ECDH, KX_ECDHE, KX_ANY };
enum { AUTH_RSA, AUTH_ECDSA, AUTH_ANY };
enum { MAC_MD5, MAC_SHA, MAC_SHA256, MAC_SHA384, MAC_AEAD };
enum {
	ENC_3DES_CBC,
	ENC_AES_128_CBC,
	ENC_AES_128_CCM,
	ENC_AES_128_CCM_8,
	ENC_AES_128_GCM,
	ENC_AES_256_CBC,
	ENC_AES_256_CCM,
	ENC_AES_256_CCM_8,
	ENC_AES_256_GCM,
	ENC_CAMELLIA_128_CBC,
	ENC_CAMELLIA_128_GCM,
	ENC_CAMELLIA_256_CBC,
	ENC_CAMELLIA_256_GCM,
	ENC_CHACHA20_POLY1305,
	ENC_NULL,
	ENC_RC4_128,
};

/* Text stands in the rows: nothing to relocate when the program starts. */
static const char key_exchanges[][6] = { "RSA", "DHE", "ECDH", "ECDHE", "any" };
static const char authentications[][6] = { "RSA", "ECDSA", "any" };
static const char integrities[][7] = { "MD5", "SHA1", "SHA256", "SHA384", "AEAD" };

/* Ours, IANA's and OpenSSL's name of the encryption; of AEAD, the hash that IANA's name ends in. */
static const struct {
	char ours[18], iana[18], openssl[18], hash[7];
} encryptions[] = {
	[ENC_3DES_CBC] = { "3DES-CBC", "3DES_EDE_CBC", "DES-CBC3", "" },
	[ENC_AES_128_CBC] = { "AES-128-CBC", "AES_128_CBC", "AES128", "" },
	[ENC_AES_128_CCM] = { "AES-128-CCM", "AES_128_CCM", "AES128-CCM", "" },
	[ENC_AES_128_CCM_8] = { "AES-128-CCM-8", "AES_128_CCM_8", "AES128-CCM8", "" },
	[ENC_AES_128_GCM] = { "AES-128-GCM", "AES_128_GCM", "AES128-GCM", "SHA256" },
	[ENC_AES_256_CBC] = { "AES-256-CBC", "AES_256_CBC", "AES256", "" },
	[ENC_AES_256_CCM] = { "AES-256-CCM", "AES_256_CCM", "AES256-CCM", "" },
	[ENC_AES_256_CCM_8] = { "AES-256-CCM-8", "AES_256_CCM_8", "AES256-CCM8", "" },
	[ENC_AES_256_GCM] = { "AES-256-GCM", "AES_256_GCM", "AES256-GCM", "SHA384" },
	[ENC_CAMELLIA_128_CBC] = { "Camellia-128-CBC", "CAMELLIA_128_CBC", "CAMELLIA128", "" },
	[ENC_CAMELLIA_128_GCM] = { "Camellia-128-GCM", "CAMELLIA_128_GCM", "", "SHA256" },
	[ENC_CAMELLIA_256_CBC] = { "Camellia-256-CBC", "CAMELLIA_256_CBC", "CAMELLIA256", "" },
	[ENC_CAMELLIA_256_GCM] = { "Camellia-256-GCM", "CAMELLIA_256_GCM", "", "SHA384" },
	[ENC_CHACHA20_POLY1305] = { "ChaCha20-Poly1305", "CHACHA20_POLY1305", "CHACHA20-POLY1305", "SHA256" },
	[ENC_NULL] = { "NULL", "NULL", "NULL", "" },
	[ENC_RC4_128] = { "RC4-128", "RC4_128", "RC4", "" },
};

/* code, first and last version, key exchange, authentication, encryption, integrity, bits, forward secrecy,
 * engine of ours */
const struct tls_suite tls_suites[] = {
	{ 0x0001, TLS_1_0, TLS_1_2, KX_RSA, AUTH_RSA, ENC_NULL, MAC_MD5, 0, false, TLS_HAVE_NONE },
	{ 0x0002, TLS_1_0, TLS_1_2, KX_RSA, AUTH_RSA, ENC_NULL, MAC_SHA, 0, false, TLS_HAVE_NONE },
	{ 0x0004, TLS_1_0, TLS_1_2, KX_RSA, AUTH_RSA, ENC_RC4_128, MAC_MD5, 128, false, TLS_HAVE_NONE },
	{ 0x0005, TLS_1_0, TLS_1_2, KX_RSA, AUTH_RSA, ENC_RC4_128, MAC_SHA, 128, false, TLS_HAVE_NONE },
	{ 0x000A, TLS_1_0, TLS_1_2, KX_RSA, AUTH_RSA, ENC_3DES_CBC, MAC_SHA, 112, false, TLS_HAVE_LEGACY },
	{ 0x0016, TLS_1_0, TLS_1_2, KX_DHE, AUTH_RSA, ENC_3DES_CBC, MAC_SHA, 112, true, TLS_HAVE_NONE },
	{ 0x002F, TLS_1_0, TLS_1_2, KX_RSA, AUTH_RSA, ENC_AES_128_CBC, MAC_SHA, 128, false, TLS_HAVE_LEGACY },
	{ 0x0033, TLS_1_0, TLS_1_2, KX_DHE, AUTH_RSA, ENC_AES_128_CBC, MAC_SHA, 128, true, TLS_HAVE_NONE },
	{ 0x0035, TLS_1_0, TLS_1_2, KX_RSA, AUTH_RSA, ENC_AES_256_CBC, MAC_SHA, 256, false, TLS_HAVE_LEGACY },
	{ 0x0039, TLS_1_0, TLS_1_2, KX_DHE, AUTH_RSA, ENC_AES_256_CBC, MAC_SHA, 256, true, TLS_HAVE_NONE },
	{ 0x003B, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_NULL, MAC_SHA256, 0, false, TLS_HAVE_NONE },
	{ 0x003C, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_AES_128_CBC, MAC_SHA256, 128, false, TLS_HAVE_LEGACY },
	{ 0x003D, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_AES_256_CBC, MAC_SHA256, 256, false, TLS_HAVE_LEGACY },
	{ 0x0041, TLS_1_0, TLS_1_2, KX_RSA, AUTH_RSA, ENC_CAMELLIA_128_CBC, MAC_SHA, 128, false, TLS_HAVE_NONE },
	{ 0x0045, TLS_1_0, TLS_1_2, KX_DHE, AUTH_RSA, ENC_CAMELLIA_128_CBC, MAC_SHA, 128, true, TLS_HAVE_NONE },
	{ 0x0067, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_AES_128_CBC, MAC_SHA256, 128, true, TLS_HAVE_NONE },
	{ 0x006B, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_AES_256_CBC, MAC_SHA256, 256, true, TLS_HAVE_NONE },
	{ 0x0084, TLS_1_0, TLS_1_2, KX_RSA, AUTH_RSA, ENC_CAMELLIA_256_CBC, MAC_SHA, 256, false, TLS_HAVE_NONE },
	{ 0x0088, TLS_1_0, TLS_1_2, KX_DHE, AUTH_RSA, ENC_CAMELLIA_256_CBC, MAC_SHA, 256, true, TLS_HAVE_NONE },
	{ 0x009C, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_AES_128_GCM, MAC_AEAD, 128, false, TLS_HAVE_LEGACY },
	{ 0x009D, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_AES_256_GCM, MAC_AEAD, 256, false, TLS_HAVE_LEGACY },
	{ 0x009E, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_AES_128_GCM, MAC_AEAD, 128, true, TLS_HAVE_NONE },
	{ 0x009F, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_AES_256_GCM, MAC_AEAD, 256, true, TLS_HAVE_NONE },
	{ 0x00BA, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_CAMELLIA_128_CBC, MAC_SHA256, 128, false, TLS_HAVE_NONE },
	{ 0x00BE, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_CAMELLIA_128_CBC, MAC_SHA256, 128, true, TLS_HAVE_NONE },
	{ 0x00C0, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_CAMELLIA_256_CBC, MAC_SHA256, 256, false, TLS_HAVE_NONE },
	{ 0x00C4, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_CAMELLIA_256_CBC, MAC_SHA256, 256, true, TLS_HAVE_NONE },
	{ 0x1301, TLS_1_3, TLS_1_3, KX_ANY, AUTH_ANY, ENC_AES_128_GCM, MAC_AEAD, 128, true, TLS_HAVE_MODERN },
	{ 0x1302, TLS_1_3, TLS_1_3, KX_ANY, AUTH_ANY, ENC_AES_256_GCM, MAC_AEAD, 256, true, TLS_HAVE_MODERN },
	{ 0x1303, TLS_1_3, TLS_1_3, KX_ANY, AUTH_ANY, ENC_CHACHA20_POLY1305, MAC_AEAD, 256, true, TLS_HAVE_MODERN },
	{ 0x1304, TLS_1_3, TLS_1_3, KX_ANY, AUTH_ANY, ENC_AES_128_CCM, MAC_AEAD, 128, true, TLS_HAVE_MODERN },
	{ 0x1305, TLS_1_3, TLS_1_3, KX_ANY, AUTH_ANY, ENC_AES_128_CCM_8, MAC_AEAD, 128, true, TLS_HAVE_MODERN },
	{ 0xC001, TLS_1_0, TLS_1_2, KX_ECDH, AUTH_ECDSA, ENC_NULL, MAC_SHA, 0, false, TLS_HAVE_NONE },
	{ 0xC002, TLS_1_0, TLS_1_2, KX_ECDH, AUTH_ECDSA, ENC_RC4_128, MAC_SHA, 128, false, TLS_HAVE_NONE },
	{ 0xC003, TLS_1_0, TLS_1_2, KX_ECDH, AUTH_ECDSA, ENC_3DES_CBC, MAC_SHA, 112, false, TLS_HAVE_LEGACY },
	{ 0xC004, TLS_1_0, TLS_1_2, KX_ECDH, AUTH_ECDSA, ENC_AES_128_CBC, MAC_SHA, 128, false, TLS_HAVE_LEGACY },
	{ 0xC005, TLS_1_0, TLS_1_2, KX_ECDH, AUTH_ECDSA, ENC_AES_256_CBC, MAC_SHA, 256, false, TLS_HAVE_LEGACY },
	{ 0xC006, TLS_1_0, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_NULL, MAC_SHA, 0, true, TLS_HAVE_NONE },
	{ 0xC008, TLS_1_0, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_3DES_CBC, MAC_SHA, 112, true, TLS_HAVE_LEGACY },
	{ 0xC009, TLS_1_0, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_AES_128_CBC, MAC_SHA, 128, true, TLS_HAVE_LEGACY },
	{ 0xC00A, TLS_1_0, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_AES_256_CBC, MAC_SHA, 256, true, TLS_HAVE_LEGACY },
	{ 0xC00B, TLS_1_0, TLS_1_2, KX_ECDH, AUTH_RSA, ENC_NULL, MAC_SHA, 0, false, TLS_HAVE_NONE },
	{ 0xC00C, TLS_1_0, TLS_1_2, KX_ECDH, AUTH_RSA, ENC_RC4_128, MAC_SHA, 128, false, TLS_HAVE_NONE },
	{ 0xC00D, TLS_1_0, TLS_1_2, KX_ECDH, AUTH_RSA, ENC_3DES_CBC, MAC_SHA, 112, false, TLS_HAVE_LEGACY },
	{ 0xC00E, TLS_1_0, TLS_1_2, KX_ECDH, AUTH_RSA, ENC_AES_128_CBC, MAC_SHA, 128, false, TLS_HAVE_LEGACY },
	{ 0xC00F, TLS_1_0, TLS_1_2, KX_ECDH, AUTH_RSA, ENC_AES_256_CBC, MAC_SHA, 256, false, TLS_HAVE_LEGACY },
	{ 0xC010, TLS_1_0, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_NULL, MAC_SHA, 0, true, TLS_HAVE_NONE },
	{ 0xC012, TLS_1_0, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_3DES_CBC, MAC_SHA, 112, true, TLS_HAVE_LEGACY },
	{ 0xC013, TLS_1_0, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_AES_128_CBC, MAC_SHA, 128, true, TLS_HAVE_LEGACY },
	{ 0xC014, TLS_1_0, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_AES_256_CBC, MAC_SHA, 256, true, TLS_HAVE_LEGACY },
	{ 0xC023, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_AES_128_CBC, MAC_SHA256, 128, true, TLS_HAVE_LEGACY },
	{ 0xC024, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_AES_256_CBC, MAC_SHA384, 256, true, TLS_HAVE_LEGACY },
	{ 0xC025, TLS_1_2, TLS_1_2, KX_ECDH, AUTH_ECDSA, ENC_AES_128_CBC, MAC_SHA256, 128, false, TLS_HAVE_LEGACY },
	{ 0xC026, TLS_1_2, TLS_1_2, KX_ECDH, AUTH_ECDSA, ENC_AES_256_CBC, MAC_SHA384, 256, false, TLS_HAVE_LEGACY },
	{ 0xC027, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_AES_128_CBC, MAC_SHA256, 128, true, TLS_HAVE_LEGACY },
	{ 0xC028, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_AES_256_CBC, MAC_SHA384, 256, true, TLS_HAVE_LEGACY },
	{ 0xC029, TLS_1_2, TLS_1_2, KX_ECDH, AUTH_RSA, ENC_AES_128_CBC, MAC_SHA256, 128, false, TLS_HAVE_LEGACY },
	{ 0xC02A, TLS_1_2, TLS_1_2, KX_ECDH, AUTH_RSA, ENC_AES_256_CBC, MAC_SHA384, 256, false, TLS_HAVE_LEGACY },
	{ 0xC02B, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_AES_128_GCM, MAC_AEAD, 128, true, TLS_HAVE_BOTH },
	{ 0xC02C, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_AES_256_GCM, MAC_AEAD, 256, true, TLS_HAVE_BOTH },
	{ 0xC02D, TLS_1_2, TLS_1_2, KX_ECDH, AUTH_ECDSA, ENC_AES_128_GCM, MAC_AEAD, 128, false, TLS_HAVE_LEGACY },
	{ 0xC02E, TLS_1_2, TLS_1_2, KX_ECDH, AUTH_ECDSA, ENC_AES_256_GCM, MAC_AEAD, 256, false, TLS_HAVE_LEGACY },
	{ 0xC02F, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_AES_128_GCM, MAC_AEAD, 128, true, TLS_HAVE_BOTH },
	{ 0xC030, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_AES_256_GCM, MAC_AEAD, 256, true, TLS_HAVE_BOTH },
	{ 0xC031, TLS_1_2, TLS_1_2, KX_ECDH, AUTH_RSA, ENC_AES_128_GCM, MAC_AEAD, 128, false, TLS_HAVE_LEGACY },
	{ 0xC032, TLS_1_2, TLS_1_2, KX_ECDH, AUTH_RSA, ENC_AES_256_GCM, MAC_AEAD, 256, false, TLS_HAVE_LEGACY },
	{ 0xC072, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_CAMELLIA_128_CBC, MAC_SHA256, 128, true, TLS_HAVE_NONE },
	{ 0xC073, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_CAMELLIA_256_CBC, MAC_SHA384, 256, true, TLS_HAVE_NONE },
	{ 0xC076, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_CAMELLIA_128_CBC, MAC_SHA256, 128, true, TLS_HAVE_NONE },
	{ 0xC077, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_CAMELLIA_256_CBC, MAC_SHA384, 256, true, TLS_HAVE_NONE },
	{ 0xC07A, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_CAMELLIA_128_GCM, MAC_AEAD, 128, false, TLS_HAVE_NONE },
	{ 0xC07B, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_CAMELLIA_256_GCM, MAC_AEAD, 256, false, TLS_HAVE_NONE },
	{ 0xC07C, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_CAMELLIA_128_GCM, MAC_AEAD, 128, true, TLS_HAVE_NONE },
	{ 0xC07D, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_CAMELLIA_256_GCM, MAC_AEAD, 256, true, TLS_HAVE_NONE },
	{ 0xC086, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_CAMELLIA_128_GCM, MAC_AEAD, 128, true, TLS_HAVE_NONE },
	{ 0xC087, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_CAMELLIA_256_GCM, MAC_AEAD, 256, true, TLS_HAVE_NONE },
	{ 0xC08A, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_CAMELLIA_128_GCM, MAC_AEAD, 128, true, TLS_HAVE_NONE },
	{ 0xC08B, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_CAMELLIA_256_GCM, MAC_AEAD, 256, true, TLS_HAVE_NONE },
	{ 0xC09C, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_AES_128_CCM, MAC_AEAD, 128, false, TLS_HAVE_LEGACY },
	{ 0xC09D, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_AES_256_CCM, MAC_AEAD, 256, false, TLS_HAVE_LEGACY },
	{ 0xC09E, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_AES_128_CCM, MAC_AEAD, 128, true, TLS_HAVE_NONE },
	{ 0xC09F, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_AES_256_CCM, MAC_AEAD, 256, true, TLS_HAVE_NONE },
	{ 0xC0A0, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_AES_128_CCM_8, MAC_AEAD, 128, false, TLS_HAVE_LEGACY },
	{ 0xC0A1, TLS_1_2, TLS_1_2, KX_RSA, AUTH_RSA, ENC_AES_256_CCM_8, MAC_AEAD, 256, false, TLS_HAVE_LEGACY },
	{ 0xC0A2, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_AES_128_CCM_8, MAC_AEAD, 128, true, TLS_HAVE_NONE },
	{ 0xC0A3, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_AES_256_CCM_8, MAC_AEAD, 256, true, TLS_HAVE_NONE },
	{ 0xC0AC, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_AES_128_CCM, MAC_AEAD, 128, true, TLS_HAVE_BOTH },
	{ 0xC0AD, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_AES_256_CCM, MAC_AEAD, 256, true, TLS_HAVE_BOTH },
	{ 0xC0AE, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_AES_128_CCM_8, MAC_AEAD, 128, true, TLS_HAVE_BOTH },
	{ 0xC0AF, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_AES_256_CCM_8, MAC_AEAD, 256, true, TLS_HAVE_BOTH },
	{ 0xCCA8, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_RSA, ENC_CHACHA20_POLY1305, MAC_AEAD, 256, true, TLS_HAVE_BOTH },
	{ 0xCCA9, TLS_1_2, TLS_1_2, KX_ECDHE, AUTH_ECDSA, ENC_CHACHA20_POLY1305, MAC_AEAD, 256, true, TLS_HAVE_BOTH },
	{ 0xCCAA, TLS_1_2, TLS_1_2, KX_DHE, AUTH_RSA, ENC_CHACHA20_POLY1305, MAC_AEAD, 256, true, TLS_HAVE_NONE },
};

const size_t tls_suites_n = sizeof tls_suites / sizeof *tls_suites;

const char *tls_suite_kx(const struct tls_suite *s)
{
	return key_exchanges[s->kx];
}

const char *tls_suite_auth(const struct tls_suite *s)
{
	return authentications[s->auth];
}

const char *tls_suite_enc(const struct tls_suite *s)
{
	return encryptions[s->enc].ours;
}

const char *tls_suite_mac(const struct tls_suite *s)
{
	return integrities[s->mac];
}

/* What a name ends in. SHA-1 is just SHA in both names, and CCM has nothing there but in TLS 1.3. */
static const char *hash_name(const struct tls_suite *s)
{
	if (s->mac != MAC_AEAD)
		return s->mac == MAC_SHA ? "SHA" : integrities[s->mac];
	return s->kx == KX_ANY && !*encryptions[s->enc].hash ? "SHA256" : encryptions[s->enc].hash;
}

struct tls_suite_text tls_suite_iana(const struct tls_suite *s)
{
	struct tls_suite_text t;
	const bool named = s->kx != KX_ANY, two = named && s->kx != KX_RSA;
	const char *hash = hash_name(s);
	snprintf(t.text, sizeof t.text, "TLS_%s%s%s%s%s%s%s", named ? key_exchanges[s->kx] : "",
		two ? "_" : "", two ? authentications[s->auth] : "", named ? "_WITH_" : "",
		encryptions[s->enc].iana, *hash ? "_" : "", hash);
	return t;
}

struct tls_suite_text tls_suite_openssl(const struct tls_suite *s)
{
	struct tls_suite_text t = { "" };
	if (s->kx == KX_ANY)
		return tls_suite_iana(s);
	const bool two = s->kx != KX_RSA;
	const char *hash = s->enc == ENC_CHACHA20_POLY1305 ? "" : hash_name(s);
	if (*encryptions[s->enc].openssl)
		snprintf(t.text, sizeof t.text, "%s%s%s%s%s%s%s",
			two ? key_exchanges[s->kx] : "", two ? "-" : "",
			two ? authentications[s->auth] : "", two ? "-" : "",
			encryptions[s->enc].openssl, *hash ? "-" : "", hash);
	return t;
}
