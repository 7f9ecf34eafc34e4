/* SPDX-License-Identifier: MIT */
/* The table of alerts and the recognition of first bytes. */
#include "tls/alert.h"
#include <string.h>

const struct tls_alert tls_alerts[] = {
	{ 0, "close_notify", "it has said all that it had to say", "nothing", false },
	{ 10, "unexpected_message", "a message of ours came out of turn for it",
		"report it with the product and version of the peer", false },
	{ 20, "bad_record_mac", "a record of ours did not decrypt there",
		"look for something on the way that alters traffic; try again", false },
	{ 21, "decryption_failed", "a record of ours did not decrypt there",
		"look for something on the way that alters traffic; try again", false },
	{ 22, "record_overflow", "a record of ours was too long for it",
		"report it with the product and version of the peer", false },
	{ 30, "decompression_failure", "it could not decompress what it received",
		"switch compression off in the peer", false },
	{ 40, "handshake_failure",
		"our offers and its demands have nothing in common, or it wants a client "
		"certificate",
		"compare profile and cipher suites of both sides, and give us a key and "
		"certificate "
		"if it demands one",
		false },
	{ 41, "no_certificate", "it has no certificate to show",
		"give the peer a key and certificate", true },
	{ 42, "bad_certificate", "it refused our certificate as damaged or wrongly signed",
		"check our certificate and the CA certificates that the peer was given", true },
	{ 43, "unsupported_certificate",
		"our certificate has a type, key or usage that it does not support",
		"check key type and extended key usage (client or server) of our certificate",
		true },
	{ 44, "certificate_revoked", "our certificate was revoked by its issuer",
		"get a new certificate", true },
	{ 45, "certificate_expired", "it finds our certificate expired or not yet valid",
		"renew our certificate, and compare the clocks of both hosts", true },
	{ 46, "certificate_unknown",
		"it refused our certificate for a reason that it does not tell",
		"look into the peer's log; check the CA certificates that the peer was given",
		true },
	{ 47, "illegal_parameter", "something in our messages was out of range for it",
		"report it with the product and version of the peer", false },
	{ 48, "unknown_ca", "it refused our certificate: it does not know the CA that issued it",
		"give the peer the certificate of the CA that issued ours, and us the intermediate "
		"certificates to send",
		true },
	{ 49, "access_denied", "our certificate is valid, but we are not let in",
		"have us entered into the peer's list of those who are", true },
	{ 50, "decode_error", "it could not read a message of ours",
		"report it with the product and version of the peer", false },
	{ 51, "decrypt_error", "a signature or check value of ours did not verify there",
		"check that our private key belongs to our certificate", true },
	{ 60, "export_restriction", "it enforces long gone export rules", "update the peer",
		false },
	{ 70, "protocol_version", "it does not accept any TLS version that we offer",
		"compare the profiles of both sides; an old peer may need a retired profile",
		false },
	{ 71, "insufficient_security", "what we offer is too weak for it",
		"choose the profile that the peer asks for", false },
	{ 80, "internal_error", "it failed on its own side", "look into the peer's log", false },
	{ 86, "inappropriate_fallback",
		"it can do better than the protocol version that we fell back to",
		"do not limit the TLS version", false },
	{ 90, "user_canceled", "somebody there cancelled the handshake", "ask there", false },
	{ 100, "no_renegotiation", "it does not negotiate anew within a connection",
		"report it with the product and version of the peer", false },
	{ 109, "missing_extension", "it misses something in our messages that it needs",
		"report it with the product and version of the peer", false },
	{ 110, "unsupported_extension", "we sent an extension that it did not ask for",
		"report it with the product and version of the peer", false },
	{ 111, "certificate_unobtainable", "it could not fetch our certificate",
		"let us send certificates ourselves", true },
	{ 112, "unrecognized_name", "it does not know the host name that we asked for",
		"connect by the name that the peer goes by, or send no name (--no-sni)", false },
	{ 113, "bad_certificate_status_response",
		"it refused the revocation status of our certificate",
		"switch OCSP stapling off in the peer", true },
	{ 114, "bad_certificate_hash_value", "it found another certificate than the one meant",
		"check our certificate", true },
	{ 115, "unknown_psk_identity", "it does not know the session or key that we named",
		"connect without a stored session", false },
	{ 116, "certificate_required", "it demands a client certificate, and we showed none",
		"give us a private key and a certificate that it accepts", true },
	{ 120, "no_application_protocol", "it wants another application protocol (ALPN)",
		"check that port and host are those of a DICOM receiver", false },
};

