/* SPDX-License-Identifier: MIT */
/* Which associations carry which objects, and what they propose (PS3.8 9.3.2.2: at most 128 presentation
 * contexts, odd numbers of one byte). */
#include "io/batch.h"
#include "test.h"

static struct batch b;
static struct batch_offers offers;
static struct err e;

static void add(const char *sop_class, const char *syntax, const char *instance, uint64_t size)
{
	const struct uid_syntax *known = uid_syntax(span_str(syntax));
	struct object_info info = { .at = 300, .size = size };
	info.syntax = known ? syntax_of(known)
			    : (struct syntax){ .explicit_vr = true, .encapsulated = true };
	snprintf(info.sop_class, sizeof info.sop_class, "%s", sop_class);
	snprintf(info.transfer_syntax, sizeof info.transfer_syntax, "%s", syntax);
	snprintf(info.sop_instance, sizeof info.sop_instance, "%s", instance);
	CHECK(batch_add(&b, "/some/path.dcm", &info, &e));
}

static bool offered(unsigned i, const char *abstract, unsigned n, const char *first)
{
	return CHECK(i < offers.n) && CHECK_STR(offers.offers[i].abstract, abstract) &&
		CHECK_INT(offers.offers[i].syntax_count, n) &&
		CHECK_STR(offers.offers[i].syntaxes[0], first);
}

#define CT "1.2.840.10008.5.1.4.1.1.2"
#define MR "1.2.840.10008.5.1.4.1.1.4"
#define JPEG "1.2.840.10008.1.2.4.50"

static void few(void)
{
	add(CT, UID_EXPLICIT_LE, "1.1", 10);
	add(CT, JPEG, "1.2", 10);
	add(CT, UID_EXPLICIT_LE, "1.3", 10);
	add(MR, UID_IMPLICIT_LE, "1.4", 10);
	add(CT, UID_IMPLICIT_LE, "1.5", 10);
	batch_plan(&b);
	CHECK_INT(b.associations, 1);
	CHECK_INT(b.n_pairs, 4);
	CHECK_INT(b.bytes, 50);
	batch_offers(&b, 0, &offers);
	CHECK_INT(offers.n, 6);
	offered(0, CT, 1, UID_EXPLICIT_LE);
	offered(1, CT, 2, UID_DEFLATED_LE); /* what is offered on its own is not offered twice */
	CHECK_STR(offers.offers[1].syntaxes[1], UID_EXPLICIT_BE);
	offered(2, CT, 1, JPEG); /* nothing to recode to */
	offered(3, MR, 1, UID_IMPLICIT_LE);
	offered(4, MR, 3, UID_EXPLICIT_LE);
	offered(5, CT, 1, UID_IMPLICIT_LE);
	batch_free(&b);
}

static void none(void)
{
	batch_plan(&b);
	CHECK_INT(b.associations, 0);
	batch_offers(&b, 0, &offers);
	CHECK_INT(offers.n, 0);
	batch_free(&b);
	batch_free(&b);
}

/* n classes with the syntaxes given; all pairs must be carried once, in an association that offers them. */
static size_t planned(int n, const char *const *syntaxes, int n_syntaxes)
{
	char uid[UID_TEXT];
	for (int i = 0; i < n; i++)
		for (int s = 0; s < n_syntaxes; s++) {
			snprintf(uid, sizeof uid, "1.2.3.%d", i);
			add(uid, syntaxes[s], "1.1", 1);
		}
	batch_plan(&b);
	size_t found = 0;
	for (size_t a = 0; a < b.associations; a++) {
		batch_offers(&b, a, &offers);
		CHECK(offers.n > 0 && offers.n <= PDU_CONTEXTS);
		for (size_t p = 0; p < b.n_pairs; p++) {
			bool own = false, other = b.pairs[p].syntax.encapsulated;
			for (unsigned o = 0; o < offers.n && b.pairs[p].association == a; o++) {
				const struct pdu_offer *offer = &offers.offers[o];
				if (strcmp(offer->abstract, b.pairs[p].sop_class) != 0)
					continue;
				if (strcmp(offer->syntaxes[0], b.pairs[p].transfer_syntax) == 0 &&
					offer->syntax_count == 1)
					own = true;
				else
					other = true;
			}
			found += own && other;
		}
	}
	CHECK_INT(found, b.n_pairs);
	const size_t associations = b.associations;
	batch_free(&b);
	return associations;
}

static void limits(void)
{
	static const char *const all[] = { UID_EXPLICIT_LE, JPEG, UID_IMPLICIT_LE, UID_DEFLATED_LE,
		UID_EXPLICIT_BE };
	static const char *const jpeg[] = { JPEG };
	CHECK_INT(planned(64, all, 1), 1); /* two contexts each */
	CHECK_INT(planned(65, all, 1), 2);
	CHECK_INT(planned(128, jpeg, 1), 1); /* one each */
	CHECK_INT(planned(129, jpeg, 1), 2);
	CHECK_INT(planned(42, all, 2), 1); /* three each, and 128 is no multiple */
	CHECK_INT(planned(43, all, 2), 2);
	CHECK(planned(300, all, 3) >= 9);
	planned(100, all, 5);
}

static void info_back(void)
{
	struct object_info info;
	char longest[UID_TEXT];
	memset(longest, '1', UID_MAX);
	longest[UID_MAX] = '\0';
	add(CT, UID_EXPLICIT_BE, longest, 5000000000u);
	for (int i = 0; i < 1000; i++)
		add(MR, JPEG, "1.2.3", 7);
	batch_info(&b, 0, &info);
	CHECK_STR(info.sop_class, CT);
	CHECK_STR(info.transfer_syntax, UID_EXPLICIT_BE);
	CHECK_STR(info.sop_instance, longest);
	CHECK(info.syntax.explicit_vr && info.syntax.big_endian && !info.syntax.encapsulated);
	CHECK_INT(info.at, 300);
	CHECK_INT(info.size, 5000000000u);
	batch_info(&b, 1000, &info);
	CHECK_STR(info.sop_instance, "1.2.3");
	CHECK(info.syntax.encapsulated);
	CHECK_STR(b.objects[1000].path, "/some/path.dcm");
	CHECK_INT(b.objects[1000].state, BATCH_WAITING);
	CHECK_INT(b.n, 1001);
	CHECK_INT(b.n_pairs, 2);
	batch_free(&b);
}

int main(void)
{
	test("each class and syntax gets a context, and uncompressed ones another to recode to",
		few);
	test("nothing to send needs no association", none);
	test("128 contexts fill an association, and the rest goes into others", limits);
	test("what was known of an object is known afterwards", info_back);
	return test_end();
}
