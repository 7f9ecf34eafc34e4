/* SPDX-License-Identifier: MIT */
/* FNV-1a with 64 bits: tells accidents apart, and fills tables. No defence against anybody who means
 * two things to look the same. */
#ifndef DCMSEC_BASE_FNV_H
#define DCMSEC_BASE_FNV_H

#include "base/span.h"

uint64_t fnv_of(struct span s);

#endif
