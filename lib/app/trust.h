/* SPDX-License-Identifier: MIT */
/* The options by which certificates are judged, as rows relative to a struct trust_opts. */
#ifndef DCMSEC_APP_TRUST_H
#define DCMSEC_APP_TRUST_H

#include "cli/opt.h"
#include "io/trust.h"

extern const struct opt trust_rows[];

#endif
