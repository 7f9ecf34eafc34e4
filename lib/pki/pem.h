/* SPDX-License-Identifier: MIT */
/* A reader of PEM text (RFC 7468, and the headers of RFC 1421 that encrypted keys carry). It takes
 * what is in the field: CRLF or LF, blanks at line ends, a byte order mark, text before, between and
 * after objects, no newline at the end, objects of several kinds. */
#ifndef DCMSEC_PKI_PEM_H
#define DCMSEC_PKI_PEM_H

#include "base/buf.h"
#include "base/err.h"

struct pem {
	struct span label;  /* "CERTIFICATE" */
	struct span base64; /* the text between the lines, headers excluded */
	struct span cipher; /* from DEK-Info: "AES-256-CBC"; empty: not encrypted */
	struct span iv;     /* from DEK-Info: hexadecimal digits */
};

/* Eats text up to the end of the next object; *p points into it. False at the end, with *e set when
 * an object begins and does not end, or its headers are malformed. */
bool pem_next(struct span *text, struct pem *p, struct err *e);

/* Writes the decoded octets to out. False, with out as it was, when the text is not base64 (RFC 4648
 * 4, white space skipped, padding required) or does not fit. */
bool pem_decode(const struct pem *p, struct buf *out, struct err *e);

/* The same in pieces, for what is too large to hold. Zeroed before the first one. Each writes the octets
 * that are complete; the sum of what feed took, times 3/4, is room enough. */
struct base64 {
	uint32_t sum;
	unsigned count, pads;
};
bool base64_feed(struct base64 *d, struct span text, struct buf *out);
bool base64_end(const struct base64 *d, struct buf *out);

/* An upper bound of what pem_decode writes. */
size_t pem_size(const struct pem *p);

/* Writes der as one PEM object with lines of 64 characters. Overflow: as all of buf. */
void pem_write(struct buf *out, const char *label, struct span der);

#endif
