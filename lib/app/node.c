/* SPDX-License-Identifier: MIT */
#include "app/node.h"

#include "app/ciphers.h"
#include "app/dcmtk_secure.h"
#include "app/pass.h"
#include "app/trust.h"
#include "base/hex.h"
#include "cli/exit.h"
#include "dicom/uid.h"
#include "cli/text.h"

#include <stdio.h>
#include <string.h>

#define AT(field) offsetof(struct node_opts, field)
#define SECURE(field) offsetof(struct node_opts, secure.field)

/* DCMTK's +tls KEY CERT. */
static bool opt_key_cert(void *field, const struct opt_use *use, struct err *e)
{
	struct node_opts *o = field;
	(void)e;
	o->tls = NODE_TLS;
	o->secure.key = use->values[0];
	o->secure.cert = use->values[1];
	return true;
}

/* DCMTK's +tla: TLS without a certificate of our own. */
static bool opt_anonymous(void *field, const struct opt_use *use, struct err *e)
{
	struct node_opts *o = field;
	(void)use;
	(void)e;
	o->tls = NODE_TLS;
	o->anonymous = true;
	return true;
}

bool opt_title(void *field, const struct opt_use *use, struct err *e)
{
	if (!pdu_title_valid(use->values[0]))
		return err_set(e, ERR_USAGE, 0,
			"\"%s\" is no AE title: 1 to 16 characters, no backslash, no control "
			"characters (PS3.5 6.2)",
			use->values[0]);
	*(const char **)field = use->values[0];
	return true;
}

/* Both are looked up here, where the closest name can be told. */
static bool set_profile(void *field, const struct opt_use *use, struct err *e)
{
	return ciphers_profile_named(use->values[0], e) && opt_str(field, use, e);
}

static bool set_cipher(void *field, const struct opt_use *use, struct err *e)
{
	return ciphers_suite(use->values[0], e) && opt_list(field, use, e);
}

char *node_status(uint16_t status, char text[5])
{
	snprintf(text, 5, "%04X", (unsigned)status);
	return text;
}

static bool opt_count64(void *field, const struct opt_use *use, struct err *e)
{
	int n;
	if (!opt_int(&n, use, e))
		return false;
	*(uint64_t *)field = (uint64_t)n;
	return true;
}

static bool opt_peer(void *field, const struct opt_use *use, struct err *e)
{
	return peers_ok(use->values[0], e) && opt_add(field, use->values[0], use->memory, e);
}

const struct opt node_title_rows[] = {
	{ .help = "association" },
	{ "--title", "-aet --aetitle", "TITLE", opt_title, AT(title), "our AE title (DCMSEC)" },
	{ "--called", "-aec --call", "TITLE", opt_title, AT(called),
		"the peer's AE title (ANY-SCP)" },
	{ 0 },
};

/* ---- what both roles have, in three parts between which each has its own */

static const struct opt link_rows[] = {
	{ .help = "secure link" },
	{ "--key", NULL, "FILE", opt_str, SECURE(key), "our private key (PEM or DER)" },
	{ "--cert", NULL, "FILE", opt_str, SECURE(cert),
		"our certificate, and after it its issuers' (PEM or DER)" },
	{ NULL, "+tls --enable-tls", "KEY CERT", opt_key_cert, 0,
		"TLS with our key and certificate" },
	{ .rows = pass_rows, .at = SECURE(pass) },
	{ .rows = trust_rows, .at = SECURE(trust) },
	{ "--peer", NULL, "AETITLE=CERTIFICATE", opt_peer, AT(peer),
		"let this AE title come with this certificate only: SHA256:FINGERPRINT or "
		"subject:CN=NAME (repeats)" },
	{ "--peers", NULL, "FILE", opt_str, AT(peers), "a file of lines as --peer takes them" },
	{ .rows = FACE ? dcmtk_secure_rows : opt_none },
	{ "--plain", "-tls --disable-tls", NULL, opt_const, AT(tls),
		"no TLS: anybody on the way can read along", .value = NODE_PLAIN },
	{ NULL, "-rc --require-peer-cert", NULL, opt_const, SECURE(mode),
		"refuse a peer without a good certificate (default)", .value = PKI_REQUIRE },
	{ "--no-verify", "-ic --ignore-peer-cert", NULL, opt_const, SECURE(mode),
		"let in any peer: encrypted, but to whom is not known", .value = PKI_IGNORE },
	{ "--profile", NULL, "NAME", set_profile, SECURE(profile),
		"security profile (default: 8996)" },
	{ "--cipher", NULL, "NAME", set_cipher, SECURE(ciphers),
		"offer this cipher suite behind those of the profile (repeats)" },
	{ "--require-ems", NULL, NULL, opt_flag, SECURE(require_ems),
		"refuse TLS 1.2 without extended master secret" },
	{ 0 },
};

