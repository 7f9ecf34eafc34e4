/* SPDX-License-Identifier: MIT */
#include "app/certs_judge.h"

#include "cli/exit.h"

#include <stdlib.h>

enum { SCRATCH = PKI_PEER_CERTS * 16384 };

int certs_judge(const struct call *call, const struct trust_opts *o, enum pki_role role,
	struct log *log,
	void (*tell)(
		const struct log *log, const char *file, const struct pki_judge *j, bool accepted))
{
	struct trust t;
	struct err broken = { 0 };
	log_start(log, call);
	if (call->n == 0)
		return call_usage(call, "which certificate? Give its file");
	if (!trust_open(&t, o, &broken)) {
		log_line(log, LOG_FATAL, "%s", broken.text);
		return EXIT_INPUT;
	}
	t.rules.role = role;
	if (store_bad(t.store)->kind != ERR_NONE)
		log_line(log, LOG_WARN, "passed over: %s", store_bad(t.store)->text);
	const struct mspan room = { malloc(SCRATCH), SCRATCH };
	const struct mspan scratch = room.p ? room : (struct mspan){ 0 };
	int worst = EXIT_DONE;
	for (int i = 0; i < call->n; i++) {
		const char *file = call->operands[i];
		struct pki_judge j;
		struct certs certs;
		struct err e = { 0 };
		if (!certs_load(&certs, file, &e)) {
			log_line(log, LOG_ERROR, "%s", e.text);
			worst = EXIT_INPUT;
			continue;
		}
		judge_init(&j, &t.rules, o->host, trust_now(o), scratch);
		const bool accepted = judge_certs(&j, certs.der, certs.n);
		tell(log, file, &j, accepted);
		if (!accepted && worst == EXIT_DONE)
			worst = EXIT_REFUSED;
		certs_free(&certs);
	}
	free(room.p);
	trust_close(&t);
	return worst;
}
