/* SPDX-License-Identifier: MIT */
/* From BearSSL's error numbers, and what is known about the connection, to a sentence that says what
 * to do and to the alert that the RFC asks for. */
#include "tls/alert.h"
#include "tls/legacy.h"

#define BROKEN "; report it with the product and version of the peer"

static const struct reason {
	int error;
	enum alert_code alert;
	const char *text;
} reasons[] = {
	{ BR_ERR_BAD_PARAM, INTERNAL_ERROR, "TLS was not set up correctly here" },
	{ BR_ERR_BAD_STATE, INTERNAL_ERROR, "TLS was used out of turn here" },
	{ BR_ERR_UNSUPPORTED_VERSION, PROTOCOL_VERSION,
		"the peer wants a TLS version that our profile does not allow; compare the "
		"profiles of "
		"both sides" },
	{ BR_ERR_BAD_VERSION, PROTOCOL_VERSION,
		"the peer changed the TLS version within the connection" BROKEN },
	{ BR_ERR_BAD_LENGTH, BAD_RECORD_MAC,
		"the peer sent a TLS record of impossible length" BROKEN },
	{ BR_ERR_TOO_LARGE, RECORD_OVERFLOW, "the peer sent a TLS record that is too long" BROKEN },
	{ BR_ERR_BAD_MAC, BAD_RECORD_MAC,
		"a TLS record from the peer was altered on its way; look for something in between "
		"that "
		"alters traffic, and try again" },
	{ BR_ERR_NO_RANDOM, INTERNAL_ERROR, "there is not enough randomness for TLS" },
	{ BR_ERR_UNKNOWN_TYPE, UNEXPECTED_MESSAGE,
		"the peer sent a TLS record of unknown type" BROKEN },
	{ BR_ERR_UNEXPECTED, UNEXPECTED_MESSAGE, "the peer sent a TLS message out of turn" BROKEN },
	{ BR_ERR_BAD_CCS, UNEXPECTED_MESSAGE,
		"the peer sent a malformed ChangeCipherSpec message" BROKEN },
	{ BR_ERR_BAD_ALERT, UNEXPECTED_MESSAGE, "the peer sent a malformed alert" BROKEN },
	{ BR_ERR_BAD_HANDSHAKE, DECODE_ERROR,
		"the peer sent a malformed TLS handshake message" BROKEN },
	{ BR_ERR_OVERSIZED_ID, DECODE_ERROR, "the peer sent a session ID that is too long" BROKEN },
	{ BR_ERR_BAD_CIPHER_SUITE, HANDSHAKE_FAILURE,
		"the two sides have no usable cipher suite in common; compare the profiles of both "
		"sides" },
	{ BR_ERR_BAD_COMPRESSION, ILLEGAL_PARAMETER,
		"the peer wants TLS compression, which nobody should; switch it off there" },
	{ BR_ERR_BAD_FRAGLEN, ILLEGAL_PARAMETER,
		"the peer answered with a record size that was not asked for" BROKEN },
	{ BR_ERR_BAD_SECRENEG, HANDSHAKE_FAILURE,
		"the peer does not speak secure renegotiation indication (RFC 5746); update it" },
	{ BR_ERR_EXTRA_EXTENSION, UNSUPPORTED_EXTENSION,
		"the peer answered with a TLS extension that was not asked for" BROKEN },
	{ BR_ERR_BAD_SNI, DECODE_ERROR, "the peer sent a malformed server name" BROKEN },
	{ BR_ERR_BAD_HELLO_DONE, DECODE_ERROR,
		"the peer sent a malformed ServerHelloDone message" BROKEN },
	{ BR_ERR_LIMIT_EXCEEDED, ILLEGAL_PARAMETER,
		"the public key of the peer is too large for this program; RSA keys may have 4096 "
		"bits" },
	{ BR_ERR_BAD_FINISHED, DECRYPT_ERROR,
		"the handshake was altered on its way; look for something in between that alters "
		"traffic" },
	{ BR_ERR_RESUME_MISMATCH, ILLEGAL_PARAMETER,
		"the peer resumed a session with other parameters" BROKEN },
	{ BR_ERR_INVALID_ALGORITHM, HANDSHAKE_FAILURE,
		"the two sides have no usable signature algorithm or curve in common; compare the "
		"profiles of both sides" },
	{ BR_ERR_BAD_SIGNATURE, DECRYPT_ERROR,
		"a signature of the peer does not verify; its private key may not belong to its "
		"certificate" },
	{ BR_ERR_WRONG_KEY_USAGE, UNSUPPORTED_CERTIFICATE,
		"the certificate of the peer may not be used for this purpose; get one with the "
		"key "
		"usage digitalSignature" },
};

static bool had_certificate_alert(int alert)
{
	return alert == HANDSHAKE_FAILURE || (alert >= 41 && alert <= 49) || alert == 116;
}

static const char *stranger(const struct legacy *l)
{
	return tls_stranger(span_of(l->first, l->first_n), l->config->role == TLS_CLIENT);
}

