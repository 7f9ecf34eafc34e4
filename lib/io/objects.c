/* SPDX-License-Identifier: MIT */
#include "io/objects.h"

#include "base/wipe.h"
#include "io/file.h"

#include <stdlib.h>

enum { FILE_MAX = 64 << 20 };

static bool walk(struct span file, struct buf *decoded, const char *path,
	bool (*visit)(void *arg, const char *path, const struct object *o, struct err *e),
	void *arg, struct err *e)
{
	struct object o;
	struct err broken = { 0 };
	size_t known = 0;
	while (object_next(&file, decoded, &o, &broken)) {
		known += o.kind != OBJECT_OTHER;
		if (!visit(arg, path, &o, e))
			return false;
		wipe(decoded->p, decoded->n);
		decoded->n = 0;
	}
	if (broken.kind == ERR_NONE && known == 0)
		err_set(&broken, ERR_INPUT, 0, "there is no certificate, CRL or key in it");
	return broken.kind == ERR_NONE || err_set(e, broken.kind, broken.code, "%s", broken.text);
}

bool objects_of(const char *path,
	bool (*visit)(void *arg, const char *path, const struct object *o, struct err *e),
	void *arg, struct err *e)
{
	struct mspan file;
	struct err why = { 0 };
	if (!file_load(path, FILE_MAX, &file, e))
		return false;
	struct buf decoded = buf_on(malloc(file.n + 4), file.n + 4);
	bool ok = decoded.p || err_set(&why, ERR_SYSTEM, 0, "no memory");
	ok = ok && walk((struct span){ file.p, file.n }, &decoded, path, visit, arg, &why);
	free(decoded.p);
	file_free(&file);
	return ok ||
		err_set(e, why.kind == ERR_TRUST ? ERR_INPUT : why.kind, 0, "%s, in %s", why.text,
			path);
}
