/* SPDX-License-Identifier: MIT */
/* The parts of `dcmsec ciphers`: what there is (ciphers_list.c), what a profile takes of it
 * (ciphers_profile.c), and what a live peer has (ciphers_probe.c, ciphers_ask.c). */
#ifndef DCMSEC_APP_CIPHERS_H
#define DCMSEC_APP_CIPHERS_H

#include "cli/applet.h"
#include "cli/json.h"
#include "cli/log.h"
#include "tls/profile.h"

struct ciphers {
	struct log log;
	const char *explain, *profile, *probe; /* what was asked; NULL: nothing of that kind */
	int rate;                              /* connections in a second, at most */
	int limit;                             /* connections in all */
	uint64_t timeout;                      /* ms for one of them */
	uint64_t total;                        /* ms for all of them */
	const char *sni;
	bool no_sni;
	const struct tls_profile *only; /* that --profile names */
};

/* Each prints to standard output, as JSON where asked to, and returns the exit code. */
int ciphers_list(struct ciphers *c);
int ciphers_explain(struct ciphers *c, const struct call *call);
int ciphers_profile(struct ciphers *c);
int ciphers_probe(struct ciphers *c);

/* A suite as members of the JSON object under way. */
void ciphers_members(struct json *j, const struct tls_suite *s);

/* A suite as a row of a table, and the row of headings. */
enum { CIPHERS_CELLS = 11, CIPHERS_TEXT = 120 };
struct ciphers_row {
	const char *cells[CIPHERS_CELLS];
	struct tls_suite_text iana, openssl;
	char versions[24], bits[8], profiles[CIPHERS_TEXT];
};
const char *const *ciphers_heading(void);
const char *const *ciphers_row(struct ciphers_row *row, const struct tls_suite *s);

/* Finds a suite or profile by name. NULL with *e (ERR_USAGE), which names the closest one. */
const struct tls_suite *ciphers_suite(const char *name, struct err *e);
const struct tls_profile *ciphers_profile_named(const char *name, struct err *e);

#endif
