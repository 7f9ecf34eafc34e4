/* SPDX-License-Identifier: MIT */
#include "io/batch.h"

#include "dicom/syntax.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void batch_free(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->objects[i].path);
	for (size_t i = 0; i < b->n_pairs; i++)
		free((char *)(uintptr_t)b->pairs[i].sop_class);
	free(b->objects);
	free(b->pairs);
	*b = (struct batch){ .proposal = b->proposal };
}

/* Room for one more in an array of n of cap elements. */
static void *grown(void *array, size_t n, size_t *cap, size_t size, struct err *e)
{
	if (n < *cap)
		return array;
	const size_t more = *cap ? *cap * 2 : 64;
	void *moved = realloc(array, more * size);
	if (moved)
		*cap = more;
	else
		err_set(e, ERR_SYSTEM, 0, "no memory for more than %zu objects", n);
	return moved;
}

static bool find_pair(
	struct batch *b, const struct object_info *info, uint32_t *pair, struct err *e)
{
	for (size_t i = 0; i < b->n_pairs; i++)
		if (strcmp(b->pairs[i].sop_class, info->sop_class) == 0 &&
			strcmp(b->pairs[i].transfer_syntax, info->transfer_syntax) == 0) {
			*pair = (uint32_t)i;
			return true;
		}
	struct batch_pair *pairs = grown(b->pairs, b->n_pairs, &b->cap_pairs, sizeof *pairs, e);
	if (!pairs)
		return false;
	b->pairs = pairs;
	struct batch_pair *p = &pairs[b->n_pairs];
	char *text = malloc(2 * UID_TEXT);
	if (!text)
		return err_set(e, ERR_SYSTEM, 0, "no memory for more than %zu objects", b->n);
	*p = (struct batch_pair){
		.sop_class = text, .transfer_syntax = text + UID_TEXT, .syntax = info->syntax
	};
	strcpy(text, info->sop_class);
	strcpy(text + UID_TEXT, info->transfer_syntax);
	*pair = (uint32_t)b->n_pairs++;
	return true;
}

bool batch_add(struct batch *b, const char *path, const struct object_info *info, struct err *e)
{
	uint32_t pair = 0;
	struct batch_object *objects = grown(b->objects, b->n, &b->cap, sizeof *objects, e);
	if (!objects)
		return false;
	b->objects = objects;
	if (!find_pair(b, info, &pair, e))
		return false;
	const size_t n_path = strlen(path) + 1, n_uid = strlen(info->sop_instance) + 1;
	char *text = malloc(n_path + n_uid);
	if (!text)
		return err_set(e, ERR_SYSTEM, 0, "no memory for more than %zu objects", b->n);
	memcpy(text, path, n_path);
	memcpy(text + n_path, info->sop_instance, n_uid);
	objects[b->n++] = (struct batch_object){ .path = text,
		.instance = text + n_path,
		.size = info->size,
		.at = (uint32_t)info->at,
		.pair = pair,
		.series = info->series };
	b->bytes += info->size;
	return true;
}

void batch_compact(struct batch *b)
{
	size_t kept = 0;
	for (size_t i = 0; i < b->n; i++) {
		if (b->objects[i].state == BATCH_STORED || b->objects[i].state == BATCH_FAILED)
			free(b->objects[i].path);
		else
			b->objects[kept++] = b->objects[i];
	}
	b->n = kept;
}

void batch_info(const struct batch *b, size_t i, struct object_info *info)
{
	const struct batch_object *o = &b->objects[i];
	const struct batch_pair *p = &b->pairs[o->pair];
	*info = (struct object_info){ .syntax = p->syntax, .at = o->at, .size = o->size };
	strcpy(info->sop_class, p->sop_class);
	strcpy(info->transfer_syntax, p->transfer_syntax);
	snprintf(info->sop_instance, sizeof info->sop_instance, "%s", o->instance);
}

static bool plain(const struct batch_pair *p)
{
	return !p->syntax.encapsulated;
}

/* Whether a pair before this one gave the association a context to recode this SOP class in. */
static bool has_fallback(const struct batch *b, size_t pair, size_t association)
{
	for (size_t i = 0; i < pair; i++)
		if (b->pairs[i].association == association && plain(&b->pairs[i]) &&
			strcmp(b->pairs[i].sop_class, b->pairs[pair].sop_class) == 0)
			return true;
	return false;
}

/* ---- with a proposal */

static bool proposed(const struct batch_proposal *p, const char *syntax)
{
	for (unsigned i = 0; i < p->n; i++)
		if (strcmp(p->syntaxes[i], syntax) == 0)
			return true;
	return false;
}

