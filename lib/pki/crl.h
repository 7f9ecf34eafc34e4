/* SPDX-License-Identifier: MIT */
/* A certificate revocation list (RFC 5280 5), read as a stream: the octets pass once, are hashed for
 * the signature, and of each entry only 13 octets are kept. So a list of a million entries costs 13 MB
 * and is searched in a millisecond, whatever its size on disk. */
#ifndef DCMSEC_PKI_CRL_H
#define DCMSEC_PKI_CRL_H

#include "pki/memo.h"
#include "pki/sig.h"

enum {
	CRL_HEAD = 8192,     /* octets up to the first entry, at most */
	CRL_TAIL = 16384,    /* octets from the last entry on, at most */
	CRL_ENTRY = 4096,    /* octets of one entry, at most */
	CRL_NAMES = 8 << 20, /* octets of the names of other issuers, at most */
};

/* Reasons as RFC 5280 5.3.1 numbers them, and their set as in 4.2.1.13: unused is bit 0. */
enum { CRL_UNSPECIFIED = 0, CRL_HOLD = 6, CRL_REMOVE = 8, CRL_REASONS_ALL = 0x1fe };

/* The entries, in parallel arrays that the owner makes and frees. */
struct crl_table {
	uint64_t *keys;   /* a hash of the certificate's issuer and serial */
	uint32_t *dates;  /* of revocation, seconds since 1970 */
	uint8_t *reasons; /* 0 to 10 */
	size_t n, cap;
	size_t most; /* that the owner allows */
	/* Makes cap larger than n. False: no memory. */
	bool (*grow)(struct crl_table *t);
};

struct crl {
	unsigned version;
	struct span algorithm, inner; /* whole AlgorithmIdentifiers; all spans point into store */
	struct span issuer;           /* whole Name */
	int64_t this_update, next_update;
	bool has_next;
	struct span number;        /* CRL number, contents; empty: none */
	struct span base;          /* of a delta CRL: the base's number; empty: a complete CRL */
	struct span issuer_key_id; /* empty: none */
	struct span scope;         /* the issuing distribution point's value; empty: none */
	struct span point; /* its distribution point name (the choice, whole); empty: none */
	bool only_user, only_ca, only_attribute, indirect;
	unsigned reasons; /* the set this list covers */
	struct span
		unknown; /* OID of a critical extension that is not understood, also of an entry */
	bool foreign;    /* entries of another issuer, though the list is not indirect */
	struct span signature;
	uint8_t digest[64]; /* of what is signed, when alg is supported */
	struct sig_alg alg; /* type KEY_NONE: not supported */
	struct crl_table entries;
	uint8_t store[CRL_HEAD + CRL_TAIL];
};

struct crl_entry {
	int64_t date;
	unsigned reason;
};

/* State of one reading; holds no resource. */
struct crl_scan {
	struct crl *crl;
	enum { CRL_IN_HEAD, CRL_IN_ENTRIES, CRL_IN_TAIL } state;
	size_t total;        /* octets of the whole CRL still to come behind what was eaten */
	size_t tbs_left;     /* octets of what is signed, not hashed yet */
	size_t entries_left; /* octets of entries, not read yet */
	size_t kept;         /* of crl->store */
	uint64_t seed;       /* of the issuer that entries belong to at present */
	/* The last entry's date as it was written, and read: most have the same. */
	uint8_t time[17];
	size_t time_n;
	int64_t date;
	size_t names; /* octets of other issuers' names so far */
	const br_hash_class *hash_class;
	br_hash_compat_context hash;
	size_t n; /* octets in window */
	uint8_t window[CRL_TAIL];
};

/* Begins to read a DER CRL into *crl, whose entries must have grow set and may have storage. Then feed
 * takes octets in pieces of any size, and end says that there are no more. False with *e (ERR_INPUT)
 * when it is malformed. */
void crl_begin(struct crl_scan *s, struct crl *crl);
bool crl_feed(struct crl_scan *s, struct span data, struct err *e);
bool crl_end(struct crl_scan *s, struct err *e);

/* True when the list has an entry for this certificate; issuer is a whole Name, serial the contents of
 * the INTEGER. */
bool crl_find(
	const struct crl *crl, struct span issuer, struct span serial, struct crl_entry *entry);

/* True when the key has signed the list, with an algorithm that is the same inside and outside. memo may
 * be NULL. */
bool crl_verify(const struct crl *crl, const struct pubkey *key, struct sig_memo *memo);

const char *crl_reason_name(unsigned reason); /* "keyCompromise" */

#endif
