/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* major, minor, SYS_ numbers */
#include "io/entropy_os.h"

#include "base/buf.h"
#include "base/wipe.h"
#include "io/clock.h"
#include "rand/health.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 10000 }; /* ms for the kernel to collect its first entropy after boot */

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
}

static bool by_call(struct mspan out, struct err *e)
{
	const uint64_t deadline = clock_after(clock_ms(), PATIENCE);
	struct buf b = buf_on(out.p, out.n);
	while (b.n < out.n) {
		const struct mspan room = buf_room(&b);
		const ssize_t n = getrandom(room.p, room.n, GRND_NONBLOCK);
		if (n > 0)
			buf_filled(&b, (size_t)n);
		else if (n < 0 && errno == EAGAIN && clock_ms() < deadline)
			nap();
		else if (n == 0 || errno != EINTR)
			return err_set(e, ERR_RANDOM, errno, "getrandom: %s",
				n < 0 && errno == EAGAIN ? "the kernel is not seeded yet"
							 : strerror(errno));
	}
	return true;
}

/* Opens one of the kernel's random devices, and only that: what else lies under its name in a chroot
 * or a container is no randomness. Linux numbers them 1:8 and 1:9. */
static int open_device(const char *path, unsigned number, struct err *e)
{
	struct stat st;
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		err_set(e, ERR_RANDOM, errno, "%s: %s", path, strerror(errno));
		return -1;
	}
	if (fstat(fd, &st) != 0 || !S_ISCHR(st.st_mode) || major(st.st_rdev) != 1 ||
		minor(st.st_rdev) != number) {
		err_set(e, ERR_RANDOM, 0, "%s is not the kernel's device", path);
		close(fd);
		return -1;
	}
	return fd;
}

/* /dev/urandom gives bytes even before the kernel has any entropy; /dev/random becomes readable when
 * it has. */
static bool by_device(struct mspan out, struct err *e)
{
	const int gate = open_device("/dev/random", 8, e);
	if (gate < 0)
		return false;
	const int ready = poll(&(struct pollfd){ .fd = gate, .events = POLLIN }, 1, PATIENCE);
	close(gate);
	if (ready != 1)
		return err_set(e, ERR_RANDOM, 0, "/dev/random: the kernel is not seeded yet");
	const int fd = open_device("/dev/urandom", 9, e);
	if (fd < 0)
		return false;
	struct buf b = buf_on(out.p, out.n);
	while (b.n < out.n) {
		const struct mspan room = buf_room(&b);
		const ssize_t n = read(fd, room.p, room.n);
		if (n > 0)
			buf_filled(&b, (size_t)n);
		else if (n == 0 || errno != EINTR)
			break;
	}
	close(fd);
	return b.n == out.n || err_set(e, ERR_RANDOM, errno, "/dev/urandom: %s", strerror(errno));
}

bool entropy_os_read(struct mspan out, const char **from, struct err *e)
{
	struct err first = { 0 }, second = { 0 };
	*from = "getrandom";
	if (!by_call(out, &first)) {
		*from = "/dev/urandom";
		if (!by_device(out, &second)) {
			wipe(out.p, out.n);
			return err_set(e, ERR_RANDOM, 0,
				"the operating system gives no randomness (%s; %s)", first.text,
				second.text);
		}
	}
	struct health h = HEALTH_OF_8;
	if (!health_bytes(&h, span_of(out.p, out.n))) {
		wipe(out.p, out.n);
		return err_set(
			e, ERR_RANDOM, 0, "%s fails the %s (SP 800-90B 4.4)", *from, h.failed);
	}
	return true;
}

void entropy_unique(uint8_t out[64], bool system)
{
	struct timespec real, since;
	struct buf b = buf_on(out, 64);
	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_MONOTONIC, &since);
	buf_u64be(&b, (uint64_t)real.tv_sec);
	buf_u64be(&b, (uint64_t)real.tv_nsec);
	buf_u64be(&b, (uint64_t)since.tv_sec);
	buf_u64be(&b, (uint64_t)since.tv_nsec);
	buf_u32be(&b, (uint32_t)getpid());
	buf_u32be(&b, (uint32_t)getppid());
	/* where the kernel put this stack */
	buf_u64be(&b, (uint64_t)(uintptr_t)&real);
	const void *kernels = system ? (const void *)getauxval(AT_RANDOM) : NULL;
	if (kernels)
		buf_bytes(&b, span_of(kernels, 16));
	buf_fill(&b, 0, 64 - b.n);
}
