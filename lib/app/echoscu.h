/* SPDX-License-Identifier: MIT */
/* What is echoscu's alone when echo is called by that name: its options, and what it proposes. */
#ifndef DCMSEC_APP_ECHOSCU_H
#define DCMSEC_APP_ECHOSCU_H

#include "app/node.h"

enum { ECHOSCU_SYNTAXES = 38 };

struct echoscu {
	int syntaxes, contexts; /* how many are proposed */
	bool abort;
	const char *verify, *root; /* certificates to be judged instead of calling anybody */
};

#define ECHOSCU_DEFAULTS                     \
	{                                    \
		.syntaxes = 1, .contexts = 1 \
	}

extern const struct opt echoscu_rows[];
extern const struct opt_rule echoscu_rules[];

/* Judges the certificate that is to be judged, by the CA settings or as a root, and says so on standard
 * output. The exit code: 0, or 22 for one that is not accepted. */
int echoscu_judge(const struct echoscu *o, const struct node_opts *node, struct log *log);

/* Fills the offers, of PDU_CONTEXTS; how many. */
unsigned echoscu_offers(const struct echoscu *o, struct pdu_offer *offers);

#endif
