/* SPDX-License-Identifier: MIT */
#include "app/making.h"

#include "base/wipe.h"
#include "cli/exit.h"
#include "io/clock.h"
#include "io/file.h"
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/object.h"
#include "pki/pbe.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 86400, ITERATIONS = 200000, BACKDATED = 3600 };

#define AT(field) offsetof(struct making_opts, field)

static bool set_role(void *field, const struct opt_use *use, struct err *e)
{
	static const char *const words[] = { "both", "server", "client" };
	int *role = field;
	for (int i = 0; i < 3; i++)
		if (strcmp(use->values[0], words[i]) == 0) {
			*role = i;
			return true;
		}
	return err_set(e, ERR_USAGE, 0, "the role is server, client or both");
}

static bool set_at(void *field, const struct opt_use *use, struct err *e)
{
	struct making_opts *o = field;
	o->has_at = true;
	return opt_time(&o->at, use, e);
}

const struct opt making_ca_rows[] = { { "--dir", NULL, "DIR", opt_str, AT(dir),
					      "the authority's directory (default: ca)" },
	{ .rows = pass_rows, .at = AT(pass) }, { 0 } };

const struct opt making_new_pass_rows[] = {
	{ "--new-pass-file", NULL, "FILE", opt_str, offsetof(struct pass_opts, file),
		"its password is the file's first line (default: ask)" },
	{ 0 }
};

const struct opt making_key_rows[] = { { "--rsa", NULL, NULL, opt_flag, AT(rsa),
					       "an RSA key of 3072 bits (default: EC on P-256)" },
	{ "--encrypt", NULL, NULL, opt_flag, AT(encrypt), "encrypt the new key with a password" },
	{ .rows = making_new_pass_rows, .at = AT(new_pass) }, { 0 } };

const struct opt making_cert_rows[] = {
	{ "--days", NULL, "N", opt_int, AT(days), "how long it is valid", .min = 1, .max = 36500 },
	{ "--role", NULL, "ROLE", set_role, AT(role), "server, client or both (default)" },
	{ "--at", NULL, "TIME", set_at, 0, "begin at this time, for a host without a clock" }, { 0 }
};

const struct opt making_name_rows[] = {
	{ "--name", NULL, "NAME", opt_str, AT(name),
		"whose: a host name, or CN=ct1.local, O=St. Elsewhere" },
	{ "--san", NULL, "LIST", opt_str, AT(san),
		"DNS:ct1.local,IP:192.0.2.1 (default: DNS of a name that is a host's)" },
	{ "--aet", NULL, "TITLE", opt_str, AT(title), "its AE title, as OU of the subject" }, { 0 }
};

bool making_open(struct making *m, const struct making_opts *o, struct err *e)
{
	const struct entropy_opts random = { 0 };
	*m = (struct making){ .o = o };
	m->subject = buf_on(m->rooms[0], sizeof m->rooms[0]);
	m->alt_names = buf_on(m->rooms[1], sizeof m->rooms[1]);
	m->spki = buf_on(m->rooms[2], sizeof m->rooms[2]);
	m->key = secret_new(sizeof *m->key);
	if (!m->key)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the private key");
	if (entropy_open(&m->random, &random, e))
		return true;
	secret_free(m->key, sizeof *m->key);
	return false;
}

void making_close(struct making *m)
{
	entropy_close(&m->random, NULL);
	secret_free(m->key, sizeof *m->key);
}

/* A bare name that could be a host's serves as DNS name too. */
static bool default_names(struct making *m)
{
	const char *name = m->o->name;
	return strchr(name, '=') || strchr(name, ' ') || !strchr(name, '.') ||
		alt_names_write(name, &m->alt_names, NULL);
}

