/* SPDX-License-Identifier: MIT */
#include "app/door.h"

#include "base/parts.h"
#include "cli/streams.h"
#include "io/inherit.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool take_over(struct door *d, int from, struct err *e)
{
	bool listening = false;
	const int fd = inherit_take(from, &listening, &d->at, d->peer, e);
	if (fd >= 0)
		streams_leave(fd, STDIN_FILENO);
	if (from > STDERR_FILENO)
		close(from);
	*(listening ? &d->listener : &d->single) = fd;
	return fd >= 0;
}

bool door_open(struct door *d, struct err *e)
{
	int given;
	d->listener = d->single = -1;
	if (FACE && d->hosts && !access_hosts_ok(d->hosts, e))
		return false;
	if (d->inetd)
		return take_over(d, STDIN_FILENO, e);
	if (!inherit_activated(&given, e))
		return false;
	if (given >= 0)
		return take_over(d, given, e);
	d->listener = net_listen(d->bind, d->port, &d->at, e);
	d->ours = d->listener >= 0;
	return d->ours;
}

void door_close(struct door *d)
{
	if (d->listener >= 0)
		close(d->listener);
	if (d->single >= 0)
		close(d->single);
	d->listener = d->single = -1;
}

enum door_came door_take(struct door *d, int *fd, char who[NET_ADDR], struct err *why)
{
	*fd = d->single;
	d->single = -1;
	errno = EAGAIN;
	if (*fd >= 0)
		memcpy(who, d->peer, NET_ADDR);
	else if (d->listener >= 0)
		*fd = net_accept(d->listener, who);
	if (*fd < 0)
		return DOOR_NOBODY;
	if (!FACE || !d->hosts || access_hosts_allow(d->hosts, who, why))
		return DOOR_PEER;
	close(*fd);
	return DOOR_SHUT;
}
