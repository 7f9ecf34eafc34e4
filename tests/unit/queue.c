/* SPDX-License-Identifier: MIT */
/* Which object goes next, on which association. */
#include "app/queue.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

enum { NONE = 9999999 };

static struct batch batch;
static struct queue queue;
static struct queue_view one = { .link = 0, .pairs = 100 }, two = { .link = 1, .pairs = 100 };

/* Adds objects of these series; '.' has none. */
static void with(const char *series, bool ordered)
{
	struct object_info info = { .sop_class = "1.2", .transfer_syntax = "1.2.840.10008.1.2" };
	struct err e = { 0 };
	queue_free(&queue);
	batch_free(&batch);
	queue = (struct queue){ .batch = &batch, .ordered = ordered };
	one.from = two.from = one.group = two.group = 0;
	one.epoch = two.epoch = 0;
	for (const char *s = series; *s; s++) {
		snprintf(info.sop_instance, sizeof info.sop_instance, "1.%d", (int)(s - series));
		info.series = *s == '.' ? 0 : (uint64_t)*s;
		CHECK(batch_add(&batch, "/x", &info, &e) && queue_added(&queue));
	}
	batch_plan(&batch);
}

static size_t next(struct queue_view *v, uint64_t now)
{
	uint64_t due = UINT64_MAX;
	const size_t i = queue_next(&queue, v, now, &due);
	return i == batch.n ? NONE : i;
}

static size_t take(struct queue_view *v)
{
	const size_t i = next(v, 0);
	if (i != NONE)
		queue_take(&queue, v, i);
	return i;
}

static void objects_go_in_their_order_each_to_who_asks_first(void)
{
	with("...", false);
	CHECK_INT(take(&one), 0);
	CHECK_INT(take(&two), 1);
	CHECK_INT(take(&one), 2);
	CHECK_INT(take(&two), NONE);
	CHECK_INT(queue.waiting, 0);
	CHECK_INT(queue.flying, 3);
}

static void asking_is_not_taking(void)
{
	with(".", false);
	CHECK_INT(next(&one, 0), 0);
	CHECK_INT(next(&two, 0), 0);
	CHECK_INT(queue.waiting, 1);
}

static void what_comes_back_goes_again_when_it_is_due_and_others_meanwhile(void)
{
	uint64_t due = UINT64_MAX;
	with("...", false);
	take(&one);
	queue_back(&queue, 0, 50);
	CHECK_INT(take(&two), 1);
	CHECK_INT(take(&one), 2);
	CHECK_INT(queue_next(&queue, &one, 49, &due), batch.n);
	CHECK_INT(due, 50);
	CHECK_INT(next(&one, 50), 0);
	CHECK_INT(next(&two, 50), 0);
}

static void what_is_done_never_goes_again(void)
{
	with("...", false);
	take(&one);
	queue_done(&queue, 0, BATCH_STORED);
	take(&one);
	queue_done(&queue, 1, BATCH_FAILED);
	queue_done(&queue, 2, BATCH_FAILED); /* while it waits */
	CHECK_INT(take(&one), NONE);
	CHECK_INT(take(&two), NONE);
	CHECK_INT(queue.waiting + queue.flying, 0);
}

static void an_association_gets_only_what_it_proposed(void)
{
	struct queue_view any = { .link = 2, .group = QUEUE_ANY };
	with("..", false);
	one.group = 1; /* there is no second one */
	CHECK_INT(take(&one), NONE);
	one.group = one.from = 0; /* opened anew, but before the pair was known */
	one.pairs = 0;
	CHECK_INT(take(&one), NONE);
	one.pairs = 100;
	one.from = 0;
	CHECK_INT(next(&any, 0), 0);
	CHECK_INT(take(&one), 0);
}

static void without_order_a_series_is_spread(void)
{
	with("aaa", false);
	CHECK_INT(take(&one), 0);
	CHECK_INT(take(&two), 1);
}

