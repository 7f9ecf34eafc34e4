/* SPDX-License-Identifier: MIT */
#include "app/dcmtk_secure.h"

#include "app/dcmtk_log.h"
#include "app/node.h"
#include "tls/profile.h"

#include <stdio.h>

#define AT(field) offsetof(struct node_opts, field)
#define PROFILE(SPELLINGS, NAME)                                                                 \
	{                                                                                        \
		NULL, SPELLINGS, NULL, set_profile, AT(secure.profile), "security profile " NAME \
	}

/* The name of the profile ends the help text. */
static bool set_profile(void *field, const struct opt_use *use, struct err *e)
{
	(void)e;
	*(const char **)field = use->row->help + sizeof "security profile " - 1;
	return true;
}

const struct opt dcmtk_secure_rows[] = {
	{ NULL, "-pem --pem-keys", NULL, opt_flag, AT(nothing),
		"keys and certificates are PEM (either form is known by its look)" },
	{ NULL, "-der --der-keys", NULL, opt_flag, AT(nothing),
		"they are DER (either form is known by its look)" },
	PROFILE("+pg --profile-8996", "8996"),
	PROFILE("+pm --profile-8996-mod", "8996-mod"),
	PROFILE("+py --profile-bcp195-nd", "bcp195-nd"),
	PROFILE("+px --profile-bcp195", "bcp195"),
	PROFILE("+pz --profile-bcp195-ex", "bcp195-ex"),
	PROFILE("+pb --profile-basic", "basic"),
	PROFILE("+pa --profile-aes", "aes"),
	PROFILE("+pn --profile-null", "null"),
	{ NULL, "+ph --list-profiles", NULL, opt_const, AT(list), "list the profiles, and end",
		.value = DCMTK_LIST_PROFILES },
	{ NULL, "+cc --list-ciphers", NULL, opt_const, AT(list), "list the cipher suites, and end",
		.value = DCMTK_LIST_CIPHERS },
	{ NULL, "+cs --cipher", "NAME", opt_list, AT(secure.ciphers),
		"offer this suite too, by IANA or OpenSSL name (repeats)" },
	{ NULL, "-lc --log-config", "FILE", dcmtk_log_config, 0,
		"take the level of the root logger from this file" },
	{ NULL, "-ts --socket-timeout", "TIME", opt_duration, AT(socket),
		"without progress within an object (60; 0: no limit)" },
	{ 0 },
};

void dcmtk_list(int what)
{
	if (what == DCMTK_LIST_PROFILES) {
		for (const struct tls_profile *p = tls_profiles; p->name; p++)
			printf("%-10s %s\n", p->name, p->title);
		return;
	}
	puts("Supported TLS ciphersuites are:");
	for (size_t i = 0; i < tls_suites_n; i++)
		if (tls_suite_here(&tls_suites[i]))
			printf("  %s\n", tls_suite_iana(&tls_suites[i]).text);
}
