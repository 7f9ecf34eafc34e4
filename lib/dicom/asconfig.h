/* SPDX-License-Identifier: MIT */
/* Profiles of association negotiation in DCMTK's configuration file format: which presentation contexts,
 * roles and extended negotiation (PS3.8 9.3.2.2, PS3.7 D.3.3.4 and D.3.3.5) an association is asked for
 * with, or answered by. Only the text is read here; files are the caller's.
 *
 * [[Supersections]] hold [sections], and these hold lines KEY = VALUE. Of names of sections and of keys
 * only letters, digits, - and _ count, in any case. A line with # in its first column is a comment; one that
 * begins with a blank goes on with the value before it. [[TransferSyntaxes]] and [[PresentationContexts]]
 * have lists numbered from 1, [[Profiles]] refers to these; [[SCPSCURoleSelection]] and
 * [[ExtendedNegotiation]] may be there. Other supersections are none of ours and are passed over. */
#ifndef DCMSEC_DICOM_ASCONFIG_H
#define DCMSEC_DICOM_ASCONFIG_H

#include "base/buf.h"
#include "dicom/pdu_assoc.h"
#include "dicom/uid.h"

enum {
	ASCONFIG_TEXT =
		128 << 10,       /* octets of a file; more is refused, as is more of what follows */
	ASCONFIG_ENTRIES = 2048, /* headings and keys */
	ASCONFIG_CONTEXTS = 512,
	ASCONFIG_SYNTAXES = 2048,
	ASCONFIG_NAMES = 32 << 10, /* octets of UIDs and of extended negotiation */
	ASCONFIG_INFO = 1024       /* octets of extended negotiation for one SOP class */
};

enum asconfig_side {
	ASCONFIG_PROPOSE, /* the contexts are an association's: no more than PDU_CONTEXTS */
	ASCONFIG_ACCEPT,  /* each SOP class stands once; its syntaxes are in order of preference */
};

/* About 320 KB, of which a usual file touches 60. Pointers in it point into it: not to be moved. */
struct asconfig {
	struct pdu_offer contexts[ASCONFIG_CONTEXTS];
	unsigned n_contexts;
	struct pdu_role roles[ASCONFIG_CONTEXTS];
	unsigned n_roles;
	struct pdu_extended extended[ASCONFIG_CONTEXTS];
	unsigned n_extended;
	struct err odd; /* the first thing in the file that is passed over, with its line */

	/* private */
	const char *syntaxes[ASCONFIG_SYNTAXES];
	unsigned n_syntaxes;
	struct asconfig_entry {
		struct span key,
			value;   /* of a value with a backslash, in the end what is behind it */
		const char *uid; /* what is before it */
		uint32_t line;
		uint32_t number; /* of a numbered key, from 1 */
		uint8_t level;   /* 0: a key; 1 and 2: a section and a supersection */
	} entries[ASCONFIG_ENTRIES];
	size_t n_entries;
	struct buf values, names;
	uint8_t values_room[ASCONFIG_TEXT], names_room[ASCONFIG_NAMES];
};

/* Reads the whole text, which must be right in all its parts, and takes the profile out of it. The text is
 * not needed afterwards. False: *e is ERR_INPUT and names line and rule, or says that there is no such
 * profile, or one that this side of an association cannot use. */
bool asconfig_read(struct asconfig *a, struct span text, const char *profile,
	enum asconfig_side side, struct err *e);

/* What the profile of an acceptor says of one proposed context (PS3.8 9.3.3.2): the first of the SOP class's
 * syntaxes that is proposed. asked: the role that the requestor proposed for its SOP class, or NULL. Where
 * only the role of an SCP is configured and none is proposed, the answer is PDU_REFUSED_NO_REASON. */
struct pdu_choice asconfig_choose(
	const struct asconfig *a, const struct pdu_context *context, const struct pdu_role *asked);

/* The role granted to a requestor: what it asked for and is configured. False: nothing is to be answered. */
bool asconfig_grant(
	const struct asconfig *a, const struct pdu_role *asked, struct pdu_role *granted);

/* ---- names of UIDs, as DCMTK writes them or as PS3.6 does, any case; or a UID in digits. False: no UID. */

bool asconfig_syntax_uid(struct span name, char uid[UID_TEXT]);
bool asconfig_class_uid(struct span name, char uid[UID_TEXT]);

#endif
