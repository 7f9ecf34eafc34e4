/* SPDX-License-Identifier: MIT */
/* The judge behind br_x509_class, as the TLS engines drive it. What it decides about chains is shown
 * beside OpenSSL in tests/interop/pki_chain.py; here is how it is fed, bounded and asked. */
#include "base/hex.h"
#include "pki/chain.h"
#include "pki/identity.h"
#include "pki/issue.h"
#include "pki/pem.h"
#include "test.h"

enum { NOW = 1795354800, DAY = 86400 };

static br_hmac_drbg_context drbg;

struct node {
	struct key key;
	uint8_t name[256], spki[400], room[2048];
	struct span subject, pub, der;
};

/* A certificate of its own key, issued by another node or by itself. */
static void make(struct node *n, const char *name, const struct node *issuer, bool ca)
{
	struct buf subject = buf_on(n->name, sizeof n->name),
		   spki = buf_on(n->spki, sizeof n->spki);
	struct buf der = buf_on(n->room, sizeof n->room);
	CHECK(keygen(&n->key, 0, &drbg.vtable, NULL));
	CHECK(name_write(name, &subject, NULL) && key_spki(&n->key, &spki));
	n->subject = buf_span(&subject);
	n->pub = buf_span(&spki);
	const struct issue i = { .subject = n->subject,
		.issuer = issuer ? issuer->subject : n->subject,
		.spki = n->pub,
		.serial = span_of("\x42", 1),
		.not_before = NOW - DAY,
		.not_after = NOW + DAY,
		.ca = ca,
		.path_length = -1,
		.usage = ca ? USAGE_CERT_SIGN | USAGE_CRL_SIGN : USAGE_SIGNATURE };
	CHECK(issue_cert(&i, issuer ? &issuer->key : &n->key, &der));
	n->der = buf_span(&der);
}

static struct node root, inter, leaf, stranger;
static struct pki_item items[80];
static struct pki_array array;
static struct pki_source *sources[] = { &array.source };
static uint8_t scratch[PKI_SCRATCH];

static struct pki_rules rules_of(enum pki_mode mode)
{
	return (struct pki_rules){
		.mode = mode, .role = PKI_SERVER, .depth = -1, .sources = sources, .n_sources = 1
	};
}

/* Drives the class as an engine does, in pieces. */
static unsigned drive(struct pki_judge *j, const struct span *certs, size_t n, size_t piece)
{
	const br_x509_class **ctx = &j->vtable;
	(*ctx)->start_chain(ctx, "ignored.example");
	for (size_t i = 0; i < n; i++) {
		struct span rest = certs[i], part;
		(*ctx)->start_cert(ctx, (uint32_t)rest.n);
		while (rest.n) {
			span_take(&rest, rest.n < piece ? rest.n : piece, &part);
			(*ctx)->append(ctx, part.p, part.n);
		}
		(*ctx)->end_cert(ctx);
	}
	return (*ctx)->end_chain(ctx);
}

static void in_pieces(void)
{
	const struct pki_rules rules = rules_of(PKI_REQUIRE);
	const struct span certs[] = { leaf.der, root.der, inter.der };
	static const size_t pieces[] = { 1, 7, 1000, 65536 };
	for (size_t i = 0; i < 4; i++) {
		struct pki_judge j;
		unsigned usages = 0;
		uint8_t print[32];
		judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
		CHECK_INT(drive(&j, certs, 3, pieces[i]), 0);
		CHECK_STR(judge_error(&j)->text, "");
		CHECK(j.peer.known);
		CHECK_STR(j.peer.subject, "CN=leaf, O=St. Elsewhere");
		CHECK_INT(j.path.n, 3);
		memset(scratch, 0xee, sizeof scratch); /* the key outlives it */
		const br_x509_pkey *key = j.vtable->get_pkey(&j.vtable, &usages);
		struct pubkey want;
		REQUIRE(key && pubkey_read(leaf.pub, &want, NULL));
		CHECK_INT(key->key_type, BR_KEYTYPE_EC);
		CHECK_MEM(key->key.ec.q, want.q.p, want.q.n);
		CHECK_INT(usages, BR_KEYTYPE_SIGN);
		cert_sha256(leaf.der, print);
		CHECK_MEM(j.peer.sha256, print, sizeof print);
	}
}

