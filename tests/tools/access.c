/* SPDX-License-Identifier: MIT */
/* usage: access DAEMON ALLOW DENY: for each line "ADDRESS [NAME]" of standard input says whether the two
 * files let that client in: "yes", "no", or what is wrong with them. NAME "paranoid" is a forged one. */
#include "io/access.h"
#include "io/file.h"

#include <stdio.h>
#include <string.h>

static enum access_named name(void *arg, char text[ACCESS_NAME])
{
	const char *said = arg;
	snprintf(text, ACCESS_NAME, "%s", said);
	return !*said                           ? ACCESS_UNNAMED
		: strcmp(said, "paranoid") == 0 ? ACCESS_FORGED
						: ACCESS_NAMED;
}

int main(int argc, char **argv)
{
	struct mspan files[2];
	struct err e = { 0 };
	char line[512];
	if (argc != 4 || !file_load(argv[2], 1 << 20, &files[0], &e) ||
		!file_load(argv[3], 1 << 20, &files[1], &e))
		return 2;
	while (fgets(line, sizeof line, stdin)) {
		char address[256] = "", called[256] = "";
		sscanf(line, "%255s %255s", address, called);
		struct access_client c = { .name = name, .arg = called };
		enum access_rule found = ACCESS_NO_RULE;
		unsigned at;
		bool fine = true;
		int file = 0;
		access_address(span_str(address), &c.address);
		err_clear(&e);
		for (; fine && file < 2; file++) {
			const struct span text = { files[file].p, files[file].n };
			fine = access_find(text, argv[1], &c, &found, &at, &e);
			if (found != ACCESS_NO_RULE)
				break;
		}
		const bool no = found == ACCESS_RULE_DENY || (found == ACCESS_RULE && file == 1);
		puts(!fine ? e.text : no ? "no" : "yes");
	}
	file_free(&files[0]);
	file_free(&files[1]);
	return 0;
}
