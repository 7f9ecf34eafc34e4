/* SPDX-License-Identifier: MIT */
#include "io/rewrite.h"

#include <errno.h>
#include <stdlib.h>

enum { STAGE = 32768 };

struct rewrite {
	struct recode recode;
	uint8_t stage[STAGE];
};

struct rewrite *rewrite_new(
	struct syntax from, struct syntax to, const struct recode_style *style, struct err *e)
{
	struct rewrite *r = malloc(sizeof *r);
	if (!r) {
		err_set(e, ERR_SYSTEM, ENOMEM, "out of memory");
		return NULL;
	}
	if (!recode_init(&r->recode, from, to, NULL, 0)) {
		err_set(e, r->recode.err.kind, 0, "%s", r->recode.err.text);
		rewrite_free(r);
		return NULL;
	}
	recode_style(&r->recode, style);
	return r;
}

void rewrite_free(struct rewrite *r)
{
	free(r);
}

static bool failed(const struct rewrite *r, struct err *e)
{
	return err_set(e, ERR_INPUT, 0, "%s", r->recode.err.text);
}

bool rewrite_write(struct rewrite *r, struct outfile *f, struct span data, struct err *e)
{
	while (data.n) {
		struct buf out = buf_on(r->stage, sizeof r->stage);
		if (!recode_push(&r->recode, &data, &out))
			return failed(r, e);
		if (!outfile_write(f, buf_span(&out), e))
			return false;
	}
	return true;
}

bool rewrite_end(struct rewrite *r, struct outfile *f, struct err *e)
{
	for (bool over = false; !over;) {
		struct buf out = buf_on(r->stage, sizeof r->stage);
		over = recode_end(&r->recode, &out);
		if (!over && r->recode.err.kind != ERR_NONE)
			return failed(r, e);
		if (!outfile_write(f, buf_span(&out), e))
			return false;
	}
	return true;
}