static void with_order_a_series_stays_on_its_association_one_at_a_time(void)
{
	with("aabb", true);
	CHECK_INT(take(&one), 0);
	CHECK_INT(take(&two), 2);
	CHECK_INT(take(&one), NONE);
	CHECK_INT(take(&two), NONE);
	queue_done(&queue, 0, BATCH_STORED);
	CHECK_INT(take(&two), NONE); /* a is of one, and b is flying */
	CHECK_INT(take(&one), 1);
}

static void with_order_nothing_overtakes_what_came_back(void)
{
	with("aa.", true);
	take(&one);
	queue_back(&queue, 0, 50);
	CHECK_INT(next(&one, 0), 2);
	CHECK_INT(next(&one, 50), 0);
}

static void with_order_a_failed_object_lets_the_next_one_go(void)
{
	with("aa", true);
	take(&one);
	queue_done(&queue, 0, BATCH_FAILED);
	CHECK_INT(take(&one), 1);
}

static void a_series_finds_another_association_when_its_own_is_over(void)
{
	with("aa", true);
	take(&one);
	queue_back(&queue, 0, 0);
	CHECK_INT(next(&two, 0), NONE);
	queue_left(&queue, 0);
	CHECK_INT(take(&two), 0);
	CHECK_INT(next(&one, 0), NONE);
}

static void with_order_objects_without_a_series_go_as_they_are(void)
{
	with("...", true);
	CHECK_INT(take(&one), 0);
	CHECK_INT(take(&one), 1);
	CHECK_INT(take(&two), 2);
}

static void many_series_keep_their_lanes_when_the_table_grows(void)
{
	char text[121];
	for (int i = 0; i < 120; i++)
		text[i] = (char)('!' + i % 60 + (i % 60 >= '.' - '!'));
	text[120] = '\0';
	with(text, true);
	for (size_t i = 0; i < 60; i++)
		CHECK_INT(take(&one), i);
	CHECK_INT(take(&one), NONE);
	CHECK_INT(take(&two), NONE);
}

static void with_order_forgetting_what_is_done_keeps_series_and_their_associations(void)
{
	with("abababc", true);
	CHECK_INT(take(&one), 0);
	CHECK_INT(take(&two), 1);
	queue_done(&queue, 0, BATCH_STORED);
	queue_done(&queue, 1, BATCH_FAILED);
	CHECK_INT(take(&one), 2);
	queue_compact(&queue); /* a flies b a b c */
	CHECK_INT(batch.n, 5);
	CHECK_INT(take(&two), 1);
	CHECK_INT(take(&one), 4);
	CHECK_INT(take(&two), NONE);
	queue_back(&queue, 0, 0);
	CHECK_INT(take(&two), NONE);
	CHECK_INT(take(&one), 0);
	queue_done(&queue, 0, BATCH_STORED);
	CHECK_INT(take(&two), NONE);
	CHECK_INT(take(&one), 2);
}

static void with_order_what_is_given_up_while_it_waits_is_no_obstacle(void)
{
	with("aaaa", true);
	queue_done(&queue, 0, BATCH_FAILED);
	queue_done(&queue, 2, BATCH_FAILED);
	CHECK_INT(take(&one), 1);
	queue_done(&queue, 1, BATCH_STORED);
	queue_done(&queue, 3, BATCH_FAILED); /* it stood in the list of its association */
	CHECK_INT(take(&one), NONE);
	CHECK_INT(queue.waiting + queue.flying, 0);
}

/* Sends MANY objects, dealt out in turn to so many series, over so many associations, and each that back
 * says a second time. Looking at an object is a step: there may be a few of them for each, however many
 * others wait. */
enum { MANY = 100000, WINDOW = 8, STEPS = 8 };

