/* SPDX-License-Identifier: MIT */
#include "app/making.h"

#include "app/certs_each.h"
#include "app/pass.h"
#include "base/date.h"
#include "base/hex.h"
#include "base/wipe.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "io/clock.h"
#include "io/file.h"
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/object.h"
#include "pki/pbe.h"

#include <stdlib.h>
#include <string.h>

/* ITERATIONS: a stolen key file costs so many hashes for each password that is tried. */
enum { ITERATIONS = 600000, BACKDATED = 3600, TITLE = 16 };

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

/* PS3.5 6.2, AE: 16 characters of ASCII, no backslash, not blanks alone. */
static bool set_title(void *field, const struct opt_use *use, struct err *e)
{
	const char *title = use->values[0];
	bool ok = strlen(title) <= TITLE && title[strspn(title, " ")];
	for (const char *p = title; *p; p++)
		ok = ok && *p >= ' ' && *p <= '~' && *p != '\\';
	if (!ok)
		return err_set(e, ERR_USAGE, 0,
			"an AE title is 1 to 16 characters of ASCII without a backslash (PS3.5 "
			"6.2)");
	return opt_str(field, use, e);
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

const struct opt making_cert_rows[] = { { "--days", NULL, "N", opt_int, AT(days),
						"how long it is valid", .min = 1, .max = 36500 },
	{ .rows = making_time_rows }, { 0 } };

const struct opt making_role_rows[] = {
	{ "--role", NULL, "ROLE", set_role, AT(role), "server, client or both (default)" }, { 0 }
};

const struct opt making_time_rows[] = { { "--at", NULL, "TIME", opt_time, AT(at),
						"take this for the time of day, on a host without "
						"a clock" },
	{ 0 } };

const struct opt making_name_rows[] = {
	{ "--name", NULL, "NAME", opt_str, AT(name),
		"whose: a host name, or CN=ct1.local, O=St. Elsewhere" },
	{ "--san", NULL, "LIST", opt_str, AT(san),
		"DNS:ct1.local,IP:192.0.2.1 (default: DNS of a name that is a host's)" },
	{ "--aet", NULL, "TITLE", set_title, AT(title), "its AE title, as OU of the subject" },
	{ 0 }
};

int64_t making_now(const struct making_opts *o)
{
	return o->at ? o->at : clock_seconds();
}

int64_t making_from(const struct making_opts *o)
{
	return making_now(o) - BACKDATED;
}

bool making_open(struct making *m, struct making_opts *o, struct err *e)
{
	const struct entropy_opts random = { 0 };
	*m = (struct making){ .o = o, .log = &o->log };
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

/* A common name that could be a host's serves as DNS name or address too. */
static void default_names(struct making *m)
{
	char name[256];
	if (name_attribute(buf_span(&m->subject), "CN", name, sizeof name) && !strchr(name, ',') &&
		!alt_names_write(name, &m->alt_names, NULL))
		m->alt_names.n = 0;
}

/* Where a value stands for itself. */
static void put_escaped(struct buf *b, const char *value)
{
	for (; *value; value++) {
		if (*value == ',' || *value == '\\')
			buf_u8(b, '\\');
		buf_u8(b, (uint8_t)*value);
	}
}

bool making_names(struct making *m, struct err *e)
{
	char text[1024];
	const struct making_opts *o = m->o;
	if (!o->name)
		return err_set(e, ERR_USAGE, 0, "whose certificate? Give --name NAME");
	const bool bare = !strchr(o->name, '=');
	struct buf b = buf_on(text, sizeof text - 1);
	if (o->title) {
		buf_str(&b, "OU=");
		put_escaped(&b, o->title);
		buf_str(&b, ",");
	}
	if (bare) {
		buf_str(&b, "CN=");
		put_escaped(&b, o->name);
	} else {
		buf_str(&b, o->name);
	}
	text[b.n] = '\0';
	if (!buf_ok(&b))
		return err_set(e, ERR_USAGE, 0, "the name is too long");
	if (!name_write(text, &m->subject, e))
		return false;
	if (o->san)
		return alt_names_write(o->san, &m->alt_names, e);
	default_names(m);
	return true;
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
	if (!drbg_bytes(&random->rand.private, (struct mspan){ fresh, sizeof fresh }, e) ||
		!password_get(&p, opts, what, true, e))
		return false;
	if (p.n == 0)
		return err_set(e, ERR_USAGE, 0,
			"the password for %s is empty and would protect nothing", what);
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
	*i = (struct issue){ .subject = buf_span(&m->subject),
		.spki = buf_span(&m->spki),
		.alt_names = buf_span(&m->alt_names),
		.not_before = making_from(m->o),
		.not_after = making_now(m->o) +
			(int64_t)(m->o->days ? m->o->days : MAKING_DAYS) * MAKING_DAY,
		.path_length = -1,
		.usage = USAGE_SIGNATURE | USAGE_KEY_ENCIPHERMENT,
		.purposes = purposes[m->o->role] };
}

bool making_fit(const struct making *m, const struct authority *a, struct issue *i, struct err *e)
{
	char text[DATE_TEXT];
	if (!m->o->days && i->not_after > a->cert.not_after && i->not_before < a->cert.not_after) {
		i->not_after = a->cert.not_after;
		log_line(m->log, LOG_WARN, "it ends with the authority's own certificate, at %s",
			date_text(i->not_after, text));
	}
	return authority_spans(a, i, e);
}

void making_report(struct log *log, const char *event, const struct issue *i, struct span cert,
	const char *file, const char *then)
{
	struct cert c;
	struct json json;
	char subject[NAME_TEXT], serial[64], to[DATE_TEXT], from[DATE_TEXT], names[1024];
	char text[JSON_ROOM / 2];
	if (!cert_read(cert, &c, NULL))
		return; /* cannot be: we wrote it */
	name_text(c.subject, subject, sizeof subject);
	if (!i->ca && !i->alt_names.n)
		log_line(log, LOG_WARN,
			"%s names no host and there is no --san: peers that verify names refuse it",
			subject);
	hex_text(c.serial, serial, sizeof serial);
	date_text(c.not_before, from);
	date_text(c.not_after, to);
	if (!log->json) {
		log_line(log, LOG_INFO, "serial %s, names %s", serial,
			c.alt_names.n ? certs_names_text(&c, names, sizeof names) : "none");
		log_line(log, LOG_NOTE, "%s, until %.10s: %s", subject, to, then);
		return;
	}
	json_begin(&json, event);
	json_str(&json, "subject", subject);
	json_str(&json, "serial", serial);
	json_str(&json, "from", from);
	json_str(&json, "to", to);
	struct buf pem = buf_on(text, sizeof text);
	if (file) {
		json_str(&json, "cert", file);
	} else {
		pem_write(&pem, "CERTIFICATE", cert);
		json_span(&json, "pem", buf_span(&pem));
	}
	json_str(&json, "names", certs_names_text(&c, names, sizeof names));
	json_write(&json, NULL);
}

int making_done(struct log *log, const struct err *e)
{
	if (e->kind == ERR_NONE)
		return EXIT_DONE;
	log_line(log, LOG_FATAL, "%s", e->text);
	return exit_code(e);
}
