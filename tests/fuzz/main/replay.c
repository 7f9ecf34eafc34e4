/* SPDX-License-Identifier: MIT */
/* Feeds a fuzz target every file named, or found in a folder named, on the command line. A crash or
 * a sanitizer's report is the failure; reaching the end is the success. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static unsigned long fed;

static void feed_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		exit(2);
	}
	size_t n = 0, cap = 1 << 16;
	uint8_t *data = malloc(cap);
	while (data) {
		n += fread(data + n, 1, cap - n, f);
		if (n < cap)
			break;
		uint8_t *more = realloc(data, cap *= 2);
		if (!more)
			free(data);
		data = more;
	}
	fclose(f);
	if (!data) {
		fprintf(stderr, "%s: out of memory\n", path);
		exit(2);
	}
	/* Exactly n bytes of their own, so that a sanitizer sees a read behind the end. */
	uint8_t *exact = malloc(n ? n : 1);
	if (!exact)
		exit(2);
	for (size_t i = 0; i < n; i++)
		exact[i] = data[i];
	free(data);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	fed++;
}

static void feed(const char *path)
{
	DIR *dir = opendir(path);
	if (!dir) {
		feed_file(path);
		return;
	}
	for (struct dirent *e; (e = readdir(dir));) {
		char inner[4096];
		if (e->d_name[0] == '.')
			continue;
		snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
		feed_file(inner);
	}
	closedir(dir);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		feed(argv[i]);
	printf("%lu inputs\n", fed);
	return fed ? 0 : 1;
}
