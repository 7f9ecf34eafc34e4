/* SPDX-License-Identifier: MIT */
/* The peers of a receiver: taken from the listening socket, counted, and cut off where there are too many
 * of them. What one says is scp's matter, what is told of it inbox's. */
#ifndef DCMSEC_APP_CROWD_H
#define DCMSEC_APP_CROWD_H

#include "app/door.h"
#include "app/inbox.h"
#include "app/limits.h"
#include "io/porter.h"

#include <poll.h>

enum { CROWD_OWN = 2 };

struct crowd {
	const struct limits *limits;
	struct inbox *inbox;
	struct scp_config *config;
	struct inbox_peer *peers;
	struct pollfd
		*polls; /* the listener's, the porter's, and from CROWD_OWN on those of peers */
	size_t n, cap;
	struct porter *porter; /* who judges those that come; NULL: all may */
	uint64_t questions;    /* that it was asked */
	uint64_t accept_again; /* descriptors or memory ran out: none is taken before this time */
	bool leaving;          /* new associations are rejected */
};

/* config is told whom to ask about new associations. False: no memory. */
bool crowd_open(struct crowd *c, const struct limits *limits, struct inbox *inbox,
	struct scp_config *config);
void crowd_close(struct crowd *c);

/* Takes a connection that waits at the door. False: there is none, or it cannot be had now. */
bool crowd_take(struct crowd *c, struct door *door);

/* Makes a peer of a connected socket, which it takes over also when it fails. */
bool crowd_add(struct crowd *c, int fd, const char *who, struct err *e);

/* Lets in and turns away who waits for the porter's answer. */
void crowd_heed(struct crowd *c, uint64_t now);

/* Whether a peer waits for that answer: nothing of it is read before. */
bool crowd_holds(const struct inbox_peer *p);

/* When the listener is to be asked again; 0: at once. */
uint64_t crowd_paused(const struct crowd *c, uint64_t now);

/* Fills polls but for the listener's, and tells the earliest deadline. */
uint64_t crowd_poll(struct crowd *c);

size_t crowd_associated(const struct crowd *c);

/* Cuts off all. */
void crowd_cut(struct crowd *c, const struct err *why);

#endif
