/* SPDX-License-Identifier: MIT */
/* How long to wait, and what a status means. */
#include "app/sending.h"
#include "test.h"

static const struct sending usual = SENDING_DEFAULTS;

static void waits_double_up_to_a_minute(void)
{
	static const uint64_t expected[] = { 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000 };
	for (uint32_t n = 1; n <= 8; n++)
		CHECK_INT(sending_wait(&usual, n, NULL), expected[n - 1]);
	CHECK_INT(sending_wait(&usual, UINT32_MAX, NULL), 60000);
}

static void a_first_wait_of_more_than_a_minute_is_all_waits(void)
{
	struct sending o = usual;
	o.retry_wait = 3600000;
	CHECK_INT(sending_wait(&o, 1, NULL), 3600000);
	CHECK_INT(sending_wait(&o, 9, NULL), 3600000);
}

static void nothing_is_tried_again_unless_asked_for_and_without_end_with_a_folder(void)
{
	struct sending o = usual;
	CHECK_INT(sending_tries(&o), 0);
	o.watch = "/x";
	CHECK_INT(sending_tries(&o), UINT32_MAX);
	o.retry = 3;
	CHECK_INT(sending_tries(&o), 3);
	o.watch = NULL;
	CHECK_INT(sending_tries(&o), 3);
}

static void statuses_mean_what_the_storage_service_says(void)
{
	static const struct {
		uint16_t status;
		enum sending_outcome outcome;
	} cases[] = {
		{ 0x0000, SENDING_STORED },
		{ 0xB000, SENDING_STORED },
		{ 0xB007, SENDING_STORED },
		{ 0xB006, SENDING_REDUCED },
		{ 0xB001, SENDING_REDUCED },
		{ 0xBFFF, SENDING_REDUCED },
		{ 0x0001, SENDING_REDUCED },
		{ 0xA6FF, SENDING_REFUSED },
		{ 0xA700, SENDING_LATER },
		{ 0xA7FF, SENDING_LATER },
		{ 0xA800, SENDING_REFUSED },
		{ 0xA900, SENDING_REFUSED },
		{ 0xC000, SENDING_REFUSED },
		{ 0x0110, SENDING_REFUSED },
		{ 0x0122, SENDING_REFUSED },
		{ 0x0124, SENDING_REFUSED },
		{ 0x0213, SENDING_REFUSED },
		{ 0xFE00, SENDING_REFUSED },
		{ 0xFF00, SENDING_REFUSED },
		{ 0x4711, SENDING_REFUSED },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_INT(sending_outcome(cases[i].status), cases[i].outcome);
}

int main(void)
{
	test("sender: waits double up to a minute", waits_double_up_to_a_minute);
	test("sender: a first wait of more than a minute is all waits",
		a_first_wait_of_more_than_a_minute_is_all_waits);
	test("sender: nothing is tried again unless asked for and without end with a folder",
		nothing_is_tried_again_unless_asked_for_and_without_end_with_a_folder);
	test("sender: statuses mean what the storage service says",
		statuses_mean_what_the_storage_service_says);
	return test_end();
}
