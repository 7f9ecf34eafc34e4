/* SPDX-License-Identifier: MIT */
/* What is echoscu's alone when echo is called by that name: its options, and what it proposes. */
#ifndef DCMSEC_APP_ECHOSCU_H
#define DCMSEC_APP_ECHOSCU_H

#include "app/node.h"

enum { ECHOSCU_SYNTAXES = 38 };

struct echoscu {
	int syntaxes, contexts; /* how many are proposed */
	bool abort;
};

#define ECHOSCU_DEFAULTS                     \
	{                                    \
		.syntaxes = 1, .contexts = 1 \
	}

extern const struct opt echoscu_rows[];
extern const struct opt_rule echoscu_rules[];

/* Fills the offers, of PDU_CONTEXTS; how many. */
unsigned echoscu_offers(const struct echoscu *o, struct pdu_offer *offers);

#endif
