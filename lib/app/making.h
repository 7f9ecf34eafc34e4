/* SPDX-License-Identifier: MIT */
/* What the commands share that make keys and certificates: options as rows, randomness, files. */
#ifndef DCMSEC_APP_MAKING_H
#define DCMSEC_APP_MAKING_H

#include "app/pass.h"
#include "cli/log.h"
#include "io/authority.h"

#include "cli/applet.h"

enum { MAKING_DAYS = 825, MAKING_ROOM = 16384 };

struct making_opts {
	struct log log;
	const char *dir;  /* of the authority */
	const char *name; /* subject */
	const char *san;
	const char *title;
	const char *out;
	int days;
	int role; /* enum making_role */
	bool rsa;
	bool encrypt;          /* the new key */
	struct pass_opts pass; /* of the authority's key */
	struct pass_opts new_pass;
	int64_t at;
	bool has_at;
};

enum making_role { MAKING_BOTH, MAKING_SERVER, MAKING_CLIENT };

/* Rows relative to a struct making_opts. */
extern const struct opt making_ca_rows[];       /* --dir and the password of its key */
extern const struct opt making_key_rows[];      /* --rsa --encrypt ... of a new key */
extern const struct opt making_new_pass_rows[]; /* relative to a struct pass_opts */
extern const struct opt making_cert_rows[];     /* --days --role --at */
extern const struct opt making_name_rows[];     /* --name --san --aet */

/* Everything a command needs while it works. */
struct making {
	const struct making_opts *o;
	struct entropy random;
	struct key *key;      /* a new one, in memory for secrets */
	struct buf subject;   /* whole name */
	struct buf alt_names; /* contents */
	struct buf spki;
	uint8_t rooms[3][4096];
};

/* Opens the generators. False with *e; nothing is to be closed then. */
bool making_open(struct making *m, const struct making_opts *o, struct err *e);
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

/* Reports e when there is one, and gives the exit code. */
int making_done(struct log *log, const struct err *e);

#endif
