/* SPDX-License-Identifier: MIT */
/* Walking tables of options, and the setters that most rows need. Which word means which row is
 * cli/parse's matter. */
#include "cli/opt.h"

#include "base/date.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool opt_walk(const struct opt *rows, size_t at,
	bool (*visit)(void *arg, const struct opt *row, size_t at), void *arg)
{
	for (const struct opt *row = rows; row; row++) {
		const struct opt *shared = row->name || row->dcmtk ? NULL : row->rows;
		if (!row->name && !row->dcmtk && !shared && !row->help)
			return false;
		if ((!shared || row->help) && visit(arg, row, at + row->at))
			return true;
		if (shared && opt_walk(shared, at + row->at, visit, arg))
			return true;
	}
	return false;
}

int opt_count(const struct opt *row)
{
	int n = row->values && *row->values;
	for (const char *p = row->values; n && *p; p++)
		n += *p == ' ';
	return n;
}

bool opt_is(const char *spellings, const char *word, size_t n)
{
	while (spellings && *spellings) {
		const size_t length = strcspn(spellings, " ");
		if (length == n && memcmp(spellings, word, n) == 0)
			return true;
		spellings += length + strspn(spellings + length, " ");
	}
	return false;
}

void *opt_alloc(struct opt_memory **memory, size_t size, struct err *e)
{
	assert(memory);
	const size_t whole = sizeof(struct opt_memory) + size;
	struct opt_memory *m = whole < size ? NULL : calloc(1, whole);
	if (!m) {
		err_set(e, ERR_SYSTEM, ENOMEM, "out of memory");
		return NULL;
	}
	m->next = *memory;
	*memory = m;
	return m->data;
}

void opt_free(struct opt_memory **memory)
{
	while (*memory) {
		struct opt_memory *next = (*memory)->next;
		free(*memory);
		*memory = next;
	}
}

const struct opt opt_none[] = { { 0 } };

bool opt_flag(void *field, const struct opt_use *use, struct err *e)
{
	(void)use, (void)e;
	*(bool *)field = true;
	return true;
}

bool opt_off(void *field, const struct opt_use *use, struct err *e)
{
	(void)use, (void)e;
	*(bool *)field = false;
	return true;
}

bool opt_const(void *field, const struct opt_use *use, struct err *e)
{
	(void)e;
	*(int *)field = use->row->value;
	return true;
}

bool opt_refuse(void *field, const struct opt_use *use, struct err *e)
{
	(void)field;
	return err_set(e, ERR_USAGE, 0, "%s", use->row->help ? use->row->help : "not supported");
}

static bool not_empty(const struct opt_use *use, struct err *e)
{
	if (*use->values[0])
		return true;
	return err_set(e, ERR_USAGE, 0, "the value is empty; give a %s", use->row->values);
}

bool opt_str(void *field, const struct opt_use *use, struct err *e)
{
	if (!not_empty(use, e))
		return false;
	*(const char **)field = use->values[0];
	return true;
}

/* The room doubles whenever the count is a power of two, so a list needs no field for it. */
bool opt_add(struct list *list, const char *value, struct opt_memory **memory, struct err *e)
{
	if ((list->n & (list->n - 1)) == 0) {
		const char **more =
			opt_alloc(memory, (list->n ? 2 * list->n : 1) * sizeof *more, e);
		if (!more)
			return false;
		for (size_t i = 0; i < list->n; i++)
			more[i] = list->v[i];
		list->v = more;
	}
	list->v[list->n++] = value;
	return true;
}

bool opt_list(void *field, const struct opt_use *use, struct err *e)
{
	if (!not_empty(use, e))
		return false;
	const int n = opt_count(use->row);
	for (int i = 0; i < n; i++)
		if (!opt_add(field, use->values[i], use->memory, e))
			return false;
	return true;
}

/* Reads decimal digits; *end is what follows them. False: there are none, or more than fit. */
static bool digits(const char *text, uint64_t *v, const char **end)
{
	const char *p = text;
	uint64_t sum = 0;
	for (; *p >= '0' && *p <= '9'; p++) {
		const unsigned digit = (unsigned)(*p - '0');
		if (sum > (UINT64_MAX - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	*v = sum;
	*end = p;
	return p != text;
}

bool opt_int(void *field, const struct opt_use *use, struct err *e)
{
	const struct opt *row = use->row;
	const int max = row->min == 0 && row->max == 0 ? INT_MAX : row->max;
	const char *text = use->values[0], *end;
	const bool minus = *text == '-';
	uint64_t v;
	/* -INT_MIN does not fit an int, so the comparisons are wider. */
	if (!digits(text + (minus || *text == '+'), &v, &end) || *end ||
		v > (uint64_t)INT_MAX + 1 || (minus ? -(int64_t)v : (int64_t)v) < row->min ||
		(minus ? -(int64_t)v : (int64_t)v) > max)
		return err_set(e, ERR_USAGE, 0, "\"%s\" is not a number from %d to %d", text,
			row->min, max);
	*(int *)field = (int)(minus ? -(int64_t)v : (int64_t)v);
	return true;
}

/* A number with a unit is multiplied by it. The ranges of rows hold for the result. */
struct unit {
	const char *name;
	uint64_t factor;
};

static bool with_unit(void *field, const struct opt_use *use, const struct unit *units,
	const char *example, const char *in, struct err *e)
{
	const struct opt *row = use->row;
	const uint64_t max = row->max > 0 ? (uint64_t)row->max : INT64_MAX;
	const uint64_t min = row->min > 0 ? (uint64_t)row->min : 0;
	const char *text = use->values[0], *end;
	uint64_t v;
	if (!digits(text, &v, &end))
		return err_set(e, ERR_USAGE, 0, "\"%s\" is not a number like %s", text, example);
	while (units->name && strcmp(units->name, end) != 0)
		units++;
	if (!units->name)
		return err_set(e, ERR_USAGE, 0, "\"%s\" has no unit known here; write it like %s",
			text, example);
	if (v > UINT64_MAX / units->factor || v * units->factor < min || v * units->factor > max)
		return err_set(e, ERR_USAGE, 0, "%s is out of range; give %llu to %llu %s", text,
			(unsigned long long)min, (unsigned long long)max, in);
	*(uint64_t *)field = v * units->factor;
	return true;
}

bool opt_size(void *field, const struct opt_use *use, struct err *e)
{
	static const struct unit units[] = { { "", 1 }, { "k", 1 << 10 }, { "K", 1 << 10 },
		{ "m", 1 << 20 }, { "M", 1 << 20 }, { "g", 1 << 30 }, { "G", 1 << 30 }, { 0 } };
	return with_unit(field, use, units, "4096, 64k or 2m", "bytes", e);
}

bool opt_duration(void *field, const struct opt_use *use, struct err *e)
{
	static const struct unit units[] = { { "", 1000 }, { "ms", 1 }, { "s", 1000 },
		{ "m", 60000 }, { "h", 3600000 }, { "d", 86400000 }, { 0 } };
	return with_unit(field, use, units, "500ms, 30s or 5m", "milliseconds", e);
}

bool opt_time(void *field, const struct opt_use *use, struct err *e)
{
	int64_t seconds;
	if (!date_parse(use->values[0], &seconds))
		return err_set(e, ERR_USAGE, 0,
			"\"%s\" is no time; write 2026-11-22, 2026-11-22T13:40:00Z (UTC) or @EPOCH",
			use->values[0]);
	*(int64_t *)field = seconds;
	return true;
}