static void sends(size_t n_series, unsigned n_links, bool back)
{
	struct object_info info = { .sop_class = "1.2", .transfer_syntax = "1.2.840.10008.1.2" };
	struct queue_view views[4];
	size_t flights[4][WINDOW], n[4] = { 0 }, sent = 0, misplaced = 0;
	size_t *last = calloc(n_series, sizeof *last);
	struct err e = { 0 };
	with("", true);
	for (size_t i = 0; i < MANY; i++) {
		info.series = 1 + i % n_series;
		REQUIRE(batch_add(&batch, "/x", &info, &e) && queue_added(&queue));
	}
	batch_plan(&batch);
	for (unsigned k = 0; k < n_links; k++)
		views[k] = (struct queue_view){ .link = k, .pairs = 100 };
	for (bool moved = true; moved;) {
		moved = false;
		for (unsigned k = 0; k < n_links; k++) {
			for (size_t i; n[k] < WINDOW && (i = next(&views[k], 0)) != NONE;) {
				queue_take(&queue, &views[k], i);
				flights[k][n[k]++] = i;
				misplaced += last[i % n_series] > i + 1;
				last[i % n_series] = i + 1;
				sent++;
			}
			if (!n[k])
				continue;
			const size_t done = flights[k][--n[k]];
			moved = true;
			if (back && !batch.objects[done].tries++)
				queue_back(&queue, done, 0);
			else
				queue_done(&queue, done, BATCH_STORED);
		}
	}
	CHECK_INT(sent, back ? 2 * MANY : MANY);
	CHECK_INT(misplaced, 0);
	if (queue.steps > (uint64_t)STEPS * MANY)
		TEST_NOTE("%zu series, %u associations: %llu steps for %d objects", n_series,
			n_links, (unsigned long long)queue.steps, MANY);
	free(last);
}

static void with_order_a_hundred_thousand_objects_take_a_few_steps_each(void)
{
	static const size_t series[] = { 1, 3, 1000, MANY / 2, MANY };
	for (size_t s = 0; s < sizeof series / sizeof *series; s++)
		for (unsigned links = 1; links <= 4; links += 3)
			for (int back = 0; back < 2; back++)
				sends(series[s], links, back);
}

static void forgetting_what_is_done_moves_the_rest_up_and_keeps_who_flies(void)
{
	with("....", false);
	take(&one);
	take(&one);
	take(&two);
	queue_done(&queue, 0, BATCH_STORED);
	queue_done(&queue, 2, BATCH_FAILED);
	CHECK_INT(queue_place(&queue, 1), 0);
	CHECK_INT(queue_place(&queue, 3), 1);
	queue_compact(&queue);
	CHECK_INT(batch.n, 2);
	CHECK_STR(batch.objects[0].instance, "1.1");
	CHECK_INT(batch.objects[0].state, BATCH_FLYING);
	CHECK_INT(take(&two), 1);
	CHECK_INT(take(&two), NONE);
}

int main(void)
{
	test("queue: objects go in their order each to who asks first",
		objects_go_in_their_order_each_to_who_asks_first);
	test("queue: asking is not taking", asking_is_not_taking);
	test("queue: what comes back goes again when it is due and others meanwhile",
		what_comes_back_goes_again_when_it_is_due_and_others_meanwhile);
	test("queue: what is done never goes again", what_is_done_never_goes_again);
	test("queue: an association gets only what it proposed",
		an_association_gets_only_what_it_proposed);
	test("queue: without order a series is spread", without_order_a_series_is_spread);
	test("queue: with order a series stays on its association one at a time",
		with_order_a_series_stays_on_its_association_one_at_a_time);
	test("queue: with order nothing overtakes what came back",
		with_order_nothing_overtakes_what_came_back);
	test("queue: with order a failed object lets the next one go",
		with_order_a_failed_object_lets_the_next_one_go);
	test("queue: a series finds another association when its own is over",
		a_series_finds_another_association_when_its_own_is_over);
	test("queue: with order objects without a series go as they are",
		with_order_objects_without_a_series_go_as_they_are);
	test("queue: many series keep their lanes when the table grows",
		many_series_keep_their_lanes_when_the_table_grows);
	test("queue: with order forgetting what is done keeps series and their associations",
		with_order_forgetting_what_is_done_keeps_series_and_their_associations);
	test("queue: with order what is given up while it waits is no obstacle",
		with_order_what_is_given_up_while_it_waits_is_no_obstacle);
	test("queue: with order a hundred thousand objects take a few steps each, in however many "
	     "series",
		with_order_a_hundred_thousand_objects_take_a_few_steps_each);
	test("queue: forgetting what is done moves the rest up and keeps who flies",
		forgetting_what_is_done_moves_the_rest_up_and_keeps_who_flies);
	return test_end();
}
