/* SPDX-License-Identifier: MIT */
#include "app/door.h"

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

int door_take(struct door *d, char who[NET_ADDR])
{
	const int fd = d->single;
	d->single = -1;
	errno = EAGAIN;
	if (fd >= 0)
		memcpy(who, d->peer, NET_ADDR);
	else if (d->listener >= 0)
		return net_accept(d->listener, who);
	return fd;
}
