/* SPDX-License-Identifier: MIT */
/* What DCMTK's tools have for TLS beyond our own options: profiles by options of their own, cipher
 * suites by name, and lists of both. */
#ifndef DCMSEC_APP_DCMTK_SECURE_H
#define DCMSEC_APP_DCMTK_SECURE_H

#include "cli/opt.h"

extern const struct opt dcmtk_secure_rows[]; /* for struct node_opts */

enum { DCMTK_LIST_NONE, DCMTK_LIST_CIPHERS, DCMTK_LIST_PROFILES };
void dcmtk_list(int what); /* on standard output */

#endif
