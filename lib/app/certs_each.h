/* SPDX-License-Identifier: MIT */
/* Every certificate below the paths a user names, once. */
#ifndef DCMSEC_APP_CERTS_EACH_H
#define DCMSEC_APP_CERTS_EACH_H

#include "cli/log.h"
#include "pki/cert.h"

/* Calls visit for each; a hashed directory's links lead to what was seen already. Files in folders that
 * hold no certificate are passed over; one that was named is an error. False: there were errors, all
 * reported. */
bool certs_each(char *const *paths, int n, struct log *log,
	void (*visit)(void *arg, const char *path, const struct cert *c), void *arg);

/* "EC P-256", "RSA 3072"; "unknown key". Returns text. */
char *certs_key_text(const struct cert *c, char *text, size_t cap);

/* The alternative names: "DNS:a IP:192.0.2.1", as far as they fit. Returns text. */
char *certs_names_text(const struct cert *c, char *text, size_t cap);

/* Whole days until it ends; negative: since. */
int64_t certs_days_left(const struct cert *c, int64_t now);

#endif