bool making_names(struct making *m, struct err *e)
{
	char text[512];
	const struct making_opts *o = m->o;
	if (!o->name)
		return err_set(e, ERR_USAGE, 0, "whose certificate? Give --name NAME");
	const bool bare = !strchr(o->name, '=');
	struct buf b = buf_on(text, sizeof text - 1);
	if (o->title) {
		buf_str(&b, "OU=");
		buf_str(&b, o->title);
		buf_str(&b, bare ? ",CN=" : ",");
	}
	buf_str(&b, o->name);
	text[b.n] = '\0';
	if (!buf_ok(&b))
		return err_set(e, ERR_USAGE, 0, "the name is too long");
	if (!name_write(text, &m->subject, e))
		return false;
	return o->san ? alt_names_write(o->san, &m->alt_names, e) : default_names(m);
}

bool making_key(struct making *m, struct err *e)
{
	struct drbg *d = &m->random.rand.private;
	if (!keygen(m->key, m->o->rsa ? 3072 : 0, drbg_prng(d), e))
		return false;
	if (drbg_refused(d))
		return err_set(
			e, ERR_RANDOM, 0, "the random generator failed while the key was made");
	return key_spki(m->key, &m->spki);
}

bool making_encrypt(struct entropy *random, const struct pass_opts *opts, const char *what,
	struct span plain, struct buf *out, struct err *e)
{
	struct password p;
	uint8_t fresh[32], algorithm[256], cipher[MAKING_ROOM / 2];
	struct buf a = buf_on(algorithm, sizeof algorithm), c = buf_on(cipher, sizeof cipher);
	if (!password_get(&p, opts, what, true, e) ||
		!drbg_bytes(&random->rand.private, (struct mspan){ fresh, sizeof fresh }, e))
		return false;
	pbe_encrypt(span_of(p.text, p.n), ITERATIONS, fresh, plain, &a, &c);
	wipe(&p, sizeof p);
	const size_t mark = derw_open(out);
	buf_bytes(out, buf_span(&a));
	derw_put(out, DER_OCTETS, buf_span(&c));
	derw_close(out, mark, DER_SEQUENCE);
	return (buf_ok(&a) && buf_ok(&c) && buf_ok(out)) ||
		err_set(e, ERR_LIMIT, 0, "the key is too large");
}

bool making_key_pem(struct making *m, const char *what, struct buf *out, struct err *e)
{
	uint8_t room[MAKING_ROOM / 4], secret[MAKING_ROOM / 2];
	struct buf plain = buf_on(room, sizeof room), b = buf_on(secret, sizeof secret);
	bool ok = key_write(m->key, &plain);
	if (!ok) {
		err_set(e, ERR_LIMIT, 0, "the key cannot be written");
	} else if (m->o->encrypt) {
		ok = making_encrypt(&m->random, &m->o->new_pass, what, buf_span(&plain), &b, e);
		pem_write(out, "ENCRYPTED PRIVATE KEY", buf_span(&b));
	} else {
		pem_write(out, "PRIVATE KEY", buf_span(&plain));
	}
	wipe(room, sizeof room);
	return ok && buf_ok(out);
}

void making_issue(const struct making *m, struct issue *i)
{
	static const unsigned purposes[] = { [MAKING_BOTH] = PURPOSE_SERVER | PURPOSE_CLIENT,
		[MAKING_SERVER] = PURPOSE_SERVER,
		[MAKING_CLIENT] = PURPOSE_CLIENT };
	const int64_t now = m->o->has_at ? m->o->at : clock_seconds();
	/* An hour back, because the clocks of hospital hosts differ. */
	*i = (struct issue){ .subject = buf_span(&m->subject),
		.spki = buf_span(&m->spki),
		.alt_names = buf_span(&m->alt_names),
		.not_before = now - BACKDATED,
		.not_after = now + (int64_t)(m->o->days ? m->o->days : MAKING_DAYS) * DAY,
		.path_length = -1,
		.usage = USAGE_SIGNATURE | USAGE_KEY_ENCIPHERMENT,
		.purposes = purposes[m->o->role] };
}

int making_done(struct log *log, const struct err *e)
{
	if (e->kind == ERR_NONE)
		return EXIT_DONE;
	log_line(log, LOG_FATAL, "%s", e->text);
	return exit_code(e);
}
