/* SPDX-License-Identifier: MIT */
/* The way from the interface to an engine, and the checks that both need. */
#include "tls/front.h"
#include "tls/modern_record.h"
#include "base/parts.h"
#include "base/wipe.h"
#include <assert.h>
#include <string.h>

/* What a configuration has for each of the two engines. */
static bool has_modern(const struct tls_config *c)
{
	for (size_t i = 0; i < c->suites_n; i++) {
		const struct protect_suite *s = protect_suite(c->suites[i]);
		if (s && c->min_version <= s->version && s->version <= c->max_version)
			return true;
	}
	return false;
}

static bool has_legacy(const struct tls_config *c)
{
	if (!RETIRED || c->require_ems)
		return false;
	for (size_t i = 0; i < c->suites_n; i++)
		if (!protect_suite(c->suites[i]))
			return true;
	return c->min_version < TLS_1_2;
}

size_t tls_size(const struct tls_config *config)
{
	const size_t legacy = has_legacy(config) ? legacy_size(config) : 0;
	return has_modern(config) && modern_size() > legacy ? modern_size() : legacy;
}

bool tls_falls_back(const struct tls *t)
{
	return t->poorer;
}

static bool configuration_works(const struct tls_config *c, struct err *e)
{
	if (c->suites_n == 0 || c->suites_n > TLS_SUITES_MAX || c->min_version > c->max_version ||
		(!RETIRED && !has_modern(c)))
		return err_set(e, ERR_USAGE, 0, "no TLS version and cipher suite is left to offer");
	if (c->chain_n > TLS_CHAIN_MAX)
		return err_set(e, ERR_USAGE, 0,
			"our certificate file holds %zu certificates, and at most %d can be sent",
			c->chain_n, TLS_CHAIN_MAX);
	if (c->chain_n > 0 && !c->rsa == !c->ec)
		return err_set(e, ERR_USAGE, 0, "our certificate has no private key with it");
	if (c->role == TLS_SERVER && c->chain_n == 0)
		return err_set(e, ERR_USAGE, 0,
			"a TLS server needs a private key and a certificate of its own");
	return true;
}

bool tls_is_address(const char *name)
{
	return strchr(name, ':') || name[strspn(name, "0123456789.")] == '\0';
}

struct tls *tls_open(const struct tls_config *config, const struct tls_link *link, struct err *e)
{
	assert(link->in.n >= TLS_IN_SIZE && link->out.n >= TLS_OUT_MIN);
	assert(link->judge || (config->role == TLS_SERVER && config->trust == TLS_TRUST_IGNORE));
	if (!configuration_works(config, e))
		return NULL;
	if (RETIRED && (!has_modern(config) || (link->fallback && has_legacy(config))))
		return legacy_open(config, link, e);
	if (config->role == TLS_SERVER && has_legacy(config))
		return front_open(config, link);
	struct tls *t = modern_open(config, link, e);
	if (t)
		t->spare = has_legacy(config);
	return t;
}

void tls_drop(struct tls *t)
{
	wipe(t, t->size);
}

struct mspan tls_in(struct tls *t)
{
	return t->ops->in(t);
}

void tls_in_done(struct tls *t, size_t n)
{
	if (n > 0)
		t->ops->in_done(t, n);
}

struct span tls_out(const struct tls *t)
{
	return t->ops->out(t);
}

void tls_out_done(struct tls *t, size_t n)
{
	if (n > 0)
		t->ops->out_done(t, n);
}

struct span tls_plain(const struct tls *t)
{
	return t->ops->plain(t);
}

void tls_plain_done(struct tls *t, size_t n)
{
	if (n > 0)
		t->ops->plain_done(t, n);
}

struct mspan tls_room(struct tls *t)
{
	return t->ops->room(t);
}

void tls_room_done(struct tls *t, size_t n)
{
	if (n > 0)
		t->ops->room_done(t, n);
}

void tls_flush(struct tls *t)
{
	t->ops->flush(t);
}

void tls_close(struct tls *t)
{
	t->ops->close(t);
}

void tls_in_end(struct tls *t)
{
	t->ops->in_end(t);
}

enum tls_state tls_state(const struct tls *t)
{
	return t->ops->state(t);
}

bool tls_peer_closed(const struct tls *t)
{
	return t->ops->peer_closed(t);
}

const struct err *tls_error(const struct tls *t)
{
	return &t->err;
}

void tls_facts(const struct tls *t, struct tls_facts *facts)
{
	*facts = (struct tls_facts){
		.protocol = "", .group = "", .signature = "", .server_name = ""
	};
	t->ops->facts(t, facts);
}
