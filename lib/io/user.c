/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* syscall */
#include "io/user.h"

#include "io/file.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The next field, up to the end or a mark, which is eaten with it. */
static void field(struct span *s, uint8_t mark, struct span *out)
{
	size_t n = s->n;
	span_find(*s, mark, &n);
	span_take(s, n, out);
	span_skip(s, 1);
}

static bool number(struct span s, unsigned *v)
{
	uint64_t sum = 0;
	if (s.n == 0 || s.n > 10)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		sum = 10 * sum + s.p[i] - '0';
	}
	*v = (unsigned)sum;
	return sum < UINT32_MAX; /* that one means nobody */
}

/* A number, which is its own group then; or the third and fourth field of the line that begins with name,
 * in the form of passwd(5) and group(5): what a host without name services knows. */
static bool find_ids(const char *file, struct span name, unsigned *id, unsigned *group)
{
	struct mspan loaded;
	struct span line, f[4];
	bool found = false;
	if (number(name, id)) {
		*group = *id;
		return true;
	}
	if (!file_load(file, 1 << 20, &loaded, NULL))
		return false;
	for (struct span text = { loaded.p, loaded.n }; text.n && !found;) {
		field(&text, '\n', &line);
		for (size_t i = 0; i < 4; i++)
			field(&line, ':', &f[i]);
		found = span_eq(f[0], name) && number(f[2], id);
		if (found && !number(f[3], group)) /* a group's members stand there */
			*group = *id;
	}
	file_free(&loaded);
	return found;
}

bool user_become(const char *user, struct err *e)
{
	struct span rest = span_str(user), name;
	unsigned uid, gid, unused;
	const bool group = strchr(user, ':') != NULL;
	field(&rest, ':', &name);
	if (name.n == 0 || (group && rest.n == 0))
		return err_set(
			e, ERR_USAGE, 0, "\"%s\" names no user: give NAME or NAME:GROUP", user);
	if (!find_ids("/etc/passwd", name, &uid, &gid))
		return err_set(e, ERR_USAGE, 0, "there is no user \"%.*s\" in /etc/passwd",
			(int)name.n, (const char *)name.p);
	if (group && !find_ids("/etc/group", rest, &gid, &unused))
		return err_set(e, ERR_USAGE, 0, "there is no group \"%.*s\" in /etc/group",
			(int)rest.n, (const char *)rest.p);
	const bool already =
		geteuid() == uid && getuid() == uid && getegid() == gid && getgid() == gid;
	if (already && uid != 0)
		return true; /* other groups are root's alone to give up */
	/* The kernel's own, for one thread; libc's would bring along what tells other threads. */
	if (syscall(SYS_setgroups, 0, NULL) != 0 || syscall(SYS_setgid, gid) != 0 ||
		syscall(SYS_setuid, uid) != 0)
		return err_set(e, ERR_SYSTEM, errno, "cannot become user %s: %s; only root can",
			user, strerror(errno));
	if (uid != 0 && syscall(SYS_setuid, 0) == 0)
		return err_set(e, ERR_SYSTEM, 0, "user %s can become root again", user);
	return true;
}