static const struct opt random_rows[] = {
#ifdef DCMSEC_DEBUG
	{ "--keylog", NULL, "FILE", opt_str, SECURE(keylog),
		"add the secrets of each connection to FILE, for Wireshark: whoever has it reads "
		"all" },
#endif
	{ "--seed", "+rs --seed", "FILE", opt_str, AT(random.seed),
		"add this file to the randomness" },
	{ "--write-seed", "+ws --write-seed", NULL, opt_flag, AT(write_back),
		"leave fresh seed in the file that --seed named" },
	{ "--write-seed-file", "+wf --write-seed-file", "FILE", opt_str, AT(random.write_seed),
		"leave fresh seed in this file" },
	{ "--no-system-random", NULL, NULL, opt_flag, AT(random.no_system),
		"the seed alone feeds the randomness" },
	{ "--reseed-after", NULL, "N", opt_count64, AT(random.requests),
		"draw fresh randomness after so many requests for it (65536; 0: not for that)" },
	{ "--reseed-every", NULL, "TIME", opt_duration, AT(random.interval),
		"draw fresh randomness after so long (7m; 0: not for that)" },
	{ .help = "limits" },
	{ "--max-pdu", "-pdu --max-pdu", "BYTES", opt_int, AT(max_pdu),
		"largest PDU that we take (131072)", .min = NODE_PDU_LEAST, .max = NODE_PDU_MOST },
	{ 0 },
};

static const struct opt time_rows[] = {
	{ "--artim", NULL, "TIME", opt_duration, AT(artim),
		"ARTIM (PS3.8 9.1.5): for a peer to associate, and to close (30s)" },
	{ .help = "messages" },
	{ .rows = log_options, .at = AT(log) },
	{ "--syslog", NULL, "SOCKET", opt_str, AT(log.syslog.path),
		"send messages to the system log as well (/dev/log)" },
	{ 0 },
};

/* ---- and each for itself */

const struct opt node_caller_rows[] = {
	{ .rows = link_rows },
	{ "--no-client-cert", NULL, NULL, opt_flag, AT(anonymous),
		"be an anonymous client: show no certificate" },
	{ NULL, "+tla --anonymous-tls", NULL, opt_anonymous, 0,
		"TLS without a certificate of our own" },
	{ "--check-host", NULL, NULL, opt_flag, SECURE(trust.check_host),
		"the certificate must be good for the host that is called" },
	{ "--sni", "--request-sni", "NAME", opt_str, SECURE(sni), "server name to ask for" },
	{ "--no-sni", "--no-sni", NULL, opt_flag, SECURE(no_sni),
		"do not tell the host name in the clear" },
	{ .rows = random_rows },
	{ "--connect-timeout", "-to --timeout", "TIME", opt_duration, AT(connect),
		"to connect (30s)" },
	{ "--associate-timeout", "-ta --acse-timeout", "TIME", opt_duration, AT(associate),
		"for TLS and the association's answer (30s)" },
	{ "--dimse-timeout", "-td --dimse-timeout", "TIME", opt_duration, AT(dimse),
		"without progress while an object or its answer is due (60s; 0: no limit)" },
	{ .rows = time_rows },
	{ .help = "resumption" },
	{ "--session", NULL, "FILE", opt_str, AT(session),
		"keep TLS sessions with this peer in this file, to resume them in the next run" },
	{ 0 },
};

const struct opt node_answerer_rows[] = {
	{ .rows = link_rows },
	{ "--verify-if-present", "-vc --verify-peer-cert", NULL, opt_const, SECURE(mode),
		"let in a client that shows no certificate", .value = PKI_IF_PRESENT },
	{ .rows = random_rows },
	{ NULL, "-ta --acse-timeout", "TIME", opt_duration, AT(artim),
		"for TLS and the association's request, and for a peer to close (30)" },
	{ NULL, "-td --dimse-timeout", "TIME", opt_duration, AT(dimse),
		"without progress while a request is due" },
	{ .rows = time_rows },
	{ 0 },
};

