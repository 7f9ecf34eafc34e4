/* SPDX-License-Identifier: MIT */
#include "io/secure.h"

#include "base/wipe.h"
#include "io/clock.h"
#include "io/file.h"
#include "pki/identity.h"
#include "tls/profile.h"
#include "tls/sessions.h"
#include "tls/ticket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20, AUTHORITIES = 64 };

struct secret {
	struct identity identity;
	struct buf store; /* for the chain in DER */
	uint8_t room[49152];
	struct mspan cert_file; /* a DER certificate is used where it lies */
};

/* Copies, because the store reads its files again when they change. */
struct authorities {
	struct span names[AUTHORITIES];
	size_t n;
	uint8_t room[16384];
};

/* From now on the key is in another process, and here no more. */
static bool give_key_away(struct secure *s, const char *user, struct err *e)
{
	struct key *key = &s->secret->identity.key;
	if (!keeper_start(&s->keeper, key, user, e))
		return false;
	key_wipe(key);
	const struct key_far *far = &s->keeper.far;
	s->config.rsa = far->type == KEY_RSA ? &far->rsa : NULL;
	s->config.ec = far->type == KEY_EC ? &far->ec : NULL;
	s->config.uses = key_uses_far();
	return true;
}

static bool load_identity(struct secure *s, const struct secure_opts *opts, struct err *e)
{
	if (!opts->key && !opts->cert) {
		if (s->config.role == TLS_CLIENT)
			return true;
		return err_set(e, ERR_USAGE, 0,
			"a receiver needs a key and a certificate: give --key FILE and --cert "
			"FILE, or --plain "
			"for a receiver without TLS");
	}
	if (!opts->key || !opts->cert)
		return err_set(e, ERR_USAGE, 0, "--key and --cert belong together: give %s too",
			opts->key ? "--cert FILE" : "--key FILE");
	struct secret *secret = s->secret = secret_new(sizeof *secret);
	if (!secret)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the private key");
	secret->store = buf_on(secret->room, sizeof secret->room);
	if (!keyfile_load(opts->key, &opts->pass, &secret->identity.key, e))
		return false;
	if (!file_load(opts->cert, FILE_MAX, &secret->cert_file, e))
		return false;
	const struct span cert = { secret->cert_file.p, secret->cert_file.n };
	if (!identity_certs(&secret->identity, cert, &secret->store, e))
		return err_in(e, ", in %s", opts->cert);
	const struct identity *id = &secret->identity;
	s->config.chain = id->chain;
	s->config.chain_n = id->n;
	s->config.rsa = id->key.type == KEY_RSA ? &id->key.rsa : NULL;
	s->config.ec = id->key.type == KEY_EC ? &id->key.ec : NULL;
	return s->config.role == TLS_CLIENT || opts->no_keeper || give_key_away(s, opts->user, e);
}

/* As many names of authorities as fit: they are a hint to the client (RFC 5246 7.4.4), and none means
 * any. */
static bool list_authorities(struct secure *s, struct err *e)
{
	struct authorities *a = s->authorities = calloc(1, sizeof *a);
	struct span found[AUTHORITIES];
	if (!a)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the names of authorities");
	const size_t n = store_names(s->trust.store, found, AUTHORITIES);
	struct buf room = buf_on(a->room, sizeof a->room);
	for (size_t i = 0; i < n && found[i].n <= buf_room(&room).n; i++) {
		const size_t at = room.n;
		buf_bytes(&room, found[i]);
		a->names[a->n++] = span_at(buf_span(&room), at, room.n);
	}
	s->config.ca_names = a->names;
	s->config.ca_names_n = a->n;
	return true;
}

static bool load_trusted(struct secure *s, const struct secure_opts *opts, struct err *e)
{
	const struct trust_opts *t = &opts->trust;
	if (t->ca.n == 0 && t->ca_dir.n == 0 && opts->mode != PKI_IGNORE)
		return err_set(e, ERR_USAGE, 0,
			"nobody is trusted yet: give --ca FILE with the certificate of the "
			"authority "
			"that issued the peer's, or --ca-dir DIR");
	return trust_open(&s->trust, t, e) && list_authorities(s, e);
}

static bool apply_profile(struct secure *s, const struct secure_opts *opts, struct err *e)
{
	const struct tls_profile *profile =
		opts->profile ? tls_profile_name(opts->profile) : tls_profiles;
	if (!profile)
		return err_set(
			e, ERR_USAGE, 0, "there is no security profile \"%s\"", opts->profile);
	s->trust.rules.min_rsa = profile->rsa_bits;
	s->trust.rules.min_ec = profile->ec_bits;
	s->trust.rules.sha1 |= profile->sha1;
	uint16_t extra[TLS_SUITES_MAX];
	size_t n = 0;
	for (size_t i = 0; i < opts->ciphers.n; i++) {
		const struct tls_suite *suite = tls_suite_name(opts->ciphers.v[i]);
		if (!suite)
			return err_set(e, ERR_USAGE, 0, "there is no cipher suite \"%s\"",
				opts->ciphers.v[i]);
		if (n == TLS_SUITES_MAX)
			return err_set(e, ERR_USAGE, 0, "more than %d cipher suites are given",
				TLS_SUITES_MAX);
		extra[n++] = suite->code;
	}
	return tls_profile_apply(profile, extra, n, &s->config, e);
}

