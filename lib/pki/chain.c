/* SPDX-License-Identifier: MIT */
/* The judge's desk: collects what the peer sends, has a path looked for, keeps what is known after. */
#include "pki/chain.h"

#include "base/hex.h"
#include "pki/path.h"

#include <string.h>

enum { CANDIDATES = 8192 }; /* objects looked at in sources for one verdict */

static struct pki_judge *judge_of(const br_x509_class **ctx)
{
	return (struct pki_judge *)(void *)ctx;
}

static void start_chain(const br_x509_class **ctx, const char *server_name)
{
	struct pki_judge *j = judge_of(ctx);
	(void)server_name; /* what a certificate must be good for is j->host */
	j->used = j->n = j->missing = 0;
	j->starts[0] = 0;
	j->path.n = 0;
	j->usages = 0;
	j->pss_only = false;
	j->pkey.key_type = 0;
	memset(&j->peer, 0, sizeof j->peer);
	err_clear(&j->err);
}

static void start_cert(const br_x509_class **ctx, uint32_t length)
{
	struct pki_judge *j = judge_of(ctx);
	if (j->n == PKI_PEER_CERTS || length > CERT_BYTES || length > j->scratch.n - j->used)
		err_set(&j->err, ERR_TRUST, ALERT_BAD,
			"the peer sends more than %d certificates or %zu octets of them: let it "
			"send only "
			"its own and its intermediates",
			PKI_PEER_CERTS, j->scratch.n);
	j->missing = length;
}

static void append(const br_x509_class **ctx, const unsigned char *data, size_t n)
{
	struct pki_judge *j = judge_of(ctx);
	if (j->err.kind != ERR_NONE)
		return;
	struct buf b = buf_on(j->scratch.p, j->scratch.n);
	buf_filled(&b, j->used);
	buf_bytes(&b, span_of(data, n < j->missing ? n : j->missing));
	j->missing -= b.n - j->used;
	j->used = b.n;
}

static void end_cert(const br_x509_class **ctx)
{
	struct pki_judge *j = judge_of(ctx);
	if (j->err.kind != ERR_NONE)
		return;
	if (j->missing)
		err_set(&j->err, ERR_TRUST, ALERT_BAD,
			"the peer's certificate message is cut short");
	else
		j->starts[++j->n] = j->used;
}

static struct span sent(const struct pki_judge *j, size_t i)
{
	return span_at(
		span_of(j->scratch.p, j->used), j->starts[i], j->starts[i + 1] - j->starts[i]);
}

static uint8_t *keep(struct buf *store, struct span s)
{
	uint8_t *at = buf_room(store).p;
	buf_bytes(store, s);
	return at;
}

/* The leaf's key and its uses outlive scratch. */
static bool take_key(struct pki_judge *j, const struct cert *leaf)
{
	struct pubkey key;
	struct buf store = buf_on(j->key_store, sizeof j->key_store);
	if (!pubkey_read(leaf->spki, &key, &j->err))
		return false;
	if (key.type == KEY_RSA)
		j->pkey = (br_x509_pkey){ .key_type = BR_KEYTYPE_RSA,
			.key.rsa = { keep(&store, key.n), key.n.n, keep(&store, key.e), key.e.n } };
	else
		j->pkey = (br_x509_pkey){ .key_type = BR_KEYTYPE_EC,
			.key.ec = { key.curve, keep(&store, key.q), key.q.n } };
	j->pss_only = key.pss;
	if (leaf->usage & USAGE_SIGNATURE)
		j->usages |= BR_KEYTYPE_SIGN;
	if (leaf->usage & (key.type == KEY_RSA ? USAGE_KEY_ENCIPHERMENT : USAGE_KEY_AGREEMENT))
		j->usages |= BR_KEYTYPE_KEYX;
	return true;
}

