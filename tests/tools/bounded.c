/* SPDX-License-Identifier: MIT */
/* usage: bounded FILE CPU-SECONDS COMMAND...: runs a command that is killed when it takes more processor
 * time, and writes to FILE what it took: exit code or minus the signal, milliseconds, most kilobytes
 * resident. A program of its own because what is resident at exec counts as the command's: here that is
 * little, in an interpreter it is not. */
#define _DEFAULT_SOURCE /* wait4 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage u;
	int status;
	if (argc < 4)
		return 2;
	const rlim_t seconds = (rlim_t)atoi(argv[2]);
	const pid_t child = fork();
	if (child < 0)
		return 2;
	if (child == 0) {
		const struct rlimit limit = { seconds, seconds };
		if (setrlimit(RLIMIT_CPU, &limit) == 0)
			execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (wait4(child, &status, 0, &u) != child)
		return 2;
	FILE *f = fopen(argv[1], "w");
	if (!f)
		return 2;
	const long cpu = (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
		(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
	fprintf(f, "%d %ld %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), cpu,
		u.ru_maxrss);
	return fclose(f) ? 2 : 0;
}