/* Whether a pair before this one brought its SOP class into the association. */
static bool has_class(const struct batch *b, size_t pair, size_t association)
{
	for (size_t i = 0; i < pair; i++)
		if (b->pairs[i].association == association &&
			strcmp(b->pairs[i].sop_class, b->pairs[pair].sop_class) == 0)
			return true;
	return false;
}

static size_t put_offer(struct batch_offers *o, size_t n, const char *sop_class,
	const char *const *syntaxes, unsigned count)
{
	if (o)
		o->offers[n] = (struct pdu_offer){ sop_class, syntaxes, count };
	return n + 1;
}

/* The contexts that a pair brings into an association, put behind the n that are there; how many there
 * are then. */
static size_t propose(
	const struct batch *b, size_t pair, size_t association, struct batch_offers *o, size_t n)
{
	const struct batch_proposal *p = b->proposal;
	const struct batch_pair *own = &b->pairs[pair];
	if (!has_class(b, pair, association)) {
		const unsigned first = p->combine ? p->n : 1;
		n = put_offer(o, n, own->sop_class, p->syntaxes, first);
		if (p->n > first)
			n = put_offer(o, n, own->sop_class, p->syntaxes + first, p->n - first);
	}
	if (own->syntax.encapsulated && !proposed(p, own->transfer_syntax)) {
		if (o)
			o->syntaxes[n][0] = own->transfer_syntax;
		n = put_offer(o, n, own->sop_class, o ? o->syntaxes[n] : NULL, 1);
	}
	return n;
}

static void plan_proposal(struct batch *b)
{
	size_t association = 0, used = 0;
	b->associations = b->n_pairs > 0;
	for (size_t i = 0; i < b->n_pairs; i++)
		b->pairs[i].association = 0;
	if (b->proposal->offers)
		return;
	for (size_t i = 0; i < b->n_pairs; i++) {
		size_t more = propose(b, i, association, NULL, used);
		if (more > PDU_CONTEXTS)
			more = propose(b, i, ++association, NULL, 0);
		used = more;
		b->pairs[i].association = (uint32_t)association;
	}
	b->associations = b->n_pairs ? association + 1 : 0;
}

/* ---- all together */

void batch_plan(struct batch *b)
{
	if (b->proposal) {
		plan_proposal(b);
		return;
	}
	size_t association = 0, used = 0;
	for (size_t i = 0; i < b->n_pairs; i++) {
		const bool more = plain(&b->pairs[i]) && !has_fallback(b, i, association);
		const size_t cost = more ? 2 : 1;
		if (used + cost > PDU_CONTEXTS) {
			association++;
			used = 0;
		}
		used += plain(&b->pairs[i]) && !has_fallback(b, i, association) ? 2 : 1;
		b->pairs[i].association = (uint32_t)association;
	}
	b->associations = b->n_pairs ? association + 1 : 0;
}

/* Whether an uncompressed pair of this class has the syntax as its own in this association. */
static bool own_syntax(
	const struct batch *b, size_t association, const char *sop_class, const char *syntax)
{
	for (size_t i = 0; i < b->n_pairs; i++)
		if (b->pairs[i].association == association &&
			strcmp(b->pairs[i].sop_class, sop_class) == 0 &&
			strcmp(b->pairs[i].transfer_syntax, syntax) == 0)
			return true;
	return false;
}

void batch_offers(const struct batch *b, size_t association, struct batch_offers *o)
{
	o->n = 0;
	if (b->proposal && b->proposal->offers) {
		for (; o->n < b->proposal->n_offers && o->n < PDU_CONTEXTS; o->n++)
			o->offers[o->n] = b->proposal->offers[o->n];
		return;
	}
	for (size_t i = 0; i < b->n_pairs; i++) {
		const struct batch_pair *p = &b->pairs[i];
		if (p->association != association)
			continue;
		if (b->proposal) {
			o->n = (unsigned)propose(b, i, association, o, o->n);
			continue;
		}
		o->syntaxes[o->n][0] = p->transfer_syntax;
		o->offers[o->n] = (struct pdu_offer){ p->sop_class, o->syntaxes[o->n], 1 };
		o->n++;
		if (!plain(p) || has_fallback(b, i, association))
			continue;
		unsigned count = 0;
		for (size_t s = 0; s < SYNTAX_PLAIN; s++)
			if (!own_syntax(b, association, p->sop_class, syntax_plain[s]))
				o->syntaxes[o->n][count++] = syntax_plain[s];
		if (count) {
			o->offers[o->n] =
				(struct pdu_offer){ p->sop_class, o->syntaxes[o->n], count };
			o->n++;
		}
	}
}
