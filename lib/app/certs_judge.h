/* SPDX-License-Identifier: MIT */
/* The judge of TLS peers, on files that hold what a peer would show. */
#ifndef DCMSEC_APP_CERTS_JUDGE_H
#define DCMSEC_APP_CERTS_JUDGE_H

#include "cli/applet.h"
#include "cli/log.h"
#include "io/trust.h"

/* Judges the certificates of each file of the call, leaf first, and has tell say what came of it; the
 * path of j is borrowed until then. The exit code: the worst of EXIT_DONE, EXIT_REFUSED and EXIT_INPUT. */
int certs_judge(const struct call *call, const struct trust_opts *o, enum pki_role role,
	struct log *log,
	void (*tell)(
		const struct log *log, const char *file, const struct pki_judge *j, bool accepted));

#endif