static void no_certificate(void)
{
	const struct pki_rules require = rules_of(PKI_REQUIRE), present = rules_of(PKI_IF_PRESENT);
	struct pki_judge j;
	judge_init(&j, &require, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	CHECK_INT(drive(&j, NULL, 0, 1), BR_ERR_X509_EMPTY_CHAIN);
	CHECK_INT(judge_error(&j)->code, 116); /* certificate_required */
	judge_init(&j, &present, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	CHECK_INT(drive(&j, NULL, 0, 1), 0);
	CHECK(!j.peer.known);
	CHECK(j.vtable->get_pkey(&j.vtable, NULL) == NULL);
	/* one that is there must be good */
	CHECK_INT(drive(&j, &stranger.der, 1, 100), BR_ERR_X509_NOT_TRUSTED);
	CHECK_INT(judge_error(&j)->code, 48);
}

static void ignored(void)
{
	const struct pki_rules rules = rules_of(PKI_IGNORE);
	struct pki_judge j;
	judge_init(&j, &rules, "elsewhere.example", NOW + 400 * DAY,
		(struct mspan){ scratch, sizeof scratch });
	CHECK_INT(drive(&j, &stranger.der, 1, 100), 0);
	CHECK(!j.peer.known);
	CHECK(j.vtable->get_pkey(&j.vtable, NULL) != NULL);
	CHECK(drive(&j, &(struct span){ leaf.der.p, 40 }, 1, 100) != 0); /* no key, no TLS */
}

static void started_again(void)
{
	const struct pki_rules rules = rules_of(PKI_REQUIRE);
	const struct span certs[] = { leaf.der, inter.der };
	struct pki_judge j;
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	CHECK(drive(&j, &stranger.der, 1, 9) != 0);
	CHECK(!j.peer.known);
	CHECK_INT(drive(&j, certs, 2, 9), 0);
	CHECK_INT(judge_error(&j)->kind, ERR_NONE);
	CHECK(drive(&j, certs, 1, 9) != 0); /* incomplete this time */
	CHECK(!j.peer.known);
	CHECK_INT(j.path.n, 0);
}

static void too_much(void)
{
	const struct pki_rules rules = rules_of(PKI_REQUIRE);
	struct span certs[20];
	struct pki_judge j;
	for (size_t i = 0; i < 20; i++)
		certs[i] = i ? inter.der : leaf.der;
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	CHECK_INT(drive(&j, certs, PKI_PEER_CERTS, 999), 0);
	CHECK(drive(&j, certs, PKI_PEER_CERTS + 1, 999) != 0);
	CHECK_INT(judge_error(&j)->code, 42);
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, leaf.der.n });
	CHECK(drive(&j, certs, 2, 10) != 0);
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ NULL, 0 });
	CHECK(drive(&j, certs, 1, 10) != 0);
	/* a length that lies, both ways */
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	j.vtable->start_chain(&j.vtable, NULL);
	j.vtable->start_cert(&j.vtable, (uint32_t)leaf.der.n + 1);
	j.vtable->append(&j.vtable, leaf.der.p, leaf.der.n);
	j.vtable->end_cert(&j.vtable);
	CHECK(j.vtable->end_chain(&j.vtable) != 0);
	j.vtable->start_chain(&j.vtable, NULL);
	j.vtable->start_cert(&j.vtable, (uint32_t)leaf.der.n - 1);
	j.vtable->append(&j.vtable, leaf.der.p, leaf.der.n);
	j.vtable->end_cert(&j.vtable);
	CHECK(j.vtable->end_chain(&j.vtable) != 0);
}

/* Every CA of one name in the store must be tried, and their number is not the peer's to choose; but
 * a store full of them is bounded all the same. */
static void flood(void)
{
	static struct node twins[70];
	const struct pki_rules rules = rules_of(PKI_REQUIRE);
	struct pki_judge j;
	for (size_t i = 0; i < 70; i++) {
		make(&twins[i], "CN=inter", &root, true);
		CHECK(pki_item_cert(&items[i + 1], twins[i].der, false, NULL));
	}
	pki_array_init(&array, items, 71);
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	CHECK(drive(&j, &leaf.der, 1, 100) != 0);
	CHECK(strstr(judge_error(&j)->text, "more than 64 signatures") != NULL);
	CHECK_INT(drive(&j, (const struct span[]){ leaf.der, inter.der }, 2, 100),
		0); /* its own first */
	pki_array_init(&array, items, 1);
}

