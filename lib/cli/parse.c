/* SPDX-License-Identifier: MIT */
#include "cli/parse.h"

#include "cli/near.h"
#include "cli/words.h"

#include <assert.h>
#include <string.h>

/* One option on the line, found or not. */
struct found {
	const char *word;
	size_t n; /* of its name: up to a '=' in our syntax */
	bool dcmtk;
	const struct opt *row;
	size_t at;
};

static bool same_spelling(void *arg, const struct opt *row, size_t at)
{
	struct found *f = arg;
	if (!opt_is(f->dcmtk ? row->dcmtk : row->name, f->word, f->n))
		return false;
	f->row = row;
	f->at = at;
	return true;
}

/* What every applet has, unless a row of its own takes the spelling. */
static const char words_of_help[] = "--help -h", words_of_version[] = "--version",
		  words_of_arguments[] = "--arguments";

static bool built_in(struct parse *p, const struct found *f)
{
	if (opt_is(words_of_help, f->word, f->n))
		p->help = true;
	else if (opt_is(words_of_version, f->word, f->n))
		p->version = true;
	else if (p->dcmtk && opt_is(words_of_arguments, f->word, f->n))
		p->arguments = true;
	else
		return false;
	return true;
}

/* What to say about a word that is no option: the nearest that is one, in the same syntax; and who
 * writes DCMTK's options to dcmsec is told ours. */
struct guess {
	struct near near;
	bool dcmtk;
	const struct opt *foreign; /* has the word as its spelling in the other syntax */
};

static bool guess_row(void *arg, const struct opt *row, size_t at)
{
	struct guess *g = arg;
	(void)at;
	if (row->help)
		near_try_all(&g->near, g->dcmtk ? row->dcmtk : row->name);
	if ((g->dcmtk ? row->dcmtk : row->name) &&
		opt_is(g->dcmtk ? row->name : row->dcmtk, g->near.word, g->near.n))
		g->foreign = row;
	return false;
}

static bool unknown(const struct parse *p, const struct found *f, struct err *e)
{
	struct guess g = { .dcmtk = p->dcmtk };
	near_start(&g.near, f->word, f->n);
	near_try_all(&g.near, words_of_help);
	near_try_all(&g.near, words_of_version);
	opt_walk(p->options, 0, guess_row, &g);
	err_set(e, ERR_USAGE, 0, "%s %.*s", p->dcmtk ? "Unknown option" : "unknown option",
		(int)(f->n > 100 ? 100 : f->n), f->word);
	if (g.foreign) {
		const char *spelling = g.dcmtk ? g.foreign->dcmtk : g.foreign->name;
		return err_in(e, "; here it is %.*s", (int)strcspn(spelling, " "), spelling);
	}
	return *g.near.text ? err_in(e, "; did you mean %s?", g.near.text) : false;
}

/* A sign and a digit begin a number, in DCMTK's eyes. */
static bool is_option(const struct parse *p, const char *word)
{
	if (!p->dcmtk)
		return word[0] == '-' && word[1];
	return (word[0] == '-' || word[0] == '+') && word[1] && !(word[1] >= '0' && word[1] <= '9');
}

static bool set(struct parse *p, const struct found *f, char *const *values, struct err *e)
{
	char spelling[80] = "";
	strncat(spelling, f->word, f->n < sizeof spelling ? f->n : sizeof spelling - 1);
	assert(f->row->set);
	const struct opt_use use = { f->row, spelling, values, p->memory };
	struct err why = { 0 };
	if (f->row->set((char *)p->state + f->at, &use, &why))
		return true;
	return err_set(e, why.kind == ERR_NONE ? ERR_USAGE : why.kind, why.code, "%s: %s", spelling,
		why.kind == ERR_NONE ? "the value is not accepted" : why.text);
}

/* DCMTK shows, and its messages name, an option by its long spelling, the last of the row. */
static const char *long_spelling(const struct opt *row)
{
	const char *last = strrchr(row->dcmtk, ' ');
	return last ? last + 1 : row->dcmtk;
}

/* The option at words[0], with its values. *used: how many words that are. In the first pass it is
 * only looked at. */
