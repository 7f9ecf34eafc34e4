/* SPDX-License-Identifier: MIT */
/* The commands of `dcmsec crl`. */
#ifndef DCMSEC_APP_CRL_H
#define DCMSEC_APP_CRL_H

#include "cli/applet.h"

extern const struct applet crl_check, crl_install, crl_make, crl_show, crl_status,
	crl_verify_applet; /* crl_verify is a function of pki/crl.h */

#endif
