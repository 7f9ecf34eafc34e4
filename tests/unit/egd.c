/* SPDX-License-Identifier: MIT */
/* The protocol of the Entropy Gathering Daemon. Expected bytes are from its published description. */
#include "rand/egd.h"

#include "test.h"

static void requests_are_written(void)
{
	uint8_t room[64];
	struct buf b = buf_on(room, sizeof room);
	egd_ask(&b, EGD_LEVEL, 0);
	egd_ask(&b, EGD_READ, 255);
	egd_ask(&b, EGD_READ_WAIT, 16);
	egd_ask(&b, EGD_PID, 0);
	CHECK(buf_ok(&b));
	CHECK_INT(b.n, 6);
	CHECK_MEM(room, "\0\1\377\2\20\4", 6);
}

/* Whatever the cut, a request is eaten whole or not at all. */
static void requests_are_read(void)
{
	static const char wire[] = "\0\1\377\2\20\3\1\2\3abc\4";
	for (size_t cut = 0; cut <= 13; cut++) {
		struct span in = span_of(wire, cut);
		struct egd_request r;
		enum egd_command seen[8];
		size_t n = 0;
		enum egd_result result;
		while ((result = egd_request(&in, &r)) == EGD_OK) {
			seen[n++] = r.command;
			if (r.command == EGD_READ)
				CHECK_INT(r.count, 255);
			if (r.command == EGD_WRITE) {
				CHECK(span_eq_str(r.data, "abc"));
				CHECK_INT(r.bits, 258);
			}
		}
		CHECK_INT(result, EGD_MORE);
		CHECK_INT(n,
			cut < 1            ? 0
				: cut < 3  ? 1
				: cut < 5  ? 2
				: cut < 12 ? 3
				: cut < 13 ? 4
					   : 5);
		for (size_t i = 0; i < n; i++)
			CHECK_INT(seen[i], i);
	}
}

static void foreign_commands_are_bad(void)
{
	for (unsigned c = 5; c < 256; c++) {
		const uint8_t byte = (uint8_t)c;
		struct span in = span_of(&byte, 1);
		struct egd_request r;
		CHECK_INT(egd_request(&in, &r), EGD_BAD);
		CHECK_INT(in.n, 1);
	}
}

static void answers_are_read(void)
{
	struct span in = span_of("\0\0\1\200", 4), data;
	uint32_t bits = 0;
	CHECK_INT(egd_level(&in, &bits), EGD_OK);
	CHECK_INT(bits, 384);
	in = span_of("\3abcd", 5);
	CHECK_INT(egd_bytes(&in, 10, &data), EGD_OK);
	CHECK(span_eq_str(data, "abc") && in.n == 1);
	in = span_of("\0", 1);
	CHECK_INT(egd_bytes(&in, 10, &data), EGD_OK);
	CHECK_INT(data.n, 0);
	in = span_of("\0041234", 5);
	CHECK_INT(egd_pid(&in, &data), EGD_OK);
	CHECK(span_eq_str(data, "1234"));
}

static void lying_answers_are_bad(void)
{
	struct span in = span_of("\13abcdefghijk", 12), data;
	uint32_t bits;
	CHECK_INT(egd_bytes(&in, 10, &data), EGD_BAD);
	in = span_of("\12abc", 4);
	CHECK_INT(egd_bytes(&in, 10, &data), EGD_MORE);
	CHECK_INT(in.n, 4);
	in = span_of("\0\0\1", 3);
	CHECK_INT(egd_level(&in, &bits), EGD_MORE);
	in = span_of("\0031;2", 4);
	CHECK_INT(egd_pid(&in, &data), EGD_BAD);
	in = span_of("", 0);
	CHECK_INT(egd_pid(&in, &data), EGD_MORE);
}

static void answers_are_written(void)
{
	uint8_t room[300];
	struct buf b = buf_on(room, sizeof room);
	egd_answer_level(&b, 0x01020304);
	egd_answer_read(&b, span_str("xy"));
	egd_answer_pid(&b, 4711);
	CHECK_INT(b.n, 12);
	CHECK_MEM(room, "\1\2\3\4\2xy\0044711", 12);
}

int main(void)
{
	test("requests are the bytes that the protocol names", requests_are_written);
	test("requests are read whole or not at all, whatever the cut", requests_are_read);
	test("a foreign command is bad", foreign_commands_are_bad);
	test("answers are read, also from a drained pool", answers_are_read);
	test("an answer that is longer than asked, or no number, is bad", lying_answers_are_bad);
	test("answers are the bytes that the protocol names", answers_are_written);
	return test_end();
}
