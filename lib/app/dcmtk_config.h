/* SPDX-License-Identifier: MIT */
/* -xf of storescu and storescp: a profile of association negotiation out of a file. */
#ifndef DCMSEC_APP_DCMTK_CONFIG_H
#define DCMSEC_APP_DCMTK_CONFIG_H

#include "cli/log.h"
#include "cli/opt.h"
#include "dicom/asconfig.h"

struct dcmtk_config {
	const char *file, *profile; /* NULL: none is wanted */
};
extern const struct opt dcmtk_config_rows[]; /* for struct dcmtk_config */

/* Reads the file, if there is one to be read; what in it is passed over is a warning. *a is to be freed, and
 * stays NULL where nothing is wanted. False: *e. */
bool dcmtk_config_open(const struct dcmtk_config *c, enum asconfig_side side, struct log *log,
	struct asconfig **a, struct err *e);

#endif
