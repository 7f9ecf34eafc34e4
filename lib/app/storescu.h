/* SPDX-License-Identifier: MIT */
/* What is storescu's alone when send is called by that name: its options, what it proposes, and who it
 * says that it is. */
#ifndef DCMSEC_APP_STORESCU_H
#define DCMSEC_APP_STORESCU_H

#include "app/dcmtk_config.h"
#include "app/dcmtk_syntax.h"
#include "app/invent.h"
#include "app/outbox.h"

enum storescu_format { STORESCU_ANY, STORESCU_FILE, STORESCU_DATA_SET };

struct storescu {
	bool no_halt; /* go on after a failure, and end with 0 */
	bool scan, recurse, rename, abort, combine, verbose_pc;
	const char *pattern; /* of the names of files in folders */
	int format;          /* enum storescu_format */
	int propose;         /* enum dcmtk_choice */
	struct dcmtk_config config;
	struct invent_opts invent;
	bool old_vrs;
	int level;    /* of deflating, and 1; 0: not said */
	int repeat;   /* how often each object is sent */
	int max_send; /* octets of a PDU; 0: as the peer says */
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

/* The contexts that are proposed for each SOP class, or those of a profile (NULL: none), which is borrowed. */
void storescu_proposal(
	const struct storescu *o, const struct asconfig *profile, struct batch_proposal *p);

/* Who we say that we are, and how objects go out. The spans are borrowed from o from *file until storescu_forget, and
 * from profile. False with *e when a file cannot be read. */
bool storescu_wishes(const struct storescu *o, const struct asconfig *profile,
	struct scu_config *wishes, struct mspan *file, struct err *e);

/* Objects that go out changed: invented, without new VRs, or deflated at some level. */
struct storescu_changes {
	const struct storescu *o;
	struct node *node;
	struct invent invent;
};
/* How they are opened: nothing where none is to be changed. c must stay. */
struct outbox_opener storescu_opener(
	struct storescu_changes *c, const struct storescu *o, struct node *node);

void storescu_forget(struct storescu *o, struct mspan *file); /* wipes it all */

#endif
