/* SPDX-License-Identifier: MIT */
#include "cli/exit.h"

int exit_code(const struct err *e)
{
	static const int codes[] = {
		[ERR_NONE] = EXIT_DONE,
		[ERR_USAGE] = EXIT_USAGE,
		[ERR_INPUT] = EXIT_INPUT,
		[ERR_SYSTEM] = EXIT_SYSTEM,
		[ERR_NETWORK] = EXIT_NETWORK,
		[ERR_PEER] = EXIT_PEER,
		[ERR_TLS] = EXIT_SECURITY,
		[ERR_TRUST] = EXIT_SECURITY,
		[ERR_RANDOM] = EXIT_RANDOM,
		[ERR_LIMIT] = EXIT_REFUSED,
	};
	return codes[e->kind];
}