static void rules_of_profiles(void)
{
	struct pki_rules rules = rules_of(PKI_REQUIRE);
	const struct span certs[] = { leaf.der, inter.der };
	struct pki_judge j;
	rules.min_ec = 384;
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	CHECK(drive(&j, certs, 2, 100) != 0);
	CHECK(strstr(judge_error(&j)->text, "a key of 256 bits is too short") != NULL);
	CHECK(strstr(judge_error(&j)->text, "subject CN=leaf") != NULL);
	rules.min_ec = 256;
	judge_init(&j, &rules, NULL, NOW + 2 * DAY, (struct mspan){ scratch, sizeof scratch });
	CHECK_INT(drive(&j, certs, 2, 100), BR_ERR_X509_EXPIRED);
	CHECK_INT(judge_error(&j)->code, 45);
	judge_init(&j, &rules, NULL, NOW - 2 * DAY, (struct mspan){ scratch, sizeof scratch });
	CHECK_INT(drive(&j, certs, 2, 100), BR_ERR_X509_EXPIRED);
}

static void peers(void)
{
	const struct pki_rules rules = rules_of(PKI_REQUIRE);
	const struct span certs[] = { leaf.der, inter.der };
	struct pki_judge j;
	char spec[120] = "SHA256:";
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	CHECK_INT(drive(&j, certs, 2, 100), 0);
	hex_colons(span_of(j.peer.sha256, 32), spec + 7, sizeof spec - 7);
	CHECK(peer_is(&j.peer, spec) && peer_spec_ok(spec));
	spec[7] = spec[7] == '0' ? '1' : '0';
	CHECK(!peer_is(&j.peer, spec) && peer_spec_ok(spec));
	CHECK(peer_is(&j.peer, "subject:CN=leaf"));
	CHECK(peer_is(&j.peer, "subject:O=st.  elsewhere, CN=LEAF"));
	CHECK(!peer_is(&j.peer, "subject:CN=leaf,O=other"));
	CHECK(!peer_is(&j.peer, "subject:CN=lea"));
	static const char *const bad[] = { "", "SHA256:", "SHA256:00", "subject:", "subject:CN",
		"subject:=x", "subject:CN=", "CN=leaf", "SHA1:00" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK(!peer_spec_ok(bad[i]));
		CHECK(!peer_is(&j.peer, bad[i]));
	}
	j.peer.known = false;
	CHECK(!peer_is(&j.peer, "subject:CN=leaf"));
}

static void identity(void)
{
	static struct identity id;
	static uint8_t text[8192], room[8192];
	struct buf pem = buf_on(text, sizeof text), store = buf_on(room, sizeof room);
	struct err e = { 0 };
	pem_write(&pem, "CERTIFICATE", root.der);
	pem_write(&pem, "CERTIFICATE", inter.der);
	pem_write(&pem, "CERTIFICATE", leaf.der);
	id.key = leaf.key;
	id.key.ec.x = id.key.store;
	REQUIRE(identity_certs(&id, buf_span(&pem), &store, &e));
	CHECK_INT(id.n, 2); /* leaf, intermediate; the root stays at home */
	CHECK(span_eq(id.chain[0], leaf.der) && span_eq(id.chain[1], inter.der));
	id.key = stranger.key;
	id.key.ec.x = id.key.store;
	CHECK(!identity_certs(&id, buf_span(&pem), &store, &e));
	CHECK(strstr(e.text, "no certificate in it belongs to the private key") != NULL);
	key_wipe(&id.key);
}

/* Verdicts with one memo; how many signatures it knows tells what was computed. */
static void remembered(void)
{
	static struct sig_memo memo;
	struct pki_rules rules = rules_of(PKI_REQUIRE);
	const struct span certs[] = { leaf.der, inter.der };
	struct pki_judge j;
	rules.memo = &memo;
	for (int turn = 0; turn < 2; turn++) {
		judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
		CHECK_INT(drive(&j, certs, 2, 100), 0);
		CHECK_INT(memo.next, 2);
	}
	memo.known[0][0] ^= 1; /* not known any more: computed again, and good */
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	CHECK_INT(drive(&j, certs, 2, 100), 0);
	CHECK_INT(memo.next, 3);
	/* everything else is asked anew */
	judge_init(&j, &rules, NULL, NOW + 2 * DAY, (struct mspan){ scratch, sizeof scratch });
	CHECK_INT(drive(&j, certs, 2, 100), BR_ERR_X509_EXPIRED);
	rules.min_ec = 384;
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	CHECK(drive(&j, certs, 2, 100) != 0);
	pki_array_init(&array, items, 0);
	rules.min_ec = 256;
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	CHECK_INT(drive(&j, certs, 2, 100), BR_ERR_X509_NOT_TRUSTED);
	pki_array_init(&array, items, 1);
}