static void remember(struct pki_judge *j, const struct cert *leaf)
{
	struct buf b = buf_on(j->peer.name, sizeof j->peer.name);
	buf_bytes(&b, leaf->subject);
	j->peer.name_len = b.n;
	cert_sha256(leaf->der, j->peer.sha256);
	name_text(leaf->subject, j->peer.subject, sizeof j->peer.subject);
	j->peer.known = true;
}

static bool judge(struct pki_judge *j)
{
	struct cert certs[PKI_PEER_CERTS];
	size_t n = 0;
	if (j->err.kind != ERR_NONE)
		return false;
	if (j->n == 0)
		return j->rules->mode != PKI_REQUIRE ||
			err_set(&j->err, ERR_TRUST, ALERT_REQUIRED,
				"the peer shows no certificate and one is required: give it a key "
				"and a "
				"certificate, or do not require one");
	if (!cert_read(sent(j, 0), &certs[n++], &j->err))
		return false;
	if (j->rules->mode == PKI_IGNORE) {
		j->usages = BR_KEYTYPE_SIGN | BR_KEYTYPE_KEYX;
		return take_key(j, &certs[0]);
	}
	/* What else the peer sends may be of use; what is broken is not, and does no harm. */
	for (size_t i = 1; i < j->n; i++)
		n += cert_read(sent(j, i), &certs[n], NULL);
	for (size_t i = 0; i < j->rules->n_sources; i++)
		if (j->rules->sources[i]->begin)
			j->rules->sources[i]->begin(j->rules->sources[i]);
	struct path p = { .rules = j->rules,
		.host = j->host,
		.now = j->now,
		.peer = certs,
		.n_peer = n,
		.signatures = PKI_SIGNATURES,
		.candidates = CANDIDATES,
		.err = &j->err };
	if (!path_find(&p))
		return false;
	err_clear(&j->err); /* of paths that were tried before the good one */
	for (size_t i = 0; i < p.n; i++)
		j->path.der[i] = p.link[i].der;
	j->path.n = p.n;
	remember(j, &certs[0]);
	return take_key(j, &certs[0]);
}

static unsigned end_chain(const br_x509_class **ctx)
{
	struct pki_judge *j = judge_of(ctx);
	if (judge(j))
		return 0;
	switch (j->err.code) {
	case ALERT_REQUIRED:
		return BR_ERR_X509_EMPTY_CHAIN;
	case ALERT_EXPIRED:
		return BR_ERR_X509_EXPIRED;
	case ALERT_UNKNOWN_CA:
		return BR_ERR_X509_NOT_TRUSTED;
	case ALERT_UNSUPPORTED:
		return BR_ERR_X509_UNSUPPORTED;
	default:
		return BR_ERR_X509_INVALID_VALUE;
	}
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *ctx, unsigned *usages)
{
	const struct pki_judge *j = (const struct pki_judge *)(const void *)ctx;
	if (usages)
		*usages = j->usages;
	return j->pkey.key_type ? &j->pkey : NULL;
}

static const br_x509_class judge_class = { sizeof(struct pki_judge), start_chain, start_cert,
	append, end_cert, end_chain, get_pkey };

void judge_init(struct pki_judge *j, const struct pki_rules *rules, const char *host, int64_t now,
	struct mspan scratch)
{
	memset(j, 0, sizeof *j);
	j->vtable = &judge_class;
	j->rules = rules;
	j->host = host;
	j->now = now;
	j->scratch = scratch;
}

const struct err *judge_error(const struct pki_judge *j)
{
	return &j->err;
}

bool judge_certs(struct pki_judge *j, const struct span *certs, size_t n)
{
	start_chain(&j->vtable, NULL);
	for (size_t i = 0; i < n; i++) {
		start_cert(&j->vtable, (uint32_t)certs[i].n);
		append(&j->vtable, certs[i].p, certs[i].n);
		end_cert(&j->vtable);
	}
	return end_chain(&j->vtable) == 0;
}
