/* SPDX-License-Identifier: MIT */
/* How the element reader says where it is. For elem.c only. */
#ifndef DCMSEC_DICOM_ELEM_PATH_H
#define DCMSEC_DICOM_ELEM_PATH_H

#include "dicom/elem.h"

/* Ends reading with e->err: the rule, the path of tags and items, the offset. Returns false. */
bool elem_fail(struct elem *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
