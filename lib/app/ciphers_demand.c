/* SPDX-License-Identifier: MIT */
/* Does the peer insist on a client certificate? It tells only at the end of a handshake without one. */
#include "app/ciphers_ask.h"
#include "io/clock.h"
#include "io/scu.h"
#include "io/wait.h"

#include <string.h>

/* ms after which a server of TLS 1.3 that has said nothing is content: one that is no DICOM peer waits. */
enum { CONTENT = 2000 };

/* Offers what both have: the versions before TLS 1.3 where there are any, since those answer within the
 * handshake. */
static bool configure(const struct asker *a, struct tls_config *config)
{
	const bool old = a->peer.version[TLS_1_2 - PROBE_SSL3] ||
		a->peer.version[TLS_1_1 - PROBE_SSL3] || a->peer.version[TLS_1_0 - PROBE_SSL3];
	config->min_version = old ? TLS_1_0 : TLS_1_2;
	config->max_version = old ? TLS_1_2 : TLS_1_3;
	config->suites_n = 0;
	for (size_t i = 0; i < tls_suites_n && config->suites_n < TLS_SUITES_MAX; i++) {
		const struct tls_suite *s = &tls_suites[i];
		for (uint16_t v = old ? TLS_1_0 : TLS_1_3; v <= config->max_version; v++) {
			if (!probe_has(&a->peer, v, s->code) || (old && !tls_suite_here(s)))
				continue;
			config->suites[config->suites_n++] = s->code;
			break;
		}
	}
	return config->suites_n > 0;
}

/* The peer's word: DEMAND_NONE means that it has not spoken yet. */
static enum ask_demand heard(const struct scu_news *news, bool old, bool *secured)
{
	switch (news->what) {
	case SCU_SECURED:
		*secured = true;
		return old ? DEMAND_ASKS : DEMAND_NONE;
	case SCU_ASSOCIATED:
		return DEMAND_ASKS;
	default:
		break;
	}
	if (news->err.kind == ERR_TLS || news->err.kind == ERR_TRUST)
		return DEMAND_DEMANDS;
	if (news->err.kind == ERR_PEER && *secured)
		return DEMAND_ASKS; /* it speaks DICOM with us, if only to reject */
	return DEMAND_UNKNOWN;
}

static enum ask_demand talk(struct asker *a, struct secure *secure)
{
	static const char *const syntaxes[] = { "1.2.840.10008.1.2" };
	static const struct pdu_offer offer = { "1.2.840.10008.1.1", syntaxes, 1 };
	const struct scu_config config = { .secure = secure,
		.host = a->host,
		.calling = "DCMSEC",
		.called = "ANY-SCP",
		.max_pdu = 16384,
		.associate = a->c->timeout + 2 * CONTENT,
		.artim = 1 };
	struct scu_news news;
	struct scu *scu;
	enum ask_demand said = DEMAND_NONE;
	bool secured = false;
	const int fd = ask_connect(a);
	if (fd < 0)
		return DEMAND_UNKNOWN;
	uint64_t end = clock_after(clock_ms(), a->c->timeout);
	if (!(scu = scu_new(fd, &config, &offer, 1, &a->err)))
		return DEMAND_UNKNOWN;
	while (said == DEMAND_NONE && !*wait_stop()) {
		struct pollfd p = { .fd = conn_fd(scu_conn(scu)),
			.events = conn_wants(scu_conn(scu)) };
		wait_for(&p, 1, end);
		scu_turn(scu, p.revents, clock_ms());
		while (said == DEMAND_NONE && scu_next(scu, &news))
			said = heard(&news, secure->config.max_version < TLS_1_3, &secured);
		if (secured && clock_ms() + CONTENT < end)
			end = clock_ms() + CONTENT;
		if (clock_ms() >= end && said != DEMAND_DEMANDS)
			said = secured ? DEMAND_ASKS : DEMAND_UNKNOWN;
	}
	scu_free(scu);
	return said == DEMAND_NONE ? DEMAND_UNKNOWN : said; /* it was interrupted */
}

enum ask_demand ask_demand(struct asker *a)
{
	const struct secure_opts opts = { .mode = PKI_IGNORE, .sni = a->name, .no_sni = !a->name };
	struct secure secure;
	enum ask_demand said = DEMAND_UNKNOWN;
	if (!secure_open(&secure, TLS_CLIENT, &opts, a->entropy, &a->err))
		return said;
	if (configure(a, &secure.config))
		said = talk(a, &secure);
	secure_close(&secure);
	return said;
}
