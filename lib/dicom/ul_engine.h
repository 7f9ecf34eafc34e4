/* SPDX-License-Identifier: MIT */
/* Between the files of the upper layer engine, and for nobody else: the one place where the table is
 * asked and its actions are done. */
#ifndef DCMSEC_DICOM_UL_ENGINE_H
#define DCMSEC_DICOM_UL_ENGINE_H

#include "dicom/ul.h"

/* What goes out where the action sends a PDU with contents. */
struct ul_said {
	uint8_t result, source, reason;
};

/* Does what the table says to evt in the present state: PDUs, ARTIM, closing, next state. Returns
 * the action, 0 when the cell is empty (and nothing is changed). */
enum ul_action ul_act(struct ul *ul, enum ul_evt evt, struct ul_said said);

/* Requestor: takes an answer over into contexts, results, window and limits. */
bool ul_agree(struct ul *ul, const struct pdu_assoc *ac, struct err *e);

#endif