const struct opt node_ticket_rows[] = {
	{ .help = "resumption" },
	{ "--no-tickets", NULL, NULL, opt_flag, SECURE(no_tickets),
		"give no tickets: every TLS handshake is a full one" },
	{ "--ticket-lifetime", NULL, "TIME", opt_duration, SECURE(ticket_lifetime),
		"how long a TLS session can be resumed (2h)", .min = 1000,
		.max = SESSION_WEEK * (int64_t)1000 },
	{ 0 },
};

int node_fail(struct node *n, const struct call *call, const struct err *e)
{
	if (n->log->json) {
		json_begin(&n->json, "error");
		json_str(&n->json, "message", e->text);
		json_write(&n->json, NULL);
	}
	log_line(n->log, LOG_FATAL, "%s", e->text);
	return call_dcmtk(call) ? 1 : exit_code(e);
}

static bool open_random(struct node *n, struct err *e)
{
	struct entropy_opts random = n->opts->random;
	if (n->opts->write_back && !random.seed)
		return err_set(e, ERR_USAGE, 0, "--write-seed needs --seed FILE to know where to");
	if (n->opts->write_back && !random.write_seed)
		random.write_seed = random.seed;
	if (!entropy_open(&n->entropy, &random, e))
		return false;
	if (n->entropy.warning[0])
		log_line(n->log, LOG_WARN, "%s", n->entropy.warning);
	log_line(n->log, LOG_INFO, "randomness: %s; credited with %u bits", n->entropy.report,
		n->entropy.credited);
	n->random = true;
	return true;
}

struct drbg *node_random(struct node *n, struct err *e)
{
	return n->random || open_random(n, e) ? &n->entropy.rand.public : NULL;
}

static void warn(struct node *n)
{
	const struct secure_opts *s = &n->opts->secure;
	const struct tls_profile *profile = s->profile ? tls_profile_name(s->profile) : NULL;
	if (profile && profile->retired)
		log_line(n->log, LOG_WARN, "the security profile %s is retired: %s", profile->name,
			profile->retired);
	if (s->mode == PKI_IGNORE)
		log_line(n->log, LOG_WARN,
			"certificates are not checked: nobody knows who the peer is");
	if (s->trust.has_at)
		log_line(n->log, LOG_WARN,
			"certificates are judged as of the time given, not of today's: expiry is "
			"not seen");
}

/* What TLS needs. */
static bool open_secure(
	struct node *n, const struct node_opts *opts, enum tls_role role, struct err *e)
{
	const bool none = !opts->secure.key && !opts->secure.cert;
	if (opts->anonymous && !none)
		return err_set(
			e, ERR_USAGE, 0, "--no-client-cert and --key or --cert exclude each other");
	if (role == TLS_CLIENT && none && !opts->anonymous)
		return err_set(e, ERR_USAGE, 0,
			"who are we? Give --key FILE and --cert FILE, or --no-client-cert to be "
			"anonymous, or "
			"--plain for a link without TLS");
	if (!open_random(n, e))
		return false;
	warn(n);
	if (secure_open(&n->secure, role, &opts->secure, &n->entropy, e))
		return true;
	entropy_close(&n->entropy, NULL);
	n->random = false;
	return false;
}

bool node_open(struct node *n, struct node_opts *opts, enum tls_role role, const struct call *call,
	int *code)
{
	struct err e = { 0 };
	*n = (struct node){ .log = &opts->log, .opts = opts, .session.fd = -1 };
	log_start(&opts->log, call);
	if (opts->log_config)
		log_line(&opts->log, LOG_WARN,
			"of %s only the root logger's level is taken; messages go to standard "
			"error",
			opts->log_config);
	if (FACE && opts->list) {
		n->plain = true;
		dcmtk_list(opts->list);
		*code = EXIT_DONE;
		return false;
	}
	n->plain = opts->tls == NODE_PLAIN || (opts->tls == NODE_BY_FACE && call_dcmtk(call));
	if (syslog_open(&opts->log.syslog, &e) &&
		peers_open(&n->peers, &opts->peer, opts->peers, &e)) {
		if (!n->plain)
			pass_warn(&opts->secure.pass, &opts->log);
		if (n->plain || open_secure(n, opts, role, &e))
			return true;
		peers_close(&n->peers);
	}
	*code = node_fail(n, call, &e);
	return false;
}

