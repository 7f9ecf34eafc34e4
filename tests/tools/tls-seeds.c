/* SPDX-License-Identifier: MIT */
/* Writes the first inputs for the fuzz targets of lib/tls: recorded conversations between a client
 * and a server with the fixed keys and randomness of those targets, once as records, once as what is in
 * them. usage: tls-seeds FOLDER (it has tls_server, tls_client, tls_inside and tls_resume in it) */
#include "../unit/test.h"
#include "../fuzz/tls_feed.h"
#include "../fuzz/tls_modes.h"
#include <stdio.h>

static FILE *to_server, *to_client;

static FILE *seed(const char *folder, const char *target, unsigned number)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s/seed-%02u", folder, target, number);
	FILE *f = fopen(path, "wb");
	if (!f) {
		perror(path);
		exit(1);
	}
	fputc((int)number, f);
	return f;
}

/* ---- records as they are */

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

static void conversation(const char *folder, uint8_t mode)
{
	struct pair *p = pair_new();
	tls_mode(p, mode);
	to_server = seed(folder, "tls_server", mode);
	to_client = seed(folder, "tls_client", mode);
	p->client.record = record_client;
	p->server.record = record_server;
	p->client.send = span_str("question");
	p->server.send = span_str("response");
	if (!pair_open(p))
		exit(1);
	pair_run(p);
	if (p->client.received_n != 8 || p->server.received_n != 8)
		fprintf(stderr, "mode %d: no handshake\n", mode);
	tls_close(p->client.tls);
	pair_run(p);
	fclose(to_server);
	fclose(to_client);
	pair_free(p);
}

/* ---- what is in them */

/* A ChangeCipherSpec between records that are sealed could only be sealed itself. */
static void hear(const struct pair_side *to, uint8_t type, struct span content)
{
	FILE *f = to->config.role == TLS_SERVER ? to_server : to_client;
	if (type == RECORD_CCS && inside(to)->version != TLS_1_2)
		return;
	fputc(type, f);
	fputc((int)(content.n >> 8), f);
	fputc((int)(content.n & 0xff), f);
	fwrite(content.p, 1, content.n, f);
}

/* From the first message on: nothing happens before. */
static void contents(const char *folder, const char *target, struct pair *p, uint8_t mode)
{
	to_server = seed(folder, target, mode | TO_SERVER);
	to_client = seed(folder, target, mode);
	fputc(0, to_server);
	fputc(0, to_client);
	if (!pair_open(p))
		exit(1);
	mitm_hears = hear;
	mitm_run(p, NULL);
	mitm_hears = NULL;
	if (tls_state(p->client.tls) != TLS_READY || tls_state(p->server.tls) != TLS_READY)
		fprintf(stderr, "%s, mode %d: no handshake: %s\n", target, mode,
			tls_error(p->server.tls)->text);
	fclose(to_server);
	fclose(to_client);
	pair_free(p);
}

int main(int argc, char **argv)
{
	static const uint8_t inside_modes[] = { 0, RSA_KEYS, ASKS_NOT, CCM };
	if (argc != 2)
		return 2;
	for (unsigned i = 0; i < 72 + 8; i++)
		conversation(argv[1], (uint8_t)(i < 72 ? i : 128 + (i - 72) * 2));
	for (size_t i = 0; i < sizeof inside_modes; i++)
		for (uint8_t version = 0; version <= TLS12; version += TLS12) {
			const uint8_t mode = inside_modes[i] | version;
			contents(argv[1], "tls_inside", inside_pair(mode), mode);
		}
	for (uint8_t mode = 0; mode < RESUME_MODES; mode += TLS12) {
		struct again *a = resume_met(mode);
		contents(argv[1], "tls_resume", resume_pair(a, mode), mode);
		free(a);
	}
	return 0;
}
