/* SPDX-License-Identifier: MIT */
/* Which word means which source, and the sources that give finished random bytes. */
#include "io/entropy_source.h"

#include "base/buf.h"
#include "base/wipe.h"
#include "io/entropy_os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void tap_bytes(struct source_tap *tap, struct span bytes, bool counts)
{
	pool_add(tap->pool, bytes, 0);
	tap->size += bytes.n;
	if (!counts)
		return;
	struct buf b = buf_on(tap->sample.p, tap->sample.n);
	buf_filled(&b, tap->n);
	buf_bytes(&b, span_at(bytes, 0, tap->sample.n - tap->n));
	tap->n = b.n;
}

static bool source_os(struct source_tap *tap, struct source_gift *g, struct err *e)
{
	uint8_t bytes[SOURCE_BYTES];
	const char *from;
	if (!entropy_os_read((struct mspan){ bytes, sizeof bytes }, &from, e))
		return false;
	tap_bytes(tap, span_of(bytes, sizeof bytes), false);
	wipe(bytes, sizeof bytes);
	g->vouched = 8 * sizeof bytes;
	snprintf(g->what, sizeof g->what, "the operating system's generator, by %s", from);
	return true;
}

static bool source_cpu(struct source_tap *tap, struct source_gift *g, struct err *e)
{
	uint8_t bytes[SOURCE_BYTES];
	const char *from;
	if (!entropy_cpu_read((struct mspan){ bytes, sizeof bytes }, &from))
		return err_set(
			e, ERR_RANDOM, 0, "this processor has no random instruction that works");
	tap_bytes(tap, span_of(bytes, sizeof bytes), false);
	wipe(bytes, sizeof bytes);
	g->vouched = 8 * sizeof bytes;
	snprintf(g->what, sizeof g->what, "the processor's instruction %s", from);
	return true;
}

/* A file or a device; anything at all where it is said to be a device. */
static bool source_path(
	const char *path, bool device, struct source_tap *tap, struct source_gift *g, struct err *e)
{
	struct stat st;
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	bool ok = false;
	if (fd < 0 || fstat(fd, &st) != 0)
		err_set(e, ERR_INPUT, errno, "cannot read %s: %s", path, strerror(errno));
	else if (device || S_ISCHR(st.st_mode))
		ok = source_device(path, fd, &st, tap, g, e);
	else if (S_ISREG(st.st_mode))
		ok = source_file(path, fd, tap, g, e);
	else
		err_set(e, ERR_INPUT, 0, "%s is neither a file nor a device", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

bool source_read(const char *spec, struct source_tap *tap, struct source_gift *g, struct err *e)
{
	*g = (struct source_gift){ .vouched = -1 };
	if (strcmp(spec, "os") == 0)
		return source_os(tap, g, e);
	if (strcmp(spec, "cpu") == 0)
		return source_cpu(tap, g, e);
	if (strcmp(spec, "keyboard") == 0)
		return source_keyboard(tap, g, e);
	if (strcmp(spec, "-") == 0)
		return source_file("standard input", STDIN_FILENO, tap, g, e);
	if (strncmp(spec, "egd:", 4) == 0)
		return source_egd(spec + 4, tap, g, e);
	if (strncmp(spec, "dev:", 4) == 0)
		return source_path(spec + 4, true, tap, g, e);
	return source_path(spec, false, tap, g, e);
}

bool source_repeats(const char *spec)
{
	return strcmp(spec, "os") == 0 || strcmp(spec, "cpu") == 0 ||
		strncmp(spec, "egd:", 4) == 0 || strncmp(spec, "dev:", 4) == 0;
}
