/* SPDX-License-Identifier: MIT */
#include "pki/revoke.h"

bool revoke_path(struct path *p)
{
	if (p->rules->revocation == PKI_CRL_OFF)
		return true;
	return path_refuse(p, STAGE_PATH, ALERT_UNKNOWN, &p->link[0],
		"no CRL of its issuer was found (RFC 5280 6.3)");
}