/* ---- resumption */

static void bind_text(uint8_t binding[32], const char *text)
{
	session_binding_add(binding, span_str(text));
}

static void bind_list(uint8_t binding[32], const struct list *l)
{
	bind_text(binding, "");
	for (size_t i = 0; i < l->n; i++)
		bind_text(binding, l->v[i]);
}

/* All that decides whether a peer is let in, beside the files that are looked at each time anew. */
static void bind(const struct secure *s, uint8_t binding[32])
{
	const struct trust_opts *t = &s->opts->trust;
	const struct pki_rules *r = &s->trust.rules;
	const int64_t numbers[] = { r->mode, r->role, r->revocation, r->depth, r->min_rsa,
		r->min_ec, r->sha1, t->check_host, t->has_at, t->at };
	session_binding(&s->config, binding);
	session_binding_add(binding, span_of(numbers, sizeof numbers));
	bind_text(binding, t->host);
	bind_text(binding, s->opts->sni);
	bind_list(binding, &t->ca);
	bind_list(binding, &t->ca_dir);
	bind_list(binding, &t->untrusted);
	bind_list(binding, &t->crl);
}

void secure_peer(struct secure *s, const char *peer)
{
	uint8_t binding[32];
	if (!s->sessions)
		return;
	bind(s, binding);
	bind_text(binding, peer);
	sessions_init(s->sessions, binding);
}

static bool open_tickets(struct secure *s, struct err *e)
{
	uint8_t seed[32], binding[32];
	const uint64_t ms = s->opts->ticket_lifetime;
	if (s->opts->no_tickets)
		return true;
	s->tickets = secret_new(sizeof *s->tickets);
	if (!s->tickets)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the keys of tickets");
	if (!drbg_bytes(&s->rand->private, (struct mspan){ seed, sizeof seed }, e))
		return false;
	bind(s, binding);
	tickets_init(s->tickets, seed, binding, ms ? (uint32_t)(ms / 1000) : TICKET_LIFETIME,
		clock_date_ms());
	wipe(seed, sizeof seed);
	return true;
}

static bool open_resumption(struct secure *s, struct err *e)
{
	if (s->config.role == TLS_SERVER)
		return open_tickets(s, e);
	if (s->opts->no_tickets)
		return true;
	s->sessions = secret_new(sizeof *s->sessions);
	if (!s->sessions)
		return err_set(e, ERR_SYSTEM, 0, "no memory for TLS sessions");
	secure_peer(s, NULL);
	return true;
}

#ifdef DCMSEC_DEBUG
static void log_keys(void *who, struct span line)
{
	const struct secure *s = who;
	if (write(s->keylog, line.p, line.n) < 0)
		return; /* a help for finding faults; nothing hangs on it */
}

static bool open_keylog(struct secure *s, const char *path, struct err *e)
{
	if (!path)
		return true;
	s->keylog = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (s->keylog < 0)
		return err_set(
			e, ERR_SYSTEM, errno, "%s cannot be written: %s", path, strerror(errno));
	s->config.keylog = log_keys;
	s->config.keylog_who = s;
	return true;
}
#endif

bool secure_open(struct secure *s, enum tls_role role, const struct secure_opts *opts,
	struct entropy *entropy, struct err *e)
{
	static const enum tls_trust trust[] = {
		[PKI_REQUIRE] = TLS_TRUST_REQUIRE,
		[PKI_IF_PRESENT] = TLS_TRUST_IF_PRESENT,
		[PKI_IGNORE] = TLS_TRUST_IGNORE,
	};
	*s = (struct secure){ .opts = opts };
	s->config.role = role;
	s->config.trust = trust[opts->mode];
	s->config.require_ems = opts->require_ems;
	s->rand = &entropy->rand;
	s->config.rand_public = drbg_prng(&entropy->rand.public);
	s->config.rand_private = drbg_prng(&entropy->rand.private);
#ifdef DCMSEC_DEBUG
	if (!open_keylog(s, opts->keylog, e))
		return false;
#endif
	if (load_identity(s, opts, e) && load_trusted(s, opts, e) && apply_profile(s, opts, e)) {
		s->trust.rules.mode = (enum pki_mode)opts->mode;
		s->trust.rules.role = role == TLS_CLIENT ? PKI_SERVER : PKI_CLIENT;
		if (open_resumption(s, e))
			return true;
	}
	secure_close(s);
	return false;
}

void secure_close(struct secure *s)
{
	keeper_end(&s->keeper);
	trust_close(&s->trust);
	free(s->authorities);
	if (s->secret)
		file_free(&s->secret->cert_file);
	secret_free(s->secret, sizeof *s->secret);
	secret_free(s->tickets, sizeof *s->tickets);
	secret_free(s->sessions, sizeof *s->sessions);
#ifdef DCMSEC_DEBUG
	if (s->config.keylog)
		close(s->keylog);
#endif
	*s = (struct secure){ 0 };
}