static int no_certificate_came(struct legacy *l)
{
	err_set(&l->tls.err, ERR_TRUST, HANDSHAKE_FAILURE,
		"the client showed no certificate, and one is required here; give the client a "
		"private "
		"key and a certificate");
	return HANDSHAKE_FAILURE;
}

static int certificate_refused(struct legacy *l)
{
	const struct err *v = l->verdict;
	if (!v || v->kind == ERR_NONE) {
		err_set(&l->tls.err, ERR_TRUST, BAD_CERTIFICATE,
			"the certificate of the peer was refused (rule %u)", l->witness.refused);
		return BAD_CERTIFICATE;
	}
	err_set(&l->tls.err, v->kind, v->code, "%s", v->text);
	return v->code > 0 && v->code < 256 ? v->code : BAD_CERTIFICATE;
}

static void alert_came(struct legacy *l, int alert)
{
	struct err *e = &l->tls.err;
	if (had_certificate_alert(alert) && l->chooser.asked && l->config->chain_n == 0)
		err_set(e, ERR_TRUST, alert,
			"the peer demands a client certificate, and we have none (alert %d); give "
			"us a "
			"private key and a certificate that it accepts",
			alert);
	else if (had_certificate_alert(alert) && l->chooser.nothing_fit)
		err_set(e, ERR_TRUST, alert,
			"the peer demands a client certificate with another type of key or "
			"signature than "
			"ours (alert %d)",
			alert);
	else
		tls_alert_received(e, (unsigned)alert);
}

/* BearSSL has sent this alert itself. */
static void alert_sent(struct legacy *l, int alert)
{
	struct err *e = &l->tls.err;
	const struct tls_alert *a = tls_alert_code((unsigned)alert);
	if (alert == HANDSHAKE_FAILURE && l->chooser.nothing_fit)
		err_set(e, ERR_TLS, alert,
			"the client has no cipher suite, curve and signature in common with our "
			"profile "
			"and our %s key; compare the profiles of both sides",
			l->config->rsa ? "RSA" : "EC");
	else if (alert == HANDSHAKE_FAILURE)
		err_set(e, ERR_TLS, alert,
			"the peer has no cipher suite in common with our profile; compare the "
			"profiles of "
			"both sides");
	else if (alert == PROTOCOL_VERSION)
		err_set(e, ERR_TLS, alert,
			"the peer has no TLS version in common with our profile, which has %s to "
			"%s; "
			"compare the profiles of both sides",
			tls_version_name(l->eng.version_min), tls_version_name(l->eng.version_max));
	else
		err_set(e, ERR_TLS, alert, "TLS with the peer ended with alert %d (%s) of ours",
			alert, a ? a->name : "unknown");
}

int legacy_explain(struct legacy *l)
{
	const int error = br_ssl_engine_last_error(&l->eng);
	const char *text = l->ready ? NULL : stranger(l);
	if (text) {
		err_set(&l->tls.err, ERR_TLS, PROTOCOL_VERSION, "%s", text);
		return PROTOCOL_VERSION;
	}
	if (error == BR_ERR_NO_CLIENT_AUTH || (l->witness.refused && l->witness.certs == 0))
		return no_certificate_came(l);
	if (l->witness.refused)
		return certificate_refused(l);
	if (error >= BR_ERR_SEND_FATAL_ALERT) {
		alert_sent(l, error - BR_ERR_SEND_FATAL_ALERT);
		return NO_ALERT;
	}
	if (error >= BR_ERR_RECV_FATAL_ALERT) {
		alert_came(l, error - BR_ERR_RECV_FATAL_ALERT);
		return NO_ALERT;
	}
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].error == error) {
			err_set(&l->tls.err, ERR_TLS, reasons[i].alert, "%s", reasons[i].text);
			return reasons[i].alert;
		}
	err_set(&l->tls.err, ERR_TLS, INTERNAL_ERROR, "TLS failed with BearSSL error %d", error);
	return INTERNAL_ERROR;
}

int legacy_explain_end(struct legacy *l)
{
	struct err *e = &l->tls.err;
	const char *text = stranger(l);
	const bool client = l->config->role == TLS_CLIENT;
	if (text)
		err_set(e, ERR_TLS, 0, "%s", text);
	else if (l->first_n == 0)
		err_set(e, ERR_NETWORK, 0,
			"the peer closed the connection without a word of TLS; %s",
			client ? "check that host and port are those of a TLS receiver"
			       : "it may only have probed the port, or have found none of its own "
				 "settings "
				 "to fit");
	else if (client && l->chooser.asked)
		err_set(e, ERR_NETWORK, 0,
			"the peer asked for a client certificate and then closed the connection in "
			"the "
			"middle of the TLS handshake; it probably refused %s: look into its log",
			l->config->chain_n ? "ours" : "that we have none");
	else
		err_set(e, ERR_NETWORK, 0,
			"the peer closed the connection in the middle of the TLS handshake; it "
			"probably "
			"refused our certificate or our profile: look into its log");
	return NO_ALERT;
}
