/* SPDX-License-Identifier: MIT */
#include "rand/egd.h"

#include <assert.h>
#include <stdio.h>

void egd_ask(struct buf *b, enum egd_command command, unsigned count)
{
	assert(count <= EGD_MOST && command != EGD_WRITE);
	buf_u8(b, (uint8_t)command);
	if (command == EGD_READ || command == EGD_READ_WAIT)
		buf_u8(b, (uint8_t)count);
}

/* One byte of count and as many bytes. */
static enum egd_result counted(struct span *in, unsigned most, struct span *data)
{
	struct span s = *in;
	uint8_t n;
	if (!span_u8(&s, &n))
		return EGD_MORE;
	if (n > most)
		return EGD_BAD;
	if (!span_take(&s, n, data))
		return EGD_MORE;
	*in = s;
	return EGD_OK;
}

enum egd_result egd_level(struct span *in, uint32_t *bits)
{
	return span_u32be(in, bits) ? EGD_OK : EGD_MORE;
}

enum egd_result egd_bytes(struct span *in, unsigned asked, struct span *data)
{
	return counted(in, asked, data);
}

enum egd_result egd_pid(struct span *in, struct span *text)
{
	struct span s = *in;
	const enum egd_result result = counted(&s, EGD_MOST, text);
	if (result != EGD_OK)
		return result;
	struct span rest = *text;
	for (uint8_t c; span_u8(&rest, &c);)
		if (c < '0' || c > '9')
			return EGD_BAD;
	*in = s;
	return EGD_OK;
}

enum egd_result egd_request(struct span *in, struct egd_request *r)
{
	struct span s = *in;
	uint8_t command, count = 0;
	uint16_t bits = 0;
	*r = (struct egd_request){ 0 };
	if (!span_u8(&s, &command))
		return EGD_MORE;
	switch (command) {
	case EGD_LEVEL:
	case EGD_PID:
		break;
	case EGD_READ:
	case EGD_READ_WAIT:
		if (!span_u8(&s, &count))
			return EGD_MORE;
		break;
	case EGD_WRITE:
		if (!span_u16be(&s, &bits) || !span_u8(&s, &count) ||
			!span_take(&s, count, &r->data))
			return EGD_MORE;
		break;
	default:
		return EGD_BAD;
	}
	r->command = (enum egd_command)command;
	r->count = count;
	r->bits = bits;
	*in = s;
	return EGD_OK;
}

void egd_answer_level(struct buf *b, uint32_t bits)
{
	buf_u32be(b, bits);
}

void egd_answer_read(struct buf *b, struct span data)
{
	assert(data.n <= EGD_MOST);
	buf_u8(b, (uint8_t)data.n);
	buf_bytes(b, data);
}

void egd_answer_pid(struct buf *b, unsigned long pid)
{
	char text[24];
	const int n = snprintf(text, sizeof text, "%lu", pid);
	egd_answer_read(b, span_of(text, (size_t)n));
}
