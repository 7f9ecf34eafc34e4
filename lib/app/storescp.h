/* SPDX-License-Identifier: MIT */
/* What is storescp's alone when receive is called by that name: its options, its file names, and what
 * it runs and renames when an object or a study has come. */
#ifndef DCMSEC_APP_STORESCP_H
#define DCMSEC_APP_STORESCP_H

#include "app/dcmtk_config.h"
#include "app/dcmtk_syntax.h"
#include "app/inbox.h"

enum storescp_naming { STORESCP_BY_UID, STORESCP_UNIQUE, STORESCP_BY_TIME };
enum storescp_sorting {
	STORESCP_FLAT,
	STORESCP_BY_STUDY,
	STORESCP_BY_STUDY_UID,
	STORESCP_BY_PATIENT
};

struct storescp {
	int prefer; /* enum dcmtk_choice */
	struct dcmtk_config config;
	bool verbose_pc, bare, ignore, refuse, want_class, inetd, fork;
	bool hosts, no_lookup; /* rules for hosts; and without asking for names */
	int breaks;            /* enum scp_break */
	uint64_t pause_during, pause_after;
	int naming, sorting;
	const char *prefix, *extension;
	const char *on_object, *on_study;
	const char *write; /* a transfer syntax */
	bool exact;        /* --bit-preserving */
	struct recode_style style;
	bool rename, wait;
	uint64_t study_timeout; /* ms, with study_times_out */
	bool study_times_out;
	bool nothing; /* for options that say what is so anyway */
};

#define STORESCP_DEFAULTS                                               \
	{                                                               \
		.prefix = "", .extension = "", .style = RECODE_AS_USUAL \
	}

extern const struct opt storescp_rows[];
extern const struct opt_rule storescp_rules[];

/* Sets what the options say. list is the caller's, of DCMTK_SYNTAXES, and lives as long as *c. */
void storescp_config(const struct storescp *o, struct scp_config *c, const char **list);

enum { STORESCP_STUDIES = 64 };

/* A study that objects have come of. */
struct storescp_study {
	char uid[UID_TEXT];
	char folder[NAMING_CAP]; /* of its files; empty: the output folder itself */
	const struct scp *owner; /* the association that its last object came on; NULL: gone */
	char calling[PDU_TITLE], called[PDU_TITLE], who[NET_ADDR];
	uint64_t last; /* when that was */
	char **files;  /* for --rename-on-eostudy */
	size_t n, cap;
};

/* What is kept while the receiver runs. */
struct storescp_run {
	const struct storescp *o;
	struct log *log;
	struct outdir *out;
	struct scp_names names;
	unsigned long serial;
	const struct storescp_study *latest; /* that the last name was made for */
	struct storescp_study studies[STORESCP_STUDIES];
};

void storescp_open(
	struct storescp_run *r, const struct storescp *o, struct log *log, struct outdir *out);
void storescp_close(struct storescp_run *r);

/* Letters for a SOP class, as in the names of files: "CT", "UNKNOWN". */
const char *storescp_modality(struct span sop_class);

/* The study of this UID, which is made when it is new, in place of the one that rested longest. */
struct storescp_study *storescp_study(struct storescp_run *r, struct span uid);

/* An object was answered with success. */
void storescp_stored(
	struct storescp_run *r, const struct inbox_peer *p, const struct scp_object *object);
void storescp_gone(struct storescp_run *r, const struct scp *scp); /* its association is over */

/* When the next study times out, and what is due then. */
uint64_t storescp_deadline(const struct storescp_run *r);
void storescp_tick(struct storescp_run *r, uint64_t now);

#endif
