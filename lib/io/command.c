/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* environ */
#include "io/command.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool command_run(const char *line, bool wait, struct err *e)
{
	char shell[] = "/bin/sh", flag[] = "-c", *own = strdup(line);
	char *const words[] = { shell, flag, own, NULL };
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	pid_t pid = 0;
	if (!own)
		return err_set(e, ERR_SYSTEM, ENOMEM, "no memory to run a command");
	/* What nobody waits for, the kernel takes away by itself. */
	if (!wait)
		signal(SIGCHLD, SIG_IGN);
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGCHLD);
	sigaddset(&usual, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	const int failure = posix_spawn(&pid, shell, NULL, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	free(own);
	if (failure)
		return err_set(e, ERR_SYSTEM, failure, "cannot run /bin/sh: %s", strerror(failure));
	while (wait && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return true;
}
