/* SPDX-License-Identifier: MIT */
/* `dcmsec certs`: the whole life of certificates. The commands stand in lib/app. */
#include "app/certs.h"

extern const struct applet applet_certs;

static const struct applet *const commands[] = { &certs_index, &certs_match, &certs_verify, NULL };

const struct applet applet_certs = {
	.name = "certs",
	.usage = "COMMAND [OPTION]... [FILE]...",
	.summary = "verify and manage certificates and keys",
	.commands = commands,
};
