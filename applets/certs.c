/* SPDX-License-Identifier: MIT */
/* `dcmsec certs`: the whole life of certificates. The commands stand in lib/app. */
#include "app/certs.h"

extern const struct applet applet_certs;

static const struct applet *const commands[] = { &certs_init, &certs_issue, &certs_request,
	&certs_sign, &certs_renew, &certs_revoke, &certs_list, &certs_show, &certs_check,
	&certs_verify, &certs_match, &certs_convert, &certs_index, NULL };

const struct applet applet_certs = {
	.name = "certs",
	.usage = "COMMAND [OPTION]... [FILE]...",
	.summary = "verify and manage certificates and keys",
	.commands = commands,
};
