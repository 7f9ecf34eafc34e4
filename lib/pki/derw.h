/* SPDX-License-Identifier: MIT */
/* A writer of DER on struct buf. Overflow is the buffer's sticky flag, as everywhere. */
#ifndef DCMSEC_PKI_DERW_H
#define DCMSEC_PKI_DERW_H

#include "base/buf.h"

/* Contents first: derw_open marks the place, what belongs inside is written, and derw_close puts
 * identifier and length before it. Elements nest in this way. */
size_t derw_open(const struct buf *b);
void derw_close(struct buf *b, size_t mark, uint8_t tag);

/* Puts octets before what was written since mark. */
void derw_insert(struct buf *b, size_t mark, struct span octets);

void derw_put(struct buf *b, uint8_t tag, struct span contents);
void derw_oid(struct buf *b, struct span oid);
void derw_uint(struct buf *b, uint64_t v);
/* INTEGER from a magnitude: leading zeros dropped, one put before a high bit. */
void derw_unsigned(struct buf *b, struct span magnitude);
void derw_bool(struct buf *b, bool v);
void derw_null(struct buf *b);
void derw_octet_bits(struct buf *b, struct span octets); /* BIT STRING of whole octets */
/* BIT STRING of named bits: trailing zeros dropped (X.690 11.2.2); lowest bit is bit 0. */
void derw_named_bits(struct buf *b, unsigned bits);
/* UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 4.1.2.5). */
void derw_time(struct buf *b, int64_t seconds);

#endif
