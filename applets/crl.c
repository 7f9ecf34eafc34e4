/* SPDX-License-Identifier: MIT */
/* `dcmsec crl`: revocation lists. The commands stand in lib/app. */
#include "app/crl.h"

extern const struct applet applet_crl;

static const struct applet *const commands[] = { &crl_show, &crl_verify_applet, &crl_check,
	&crl_make, &crl_install, &crl_status, NULL };

const struct applet applet_crl = {
	.name = "crl",
	.usage = "COMMAND [OPTION]... [FILE]...",
	.summary = "make, show and check certificate revocation lists",
	.commands = commands,
};