const size_t tls_alerts_n = sizeof tls_alerts / sizeof *tls_alerts;

const struct tls_alert *tls_alert_code(unsigned code)
{
	for (size_t i = 0; i < tls_alerts_n; i++)
		if (tls_alerts[i].code == code)
			return &tls_alerts[i];
	return NULL;
}

bool tls_alert_received(struct err *e, unsigned code)
{
	const struct tls_alert *a = tls_alert_code(code);
	if (!a)
		return err_set(e, ERR_TLS, (int)code,
			"the peer ended TLS with alert %u, which no standard knows", code);
	return err_set(e, a->trust ? ERR_TRUST : ERR_TLS, (int)code,
		"the peer ended TLS with alert %u (%s): %s; %s", code, a->name, a->refused,
		a->remedy);
}

static bool starts(struct span s, const char *text)
{
	return span_eq_str(span_at(s, 0, strlen(text)), text);
}

enum tls_sniff tls_sniff(struct span first)
{
	struct span s = first;
	uint8_t type = 0, major = 0, minor = 0;
	static const char *const http[] = { "GET ", "POST", "HEAD", "PUT ", "OPTI", "HTTP" };
	for (size_t i = 0; i < sizeof http / sizeof *http; i++)
		if (starts(first, http[i]))
			return TLS_SNIFF_HTTP;
	if (starts(first, "SSH-"))
		return TLS_SNIFF_SSH;
	if (!span_u8(&s, &type) || !span_u8(&s, &major) || !span_u8(&s, &minor))
		return TLS_SNIFF_SHORT;
	/* RFC 8446 5.1: handshake or alert, version 3.x */
	if ((type == 22 || type == 21) && major == 3 && minor <= 4)
		return TLS_SNIFF_TLS;
	/* PS3.8 9.3: a type from 1 to 7, a reserved byte 0, and a length, which no sane peer makes
	 * larger than 16 MB in its first PDU */
	if (type >= 1 && type <= 7 && major == 0 && minor == 0)
		return TLS_SNIFF_DICOM;
	/* RFC 5246 E.2: two bytes of length with the top bit set, CLIENT-HELLO */
	if (type & 0x80 && minor == 1)
		return TLS_SNIFF_SSL2;
	return first.n < 4 ? TLS_SNIFF_SHORT : TLS_SNIFF_OTHER;
}

const char *tls_stranger(struct span first, bool client)
{
	switch (tls_sniff(first)) {
	case TLS_SNIFF_DICOM:
		return client
			? "the peer speaks plain DICOM, not TLS, on this port; use its TLS port, "
			  "or --plain if that must be"
			: "the peer speaks plain DICOM, not TLS, and this port is for TLS; switch "
			  "TLS on in the peer, or send it to a plain port";
	case TLS_SNIFF_HTTP:
		return client ? "the peer is a web server without TLS; check host and port"
			      : "the peer speaks HTTP; this is a DICOM port with TLS";
	case TLS_SNIFF_SSH:
		return "the peer speaks SSH; check host and port";
	case TLS_SNIFF_SSL2:
		return "the peer speaks SSL 2, which has been unsafe since the nineties; update it";
	case TLS_SNIFF_OTHER:
		return "what the peer sends is not TLS; check host and port";
	case TLS_SNIFF_SHORT:
	case TLS_SNIFF_TLS:
		break;
	}
	return NULL;
}