/* Each octet of a certificate that is known, changed: none passes for what it was. */
static void remembered_exactly(void)
{
	static struct sig_memo memo;
	static uint8_t changed[2048];
	struct pki_rules rules = rules_of(PKI_REQUIRE);
	struct span certs[] = { leaf.der, inter.der };
	struct pki_judge j;
	rules.memo = &memo;
	judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
	REQUIRE(drive(&j, certs, 2, 100) == 0);
	REQUIRE(leaf.der.n <= sizeof changed);
	memcpy(changed, leaf.der.p, leaf.der.n);
	certs[0] = span_of(changed, leaf.der.n);
	for (size_t i = 0; i < leaf.der.n; i++) {
		changed[i] ^= 1;
		judge_init(&j, &rules, NULL, NOW, (struct mspan){ scratch, sizeof scratch });
		CHECK(drive(&j, certs, 2, 100) != 0);
		changed[i] ^= 1;
	}
	CHECK_INT(memo.next, 2); /* what failed is not remembered */
}

static void forgotten(void)
{
	static struct sig_memo memo;
	struct sig_alg alg;
	struct pubkey key;
	uint8_t hash[64];
	struct cert c;
	REQUIRE(cert_read(leaf.der, &c, NULL) && sig_alg_read(c.algorithm, &alg, NULL) &&
		pubkey_read(inter.pub, &key, NULL) && sig_hash(alg.hash, c.tbs, hash));
	for (unsigned i = 0; i < 3 * SIG_MEMO; i++) {
		memset(memo.known, 0, sizeof memo.known);
		CHECK(memo_verify(&memo, &alg, &key, hash, c.signature));
		CHECK(memo_verify(&memo, &alg, &key, hash, c.signature));
		CHECK_INT(memo.next, i < 2 * SIG_MEMO - 1 ? i + 1 : SIG_MEMO + (i + 1) % SIG_MEMO);
	}
	CHECK(memo_verify(NULL, &alg, &key, hash, c.signature));
	hash[0] ^= 1;
	CHECK(!memo_verify(&memo, &alg, &key, hash, c.signature));
	CHECK(!memo_verify(NULL, &alg, &key, hash, c.signature));
	hash[0] ^= 1;
	CHECK(pubkey_read(root.pub, &key, NULL)); /* another key, the same signature */
	CHECK(!memo_verify(&memo, &alg, &key, hash, c.signature));
}

int main(void)
{
	br_hmac_drbg_init(&drbg, &br_sha256_vtable, "a fixed seed", 12);
	make(&root, "CN=root", NULL, true);
	make(&inter, "CN=inter", &root, true);
	make(&leaf, "CN=leaf, O=St. Elsewhere", &inter, false);
	make(&stranger, "CN=stranger", NULL, false);
	CHECK(pki_item_cert(&items[0], root.der, true, NULL));
	pki_array_init(&array, items, 1);
	test("a chain in any pieces and order is judged, and its key outlives the scratch",
		in_pieces);
	test("a peer without certificate is refused or let in as the mode says", no_certificate);
	test("with PKI_IGNORE anybody is let in and nobody known", ignored);
	test("a judge starts again for the next handshake and forgets the last", started_again);
	test("more certificates or octets than stated, and lying lengths, are refused", too_much);
	test("a store full of CAs of one name costs 64 signatures and no more", flood);
	test("key sizes and dates are the profile's and the clock's", rules_of_profiles);
	test("a peer is the one meant by fingerprint or subject, or not", peers);
	test("what verified once is not computed again, and all else is asked anew", remembered);
	test("a certificate with one bit changed is never taken for one that verified",
		remembered_exactly);
	test("the memo of signatures is bounded, for this key and hash only, and may be missing",
		forgotten);
	test("an identity is put in order around its key", identity);
	return test_end();
}
