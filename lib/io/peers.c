/* SPDX-License-Identifier: MIT */
#include "io/peers.h"

#include "dicom/pdu.h"
#include "io/file.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 20 };

bool peers_ok(const char *binding, struct err *e)
{
	const char *equals = strchr(binding, '=');
	char title[PDU_TITLE];
	const struct span name = span_of(binding, equals ? (size_t)(equals - binding) : 0);
	if (!equals || !span_text(name, title, sizeof title) || !pdu_title_valid(title))
		return err_set(e, ERR_USAGE, 0,
			"\"%s\" binds no AE title: AETITLE=SHA256:FINGERPRINT or "
			"AETITLE=subject:CN=NAME is wanted",
			binding);
	if (!peer_spec_ok(equals + 1))
		return err_set(e, ERR_USAGE, 0,
			"\"%s\" names no certificate: SHA256: and 64 hexadecimal digits, or "
			"subject: and "
			"TYPE=VALUE, is wanted",
			equals + 1);
	return true;
}

static bool add(struct peers *p, const char *binding, struct err *e)
{
	if (p->lines.n == p->room) {
		const size_t room = p->room ? 2 * p->room : 16;
		const char **more = realloc(p->lines.v, room * sizeof *more);
		if (!more)
			return err_set(e, ERR_SYSTEM, 0, "no memory for the peers");
		p->lines.v = more;
		p->room = room;
	}
	p->lines.v[p->lines.n++] = binding;
	return true;
}

/* Ends each line of the file with a NUL, where it stands, and keeps those that bind. */
static bool read_lines(struct peers *p, const char *path, struct err *e)
{
	struct span left = { p->file.p, p->file.n };
	for (unsigned number = 1; left.n; number++) {
		size_t end;
		if (!span_find(left, '\n', &end))
			end = left.n; /* the last line; the NUL behind it is file_load's */
		char *line = (char *)p->file.p + (p->file.n - left.n);
		line[end > 0 && line[end - 1] == '\r' ? end - 1 : end] = '\0';
		span_skip(&left, end < left.n ? end + 1 : end);
		if (*line == '\0' || *line == '#')
			continue;
		struct err why = { 0 };
		if (strlen(line) > end || !peers_ok(line, &why))
			return err_set(
				e, ERR_INPUT, 0, "line %u of %s: %s", number, path, why.text);
		if (!add(p, line, e))
			return false;
	}
	return true;
}

bool peers_open(struct peers *p, const struct list *bindings, const char *path, struct err *e)
{
	*p = (struct peers){ 0 };
	bool fine = true;
	for (size_t i = 0; fine && i < bindings->n; i++)
		fine = add(p, bindings->v[i], e);
	if (fine && path)
		fine = file_load(path, FILE_MAX, &p->file, e) && read_lines(p, path, e);
	if (!fine)
		peers_close(p);
	return fine;
}

void peers_close(struct peers *p)
{
	free(p->lines.v);
	file_free(&p->file);
	*p = (struct peers){ 0 };
}

bool peers_allow(const struct peers *p, const char *title, const struct pki_peer *peer)
{
	const size_t n = strlen(title);
	bool bound = false;
	for (size_t i = 0; p && i < p->lines.n; i++) {
		const char *line = p->lines.v[i];
		if (strncmp(line, title, n) != 0 || line[n] != '=')
			continue;
		if (peer && peer->known && peer_is(peer, line + n + 1))
			return true;
		bound = true;
	}
	return !bound;
}
