/* SPDX-License-Identifier: MIT */
/* What the commands share that make keys and certificates: options as rows, randomness, files. */
#ifndef DCMSEC_APP_MAKING_H
#define DCMSEC_APP_MAKING_H

#include "app/pass.h"
#include "cli/log.h"
#include "io/authority.h"

#include "cli/applet.h"

enum { MAKING_DAYS = 825, MAKING_DAY = 86400, MAKING_ROOM = 16384 };

struct making_opts {
	struct log log;
	const char *dir;  /* of the authority */
	const char *name; /* subject */
	const char *san;
	const char *title;
	const char *out;
	int days;
	int role;   /* enum making_role */
	int64_t at; /* 0: now */
	bool rsa;
	bool intermediates;    /* of a root: no path length */
	bool encrypt;          /* the new key */
	struct pass_opts pass; /* of the authority's key */
	struct pass_opts new_pass;
};

enum making_role { MAKING_BOTH, MAKING_SERVER, MAKING_CLIENT };

/* Rows relative to a struct making_opts. */
extern const struct opt making_ca_rows[];       /* --dir and the password of its key */
extern const struct opt making_key_rows[];      /* --rsa --encrypt ... of a new key */
extern const struct opt making_new_pass_rows[]; /* relative to a struct pass_opts */
extern const struct opt making_cert_rows[];     /* --days --at */
extern const struct opt making_role_rows[];     /* --role */
extern const struct opt making_time_rows[];     /* --at */
extern const struct opt making_name_rows[];     /* --name --san --aet */

/* Everything a command needs while it works. */
struct making {
	const struct making_opts *o;
	struct log *log;
	struct entropy random;
	struct key *key;      /* a new one, in memory for secrets */
	struct buf subject;   /* whole name */
	struct buf alt_names; /* contents */
	struct buf spki;
	uint8_t rooms[3][4096];
};

/* The time that --at says, or the clock's; and the one to date things with: an hour back, because the
 * clocks of hospital hosts differ. */
int64_t making_now(const struct making_opts *o);
int64_t making_from(const struct making_opts *o);

/* Opens the generators. False with *e; nothing is to be closed then. */
bool making_open(struct making *m, struct making_opts *o, struct err *e);
void making_close(struct making *m);

/* Subject and alternative names from the options. */
bool making_names(struct making *m, struct err *e);
bool making_key(struct making *m, struct err *e);
/* The new key as PEM, encrypted when that is asked for. The caller wipes out. */
bool making_key_pem(struct making *m, const char *what, struct buf *out, struct err *e);

/* A whole PrivateKeyInfo as EncryptedPrivateKeyInfo, appended in DER. The password comes from opts, or
 * is asked for, twice. */
bool making_encrypt(struct entropy *random, const struct pass_opts *opts, const char *what,
	struct span plain, struct buf *out, struct err *e);

/* Fills in dates, uses and what making_names and making_key made; a CA's are its own. */
void making_issue(const struct making *m, struct issue *i);

/* Fits the dates into the authority's: a length that nobody asked for ends with it, one that was asked
 * for is refused. */
bool making_fit(const struct making *m, const struct authority *a, struct issue *i, struct err *e);

/* Says what was issued: with --json as an event of the members subject, serial, from, to and names;
 * else in one line that ends in then. file: where the certificate is; NULL: with --json it is in the
 * event. Warns when a node's certificate names no host. */
void making_report(struct log *log, const char *event, const struct issue *i, struct span cert,
	const char *file, const char *then);

/* Reports e when there is one, and gives the exit code. */
int making_done(struct log *log, const struct err *e);

#endif
