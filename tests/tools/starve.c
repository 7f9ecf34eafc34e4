/* SPDX-License-Identifier: MIT */
/* Runs a program where the system gives no randomness: getrandom is not there (seccomp answers ENOSYS)
 * and the root is a folder without devices. usage: starve ROOT PROGRAM [ARGUMENT]..., paths as seen in
 * ROOT; ROOT "/" leaves the root alone. Exit code 125: this host does not let us. */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From <linux/filter.h> and <linux/seccomp.h>, which a musl build does not see. */
struct step {
	unsigned short code;
	unsigned char yes, no;
	unsigned value;
};
struct program {
	unsigned short n;
	const struct step *steps;
};
enum {
	LOAD_WORD = 0x20,
	JUMP_EQUAL = 0x15,
	ANSWER = 0x06,
	FILTER_MODE = 2,
	AT_NUMBER = 0,
	FAIL = 0x00050000,
	ALLOW = 0x7fff0000,
};

int main(int argc, char **argv)
{
	static const struct step steps[] = {
		{ LOAD_WORD, 0, 0, AT_NUMBER },
		{ JUMP_EQUAL, 0, 1, SYS_getrandom },
		{ ANSWER, 0, 0, FAIL | ENOSYS },
		{ ANSWER, 0, 0, ALLOW },
	};
	const struct program filter = { 4, steps };
	if (argc < 3)
		return 2;
	if (strcmp(argv[1], "/") != 0 && (chroot(argv[1]) != 0 || chdir("/") != 0)) {
		perror("chroot");
		return 125;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		prctl(PR_SET_SECCOMP, FILTER_MODE, &filter, 0, 0) != 0) {
		perror("seccomp");
		return 125;
	}
	execv(argv[2], argv + 2);
	perror(argv[2]);
	return 126;
}
