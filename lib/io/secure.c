/* SPDX-License-Identifier: MIT */
#include "io/secure.h"

#include "io/file.h"
#include "pki/identity.h"
#include "pki/object.h"
#include "tls/profile.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 20, ANCHORS_MAX = 1024 };

struct secret {
	struct identity identity;
	struct buf store; /* for the chain in DER */
	uint8_t room[65536];
	struct mspan cert_file; /* a DER certificate is used where it lies */
};

/* The content of all --ca files: one allocation for the DER, one array for what it holds. */
struct trusted {
	struct pki_array array;
	struct pki_source *source;
	struct pki_item items[ANCHORS_MAX];
	struct span names[ANCHORS_MAX];
	size_t n, n_names;
	struct mspan *files; /* one a --ca, whose DER objects are used where they lie */
	uint8_t **stores;    /* one a --ca, for what was PEM */
	size_t n_files;
};

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
	struct mspan key_file;
	if (!file_load(opts->key, FILE_MAX, &key_file, e))
		return false;
	const struct span key = { key_file.p, key_file.n };
	const bool loaded = key_load(key, NULL, (struct mspan){ 0 }, &secret->identity.key, e);
	file_free(&key_file);
	if (!loaded)
		return err_in(e, ", in %s", opts->key);
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
	return true;
}

static bool add_anchor(struct trusted *t, const struct object *o, struct err *e)
{
	struct cert c;
	if (o->kind != OBJECT_CERT)
		return true;
	if (t->n == ANCHORS_MAX)
		return err_set(e, ERR_LIMIT, 0, "more than %d trusted certificates", ANCHORS_MAX);
	if (!cert_read(o->der, &c, e))
		return false;
	const bool root = cert_self_issued(&c);
	if (!pki_item_cert(&t->items[t->n++], o->der, root, e))
		return false;
	if (root)
		t->names[t->n_names++] = c.subject;
	return true;
}

static bool load_anchors(struct trusted *t, const char *path, struct err *e)
{
	struct mspan *file = &t->files[t->n_files];
	if (!file_load(path, FILE_MAX, file, e))
		return false;
	uint8_t *room = t->stores[t->n_files++] = malloc(file->n + 1);
	if (!room)
		return err_set(e, ERR_SYSTEM, 0, "no memory for %s", path);
	struct buf store = buf_on(room, file->n + 1);
	struct span left = { file->p, file->n };
	const size_t before = t->n;
	struct object o;
	while (object_next(&left, &store, &o, e))
		if (!add_anchor(t, &o, e))
			return err_in(e, ", in %s", path);
	if (e->kind != ERR_NONE)
		return err_in(e, ", in %s", path);
	if (t->n == before)
		return err_set(e, ERR_INPUT, 0, "%s holds no certificate (PEM or DER)", path);
	return true;
}

static bool load_trusted(struct secure *s, const struct secure_opts *opts, struct err *e)
{
	if (opts->ca.n == 0) {
		if (opts->mode == PKI_IGNORE)
			return true;
		return err_set(e, ERR_USAGE, 0,
			"nobody is trusted yet: give --ca FILE with the certificate of the "
			"authority that "
			"issued the peer's");
	}
	struct trusted *t = s->trusted = calloc(1, sizeof *t);
	if (!t)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the trusted certificates");
	t->files = calloc(opts->ca.n, sizeof *t->files);
	t->stores = calloc(opts->ca.n, sizeof *t->stores);
	if (!t->files || !t->stores)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the trusted certificates");
	for (size_t i = 0; i < opts->ca.n; i++)
		if (!load_anchors(t, opts->ca.v[i], e))
			return false;
	pki_array_init(&t->array, t->items, t->n);
	t->source = &t->array.source;
	s->rules.sources = &t->source;
	s->rules.n_sources = 1;
	s->config.ca_names = t->names;
	s->config.ca_names_n = t->n_names;
	return true;
}

static bool apply_profile(struct secure *s, const struct secure_opts *opts, struct err *e)
{
	const struct tls_profile *profile =
		opts->profile ? tls_profile_name(opts->profile) : tls_profiles;
	if (!profile)
		return err_set(
			e, ERR_USAGE, 0, "there is no security profile \"%s\"", opts->profile);
	s->rules.min_rsa = profile->rsa_bits;
	s->rules.min_ec = profile->ec_bits;
	s->rules.sha1 = profile->sha1;
	return tls_profile_apply(profile, NULL, 0, &s->config, e);
}

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
	s->config.rand_public = drbg_prng(&entropy->rand.public);
	s->config.rand_private = drbg_prng(&entropy->rand.private);
	s->rules.mode = (enum pki_mode)opts->mode;
	s->rules.role = role == TLS_CLIENT ? PKI_SERVER : PKI_CLIENT;
	s->rules.depth = -1;
	if (apply_profile(s, opts, e) && load_identity(s, opts, e) && load_trusted(s, opts, e))
		return true;
	secure_close(s);
	return false;
}

void secure_close(struct secure *s)
{
	struct trusted *t = s->trusted;
	for (size_t i = 0; t && t->stores && i < t->n_files; i++) {
		file_free(&t->files[i]);
		free(t->stores[i]);
	}
	if (t) {
		free(t->files);
		free(t->stores);
	}
	free(t);
	if (s->secret)
		file_free(&s->secret->cert_file);
	secret_free(s->secret, sizeof *s->secret);
	*s = (struct secure){ 0 };
}
