/* SPDX-License-Identifier: MIT */
#include "io/sessionfile.h"

#include "io/whole.h"

#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool unusable(const struct session_file *f, const char *why, struct err *e)
{
	return err_set(e, ERR_INPUT, 0, "sessions are not kept in %s: %s", f->path, why);
}

/* A regular file of ours that nobody else may read, and that no other process works with. */
static bool ours(const struct session_file *f, struct err *e)
{
	struct stat s;
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (fstat(f->fd, &s))
		return unusable(f, strerror(errno), e);
	if (!S_ISREG(s.st_mode))
		return unusable(f, "it is no regular file", e);
	if (s.st_uid != geteuid())
		return unusable(f, "it belongs to somebody else", e);
	if (s.st_mode & 077)
		return unusable(f, "others may read or write it; chmod 600 it", e);
	if (fcntl(f->fd, F_SETLK, &lock))
		return unusable(f, "another process uses it", e);
	return true;
}

static bool load(const struct session_file *f, struct tls_sessions *s, struct err *e)
{
	const size_t size = SESSIONS_BYTES + 1;
	uint8_t *bytes = secret_new(size);
	bool other = false;
	if (!bytes)
		return unusable(f, "no memory", e);
	const ssize_t n = read_whole(f->fd, (struct mspan){ bytes, size }, 0);
	const bool fine = n == 0 || (n > 0 && sessions_read(s, span_of(bytes, (size_t)n), &other));
	secret_free(bytes, size);
	if (n < 0)
		return unusable(f, strerror(errno), e);
	s->changed = other;
	return fine || other ||
		unusable(f, "it holds no sessions or is damaged; remove it, or name another", e);
}

bool session_file_open(
	struct session_file *f, const char *path, struct tls_sessions *s, struct err *e)
{
	*f = (struct session_file){ .path = path };
	f->fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	if (f->fd < 0)
		return unusable(f, strerror(errno), e);
	if (ours(f, e) && load(f, s, e))
		return true;
	close(f->fd);
	f->fd = -1;
	return false;
}

/* Written where it lies, since the lock is on this very file; half of it would not be taken for whole. */
bool session_file_close(struct session_file *f, struct tls_sessions *s, struct err *e)
{
	bool fine = true;
	if (f->fd < 0)
		return true;
	if (s->changed) {
		uint8_t *bytes = secret_new(SESSIONS_BYTES);
		struct buf b = buf_on(bytes, bytes ? SESSIONS_BYTES : 0);
		sessions_write(s, &b);
		struct span all = buf_span(&b);
		fine = buf_ok(&b) && lseek(f->fd, 0, SEEK_SET) == 0 && write_whole(f->fd, &all) &&
			ftruncate(f->fd, (off_t)b.n) == 0;
		if (!fine)
			unusable(f, bytes ? strerror(errno) : "no memory", e);
		if (bytes)
			secret_free(bytes, SESSIONS_BYTES);
	}
	close(f->fd);
	f->fd = -1;
	return fine;
}
