/* SPDX-License-Identifier: MIT */
/* What is storescu's alone when send is called by that name: its options, what it proposes, and who it
 * says that it is. */
#ifndef DCMSEC_APP_STORESCU_H
#define DCMSEC_APP_STORESCU_H

#include "app/dcmtk_syntax.h"
#include "app/outbox.h"

enum storescu_format { STORESCU_ANY, STORESCU_FILE, STORESCU_DATA_SET };

struct storescu {
	bool no_halt; /* go on after a failure, and end with 0 */
	bool scan, recurse, rename, abort, combine, verbose_pc;
	const char *pattern; /* of the names of files in folders */
	int format;          /* enum storescu_format */
	int propose;         /* enum dcmtk_choice */
	int repeat;          /* how often each object is sent */
	int max_send;        /* octets of a PDU; 0: as the peer says */
	const char *user, *kerberos, *saml, *jwt;
	char *password;
	bool empty_password, want_answer;
	bool nothing; /* for options that say what is so anyway */
};

#define STORESCU_DEFAULTS   \
	{                   \
		.repeat = 1 \
	}

extern const struct opt storescu_rows[];
extern const struct opt_rule storescu_rules[];

/* What of o matters before anything is sent, for outbox_collect. */
struct outbox_rules storescu_outbox(const struct storescu *o);

/* The contexts that are proposed for each SOP class. False: *e. */
void storescu_proposal(const struct storescu *o, struct batch_proposal *p);

/* Who we say that we are, and how objects go out. The spans are borrowed from o and from *file until storescu_forget. False with *e when a file cannot be read. */
bool storescu_wishes(
	const struct storescu *o, struct scu_config *wishes, struct mspan *file, struct err *e);
void storescu_forget(struct storescu *o, struct mspan *file); /* wipes it all */

#endif
