/* SPDX-License-Identifier: MIT */
/* Look-ups in the tables of suites, versions and groups. The rows of suites are in suites_table.c. */
#include "tls/suites.h"
#include "base/parts.h"
#include <strings.h>

const struct tls_suite *tls_suite_code(uint16_t code)
{
	size_t low = 0, high = tls_suites_n;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (tls_suites[middle].code == code)
			return &tls_suites[middle];
		if (tls_suites[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool tls_suite_here(const struct tls_suite *s)
{
	return s->have > (RETIRED ? TLS_HAVE_NONE : TLS_HAVE_LEGACY);
}

const struct tls_suite *tls_suite_name(const char *name)
{
	if (!*name)
		return NULL; /* suites that OpenSSL does not have carry an empty name */
	for (size_t i = 0; i < tls_suites_n; i++)
		if (!strcasecmp(tls_suite_iana(&tls_suites[i]).text, name) ||
			!strcasecmp(tls_suite_openssl(&tls_suites[i]).text, name))
			return &tls_suites[i];
	return NULL;
}

const char *tls_version_name(uint16_t version)
{
	switch (version) {
	case 0x0002:
		return "SSLv2";
	case 0x0300:
		return "SSLv3";
	case TLS_1_0:
		return "TLSv1.0";
	case TLS_1_1:
		return "TLSv1.1";
	case TLS_1_2:
		return "TLSv1.2";
	case TLS_1_3:
		return "TLSv1.3";
	default:
		return "unknown";
	}
}

const char *tls_group_name(unsigned iana)
{
	static const struct {
		unsigned iana;
		const char *name;
	} groups[] = {
		{ 19, "secp192r1" },
		{ 21, "secp224r1" },
		{ 22, "secp256k1" },
		{ 23, "secp256r1" },
		{ 24, "secp384r1" },
		{ 25, "secp521r1" },
		{ 26, "brainpoolP256r1" },
		{ 27, "brainpoolP384r1" },
		{ 28, "brainpoolP512r1" },
		{ 29, "x25519" },
		{ 30, "x448" },
		{ 256, "ffdhe2048" },
		{ 257, "ffdhe3072" },
		{ 258, "ffdhe4096" },
		{ 259, "ffdhe6144" },
		{ 260, "ffdhe8192" },
	};
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		if (groups[i].iana == iana)
			return groups[i].name;
	return "";
}
