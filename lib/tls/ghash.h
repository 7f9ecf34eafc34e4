/* SPDX-License-Identifier: MIT */
/* GHASH (NIST SP 800-38D 6.4) with the carry-less multiplication of x86 processors, eight blocks to a
 * reduction: half the instructions of BearSSL's, which reduces after four. */
#ifndef DCMSEC_TLS_GHASH_H
#define DCMSEC_TLS_GHASH_H

#include <bearssl.h>

/* NULL: this processor cannot, and BearSSL's have to do. In constant time. */
br_ghash ghash_wide(void);

#endif
