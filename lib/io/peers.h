/* SPDX-License-Identifier: MIT */
/* Which certificate an AE title may come with. AE titles are claims that anybody can make: a valid
 * certificate of one node would otherwise let it speak for every other. */
#ifndef DCMSEC_IO_PEERS_H
#define DCMSEC_IO_PEERS_H

#include "base/list.h"
#include "base/span.h"
#include "pki/chain.h"

/* "CT1=SHA256:AB:CD...", "CT1=subject:CN=ct1.hospital". A title may stand in several: any will do. */
bool peers_ok(const char *binding, struct err *e);

struct peers {
	struct list lines; /* bindings, borrowed from options or from the file */
	struct mspan file;
	size_t room; /* entries in lines.v */
};

/* bindings as peers_ok takes them; path (may be NULL) is a file of such lines, where empty ones and those
 * that begin with # are passed over. False with the line's number; nothing is to be closed then. */
bool peers_open(struct peers *p, const struct list *bindings, const char *path, struct err *e);
void peers_close(struct peers *p);

/* True when p is NULL, when the title is in no binding, or in one that the peer's certificate fits. peer is NULL, or not
 * known, where there is no TLS identity: then a bound title is never its own. */
bool peers_allow(const struct peers *p, const char *title, const struct pki_peer *peer);

#endif
