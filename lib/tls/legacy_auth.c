/* SPDX-License-Identifier: MIT */
/* A thin layer in front of BearSSL's choice of our own certificate: it passes everything on and
 * remembers what was asked. */
#include "tls/legacy.h"
#include <stddef.h>

/* ---- our own certificate, client */

static struct legacy *legacy_of_client(const br_ssl_client_certificate_class **ctx)
{
	return (struct legacy *)(void *)((char *)(void *)ctx -
		offsetof(struct legacy, chooser.client));
}

static void names_ignored(const br_ssl_client_certificate_class **ctx)
{
	(void)ctx;
}

static void name_ignored(const br_ssl_client_certificate_class **ctx, size_t n)
{
	(void)ctx;
	(void)n;
}

static void name_bytes_ignored(
	const br_ssl_client_certificate_class **ctx, const unsigned char *bytes, size_t n)
{
	(void)ctx;
	(void)bytes;
	(void)n;
}

static void client_choose(const br_ssl_client_certificate_class **ctx,
	const br_ssl_client_context *cc, uint32_t types, br_ssl_client_certificate *choices)
{
	struct legacy *l = legacy_of_client(ctx);
	const br_ssl_client_certificate_class **inner = &l->client.client_auth.vtable;
	l->chooser.asked = true;
	*choices = (br_ssl_client_certificate){ .chain = NULL };
	if (l->config->chain_n == 0)
		return;
	(*inner)->choose(inner, cc, types, choices);
	l->chooser.nothing_fit = choices->chain_len == 0;
}

static uint32_t client_keyx(
	const br_ssl_client_certificate_class **ctx, unsigned char *data, size_t *n)
{
	const br_ssl_client_certificate_class **inner =
		&legacy_of_client(ctx)->client.client_auth.vtable;
	return (*inner)->do_keyx(inner, data, n);
}

static size_t client_sign(const br_ssl_client_certificate_class **ctx, int hash, size_t hash_n,
	unsigned char *data, size_t n)
{
	const br_ssl_client_certificate_class **inner =
		&legacy_of_client(ctx)->client.client_auth.vtable;
	return (*inner)->do_sign(inner, hash, hash_n, data, n);
}

static const br_ssl_client_certificate_class client_class = {
	.context_size = sizeof(struct chooser),
	.start_name_list = names_ignored,
	.start_name = name_ignored,
	.append_name = name_bytes_ignored,
	.end_name = names_ignored,
	.end_name_list = names_ignored,
	.choose = client_choose,
	.do_keyx = client_keyx,
	.do_sign = client_sign,
};

/* ---- our own certificate, server */

static struct legacy *legacy_of_server(const br_ssl_server_policy_class **ctx)
{
	return (struct legacy *)(void *)((char *)(void *)ctx -
		offsetof(struct legacy, chooser.server));
}

static int server_choose(const br_ssl_server_policy_class **ctx, const br_ssl_server_context *cc,
	br_ssl_server_choices *choices)
{
	struct legacy *l = legacy_of_server(ctx);
	const br_ssl_server_policy_class **inner = &l->server.chain_handler.vtable;
	const int ok = (*inner)->choose(inner, cc, choices);
	l->chooser.nothing_fit = !ok;
	if (ok && choices->algo_id >= 0xFF00)
		l->chooser.sign = choices->algo_id - 0xFF00;
	return ok;
}

static uint32_t server_keyx(const br_ssl_server_policy_class **ctx, unsigned char *data, size_t *n)
{
	const br_ssl_server_policy_class **inner =
		&legacy_of_server(ctx)->server.chain_handler.vtable;
	return (*inner)->do_keyx(inner, data, n);
}

static size_t server_sign(const br_ssl_server_policy_class **ctx, unsigned algorithm,
	unsigned char *data, size_t hash_n, size_t n)
{
	const br_ssl_server_policy_class **inner =
		&legacy_of_server(ctx)->server.chain_handler.vtable;
	return (*inner)->do_sign(inner, algorithm, data, hash_n, n);
}

static const br_ssl_server_policy_class server_class = {
	.context_size = sizeof(struct chooser),
	.choose = server_choose,
	.do_keyx = server_keyx,
	.do_sign = server_sign,
};

void chooser_init(struct legacy *l)
{
	if (l->config->role == TLS_CLIENT) {
		l->chooser.client = &client_class;
		br_ssl_client_set_client_certificate(&l->client, &l->chooser.client);
	} else {
		l->chooser.server = &server_class;
		br_ssl_server_set_policy(&l->server, &l->chooser.server);
	}
}
