/* SPDX-License-Identifier: MIT */
/* A peer's bytes into a receiver over a socket pair. The first byte says how they are cut. A file may
 * stand under a final name only if its sender was answered with success, and none under another. */
#define _GNU_SOURCE
#include "io/clock.h"
#include "io/scp.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct outdir out;
static const struct scp_config config = { .out = &out,
	.name = "{SOPInstanceUID}",
	.any_class = true,
	.max_pdu = 4096,
	.artim = 1000,
	.idle = 1000,
	.aside = 3 };

static void close_folder(void)
{
	rmdir(out.path);
}

static void open_folder(void)
{
	static char folder[] = "/dev/shm/dcmsec-fuzz-XXXXXX", other[] = "/tmp/dcmsec-fuzz-XXXXXX";
	struct err e = { 0 };
	const char *made = mkdtemp(folder) ? folder : mkdtemp(other);
	assert(made && outdir_open(&out, made, false, &e));
	atexit(close_folder);
}

/* Takes all files away; the count, and dies of one under a temporary name. */
static unsigned empty_folder(void)
{
	unsigned found = 0;
	DIR *dir = fdopendir(openat(out.fd, ".", 0));
	assert(dir);
	for (struct dirent *d; (d = readdir(dir));) {
		if (d->d_name[0] == '.') {
			assert(d->d_name[1] == '\0' || strcmp(d->d_name, "..") == 0);
			continue;
		}
		unlinkat(out.fd, d->d_name, 0);
		found++;
	}
	closedir(dir);
	return found;
}

static unsigned stored;

static void hear(const struct scp_news *news)
{
	if (news->what == SCP_OBJECT && news->object->status == DIMSE_SUCCESS) {
		assert(news->object->file);
		stored += news->object->placed != OUTFILE_SAME;
	}
	if (news->what == SCP_OBJECT && news->object->status != DIMSE_SUCCESS)
		assert(!news->object->file && news->object->err.kind != ERR_NONE);
	if (news->what == SCP_REJECTED)
		assert(news->err.kind != ERR_NONE);
}

static void turn(struct scp *scp, uint64_t now)
{
	struct scp_news news;
	struct pollfd p = { .fd = conn_fd(scp_conn(scp)), .events = conn_wants(scp_conn(scp)) };
	struct err why = { 0 };
	if (p.fd >= 0)
		poll(&p, 1, 0);
	scp_turn(scp, p.fd >= 0 ? p.revents : 0, now);
	for (bool more = true; more;) {
		while (scp_next(scp, &news))
			hear(&news);
		more = scp_place(scp);
		const bool settled = !more || outdir_settle(&out, &why);
		while (scp_waits(scp)) {
			scp_answer(scp, settled, &why, &news);
			hear(&news);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span in = { bytes, n };
	uint8_t cut, waste[4096];
	int fds[2];
	struct err e = { 0 };
	if (!out.path)
		open_folder();
	if (!span_u8(&in, &cut) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) != 0)
		return 0;
	struct scp *scp = scp_new(fds[1], &config, &e);
	assert(scp);
	uint64_t now = clock_ms();
	stored = 0;
	while (in.n) {
		const size_t most = cut % 8 ? (size_t)(cut % 8) * 64 : 1 << 16;
		const ssize_t sent = send(fds[0], in.p, in.n < most ? in.n : most, MSG_NOSIGNAL);
		if (sent > 0)
			span_skip(&in, (size_t)sent);
		turn(scp, now);
		if (cut & 8)
			while (recv(fds[0], waste, sizeof waste, 0) > 0)
				;
		if (conn_over(scp_conn(scp)) || (sent <= 0 && !(cut & 8)))
			break;
	}
	if (cut & 16)
		close(fds[0]);
	for (int i = 0; i < 40 && !conn_over(scp_conn(scp)); i++)
		turn(scp, now += 500);
	assert(conn_over(scp_conn(scp))); /* closed, or given up */
	if (!(cut & 16))
		close(fds[0]);
	scp_free(scp);
	assert(empty_folder() == stored);
	return 0;
}