static bool option(struct parse *p, char **words, bool apply, size_t *used, struct err *e)
{
	const char *equals = p->dcmtk || words[0][1] != '-' ? NULL : strchr(words[0], '=');
	struct found f = { .word = words[0], .dcmtk = p->dcmtk };
	f.n = equals ? (size_t)(equals - words[0]) : strlen(words[0]);
	*used = 1;
	if (!opt_walk(p->options, 0, same_spelling, &f)) {
		if (equals || !built_in(p, &f))
			return unknown(p, &f, e);
		return true;
	}
	if (p->dcmtk)
		p->shown[words - p->words] = long_spelling(f.row);
	if (p->dcmtk && !apply)
		p->used[p->n_used++] = long_spelling(f.row);
	const int wanted = opt_count(f.row);
	if (equals && wanted != 1)
		return err_set(e, ERR_USAGE, 0, "%.*s takes %s", (int)f.n, f.word,
			wanted ? "its values in separate words" : "no value");
	for (int i = 1; !equals && i <= wanted; i++, ++*used)
		if (!words[i])
			return err_set(e, ERR_USAGE, 0, "%s %s; it takes %s",
				p->dcmtk ? "Missing value for option" : "missing value for",
				p->dcmtk ? long_spelling(f.row) : words[0], f.row->values);
	if (!apply)
		return true;
	char *inline_value[] = { equals ? words[0] + f.n + 1 : NULL };
	return set(p, &f, equals ? inline_value : words + 1, e);
}

/* Goes over the words once. The first pass finds what is no option, what lacks its value, and whether
 * help is wanted; only then does the second set anything. */
static bool pass(struct parse *p, bool apply, struct err *e)
{
	bool options = true;
	p->n = 0;
	for (size_t i = 0, used; p->words[i]; i += used) {
		used = 1;
		if (options && !p->dcmtk && strcmp(p->words[i], "--") == 0)
			options = false;
		else if (!options || !is_option(p, p->words[i]))
			p->operands[p->n++] = p->words[i];
		else if (!option(p, p->words + i, apply, &used, e))
			return false;
		if (!p->dcmtk && (p->help || p->version))
			break;
	}
	p->operands[p->n] = NULL;
	return true;
}

/* The first of the spellings that was given; NULL when none was. */
static const char *given(const struct parse *p, const char *spellings)
{
	for (size_t i = 0; spellings && i < p->n_used; i++)
		if (opt_is(spellings, p->used[i], strlen(p->used[i])))
			return p->used[i];
	return NULL;
}

/* "--a", "--a or --b", "--a, --b or --c". */
static bool list_in(struct err *e, const char *spellings)
{
	while (*spellings) {
		const size_t n = strcspn(spellings, " ");
		const char *rest = spellings + n + strspn(spellings + n, " ");
		err_in(e, "%.*s%s", (int)n, spellings,
			!*rest                      ? ""
				: strchr(rest, ' ') ? ", "
						    : " or ");
		spellings = rest;
	}
	return false;
}

static bool obeys(const struct parse *p, struct err *e)
{
	for (const struct opt_rule *r = p->rules; r && r->options; r++) {
		const char *option = given(p, r->options), *other = given(p, r->bars);
		if (option && other)
			return err_set(e, ERR_USAGE, 0, "%s not allowed with %s", option, other);
		if (option && r->needs && !given(p, r->needs)) {
			err_set(e, ERR_USAGE, 0, "%s only allowed with ", option);
			return list_in(e, r->needs);
		}
	}
	return true;
}

bool parse_words(struct parse *p, char *const *words, struct err *e)
{
	if (p->dcmtk && !(words = words_expand(words, p->memory, e)))
		return false;
	size_t n = 0;
	while (words[n])
		n++;
	p->words = opt_alloc(p->memory, (n + 1) * sizeof *p->words, e);
	p->shown = opt_alloc(p->memory, (n + 1) * sizeof *p->shown, e);
	p->operands = opt_alloc(p->memory, (n + 1) * sizeof *p->operands, e);
	p->used = opt_alloc(p->memory, (n + 1) * sizeof *p->used, e);
	if (!p->words || !p->shown || !p->operands || !p->used)
		return false;
	for (size_t i = 0; i < n; i++)
		p->shown[i] = p->words[i] = words[i];
	if (!pass(p, false, e))
		return false;
	return p->help || p->version || (pass(p, true, e) && (!p->dcmtk || obeys(p, e)));
}