void node_close(struct node *n)
{
	struct err e = { 0 };
	peers_close(&n->peers);
	syslog_close(&n->log->syslog);
	if (!n->plain && !session_file_close(&n->session, n->secure.sessions, &e))
		log_line(n->log, LOG_WARN, "%s", e.text);
	err_clear(&e);
	if (!n->plain)
		secure_close(&n->secure);
	if (n->random && !entropy_close(&n->entropy, &e))
		log_line(n->log, LOG_WARN, "%s", e.text);
}

void node_peer(struct node *n, const char *peer)
{
	struct err e = { 0 };
	if (n->plain)
		return;
	secure_peer(&n->secure, peer);
	if (n->opts->session &&
		!session_file_open(&n->session, n->opts->session, n->secure.sessions, &e))
		log_line(n->log, LOG_WARN, "%s", e.text);
}

struct secure *node_secure(struct node *n)
{
	return n->plain ? NULL : &n->secure;
}

unsigned node_port(const struct node *n)
{
	return n->plain ? NODE_PORT_PLAIN : NODE_PORT_TLS;
}

void node_tell_association(struct node *n, const char *who, const char *calling, const char *called,
	unsigned accepted, unsigned refused)
{
	char contexts[TEXT_NUMBER];
	log_line(n->log, LOG_INFO, "association with %s: %s to %s, %s accepted, %u refused", who,
		calling, called, text_count(accepted, "presentation context", contexts), refused);
	if (!n->log->json)
		return;
	json_begin(&n->json, "association");
	json_str(&n->json, "peer", who);
	json_str(&n->json, "calling", calling);
	json_str(&n->json, "called", called);
	json_uint(&n->json, "accepted", accepted);
	json_uint(&n->json, "refused", refused);
	json_bool(&n->json, "tls", !n->plain);
	json_write(&n->json, NULL);
}

void node_tell_contexts(struct node *n, struct conn *c)
{
	struct ul_context agreed;
	char abstract[UID_TEXT], syntax[UID_TEXT];
	for (unsigned id = 1; id < 2 * PDU_CONTEXTS; id += 2)
		if (ul_context(conn_ul(c), (uint8_t)id, &agreed))
			log_line(n->log, LOG_INFO, "presentation context %u: %s, %s", id,
				uid_name(agreed.abstract, abstract),
				uid_name(agreed.syntax, syntax));
}

void node_tell_secured(struct node *n, struct conn *c, const char *who)
{
	const struct tls_facts *f = conn_facts(c);
	const struct pki_peer *peer = conn_peer(c);
	const struct tls_suite *s = f->suite;
	char fingerprint[32 * 3 + 1] = "";
	if (f->peer_cert)
		hex_colons(span_of(f->leaf_sha256, sizeof f->leaf_sha256), fingerprint,
			sizeof fingerprint);
	const char *subject = peer->known ? peer->subject : "";
	log_line(n->log, LOG_INFO,
		"secure link with %s: %s, %s, %s, key exchange %s%s%s, encryption %s, integrity %s",
		who, f->protocol, tls_suite_iana(s).text, f->resumed ? "resumed" : "full handshake",
		tls_suite_kx(s), *f->group ? " on " : "", f->group, tls_suite_enc(s),
		tls_suite_mac(s));
	if (f->peer_cert)
		log_line(n->log, LOG_INFO, "peer's certificate: %s, SHA256 %s",
			*subject ? subject : "not checked", fingerprint);
	else
		log_line(n->log, LOG_INFO, "the peer showed no certificate");
	if (!n->log->json)
		return;
	struct json *j = &n->json;
	json_begin(j, "secure");
	json_str(j, "peer", who);
	json_str(j, "protocol", f->protocol);
	json_str(j, "suite", tls_suite_iana(s).text);
	json_str(j, "suite_openssl", tls_suite_openssl(s).text);
	json_str(j, "key_exchange", tls_suite_kx(s));
	json_str(j, "group", f->group);
	json_str(j, "authentication", tls_suite_auth(s));
	json_str(j, "encryption", tls_suite_enc(s));
	json_str(j, "integrity", tls_suite_mac(s));
	json_bool(j, "resumed", f->resumed);
	json_str(j, "peer_subject", peer->known ? subject : NULL);
	json_str(j, "peer_sha256", f->peer_cert ? fingerprint : NULL);
	json_write(j, NULL);
}
