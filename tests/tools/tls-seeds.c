/* SPDX-License-Identifier: MIT */
/* Writes the first inputs for the fuzz targets of lib/tls: recorded conversations between a client
 * and a server with the fixed keys and randomness of those targets.
 * usage: tls-seeds FOLDER (it has tls_server and tls_client in it) */
#include "../fuzz/tls_feed.h"
#include <stdio.h>

static FILE *to_server, *to_client;

static void record_client(struct pair_side *from, const void *bytes, size_t n)
{
	(void)from;
	fwrite(bytes, 1, n, to_server);
}

static void record_server(struct pair_side *from, const void *bytes, size_t n)
{
	(void)from;
	fwrite(bytes, 1, n, to_client);
}

static FILE *seed(const char *folder, const char *target, size_t number)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s/seed-%02zu", folder, target, number);
	FILE *f = fopen(path, "wb");
	if (!f) {
		perror(path);
		exit(1);
	}
	fputc((int)number, f);
	return f;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	for (unsigned i = 0; i < 72 + 8; i++) {
		const uint8_t mode = (uint8_t)(i < 72 ? i : 128 + (i - 72) * 2);
		struct pair *p = pair_new();
		tls_mode(p, mode);
		to_server = seed(argv[1], "tls_server", mode);
		to_client = seed(argv[1], "tls_client", mode);
		p->client.record = record_client;
		p->server.record = record_server;
		p->client.send = span_str("question");
		p->server.send = span_str("response");
		if (!pair_open(p))
			return 1;
		pair_run(p);
		if (p->client.received_n != 8 || p->server.received_n != 8)
			fprintf(stderr, "mode %d: no handshake\n", mode);
		tls_close(p->client.tls);
		pair_run(p);
		fclose(to_server);
		fclose(to_client);
		pair_free(p);
	}
	return 0;
}
