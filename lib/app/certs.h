/* SPDX-License-Identifier: MIT */
/* The commands of `dcmsec certs`, one a file: app/certs_NAME.c. */
#ifndef DCMSEC_APP_CERTS_H
#define DCMSEC_APP_CERTS_H

#include "cli/applet.h"

extern const struct applet certs_check, certs_convert, certs_list, certs_show, certs_index,
	certs_init, certs_issue, certs_match, certs_renew, certs_request, certs_revoke, certs_sign,
	certs_verify;

#endif
