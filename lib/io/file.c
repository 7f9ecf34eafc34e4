/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* madvise, MAP_ANONYMOUS */
#include "io/file.h"

#include "base/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Reads until the end or until the room is full; the count, or -1 with errno. */
static ssize_t read_all(int fd, struct mspan room)
{
	size_t got = 0;
	while (got < room.n) {
		const ssize_t n = read(fd, room.p + got, room.n - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

bool file_load(const char *path, size_t max, struct mspan *out, struct err *e)
{
	*out = (struct mspan){ 0 };
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return err_set(e, ERR_INPUT, errno, "cannot open %s: %s", path, strerror(errno));
	fcntl(fd, F_SETFL, 0); /* only a FIFO without a writer was not to be waited for */
	const off_t size = lseek(fd, 0, SEEK_END);
	const size_t want = size > 0 && (uint64_t)size <= max ? (size_t)size : max;
	struct mspan room = { malloc(want + 1), want + 1 };
	ssize_t got = -1;
	if (size < 0 || lseek(fd, 0, SEEK_SET) == 0)
		got = room.p ? read_all(fd, room) : -1;
	const int failure = room.p ? errno : ENOMEM;
	close(fd);
	if (got < 0 || (size_t)got > want || (uint64_t)(size > 0 ? size : 0) > max) {
		file_free(&room);
		if (got < 0)
			return err_set(e, ERR_INPUT, failure, "cannot read %s: %s", path,
				strerror(failure));
		return err_set(e, ERR_INPUT, 0,
			"%s is larger than the %zu bytes allowed for its kind, or grew while it "
			"was read",
			path, max);
	}
	room.p[got] = 0;
	*out = (struct mspan){ room.p, (size_t)got };
	return true;
}

void file_free(struct mspan *loaded)
{
	if (loaded->p)
		wipe(loaded->p, loaded->n);
	free(loaded->p);
	*loaded = (struct mspan){ 0 };
}

void *secret_new(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	mlock(p, n); /* a low limit of the host costs the lock, not the connection */
#ifdef MADV_DONTDUMP
	madvise(p, n, MADV_DONTDUMP);
#endif
	return p;
}

void secret_free(void *p, size_t n)
{
	if (!p)
		return;
	wipe(p, n);
	munmap(p, n);
}
