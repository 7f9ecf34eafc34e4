/* SPDX-License-Identifier: MIT */
/* One JSON object (RFC 8259), built in fixed storage and written as one line: an event of --json, or
 * a row of a listing. Any bytes may be handed in as text; what comes out is always one line of valid
 * JSON in UTF-8, so nothing that a peer sends can forge or break an event. */
#ifndef DCMSEC_CLI_JSON_H
#define DCMSEC_CLI_JSON_H

#include "base/buf.h"
#include "base/err.h"

#define JSON_ROOM 16384

struct json {
	struct buf b;
	char event[40];          /* for the line that stands in when this one does not fit */
	bool more;               /* the next member wants a comma before it */
	unsigned depth;          /* of objects and arrays open within the event */
	char closers[8];         /* what ends each */
	uint8_t room[JSON_ROOM]; /* 16 KB: no event is near it but by a peer's doing */
};

/* Starts an event: {"event":"NAME". NULL: an object without that member. */
void json_begin(struct json *j, const char *event);

/* Each adds a member; within an array key is NULL. Control characters, line separators and quotes
 * are escaped, and bytes that are no UTF-8 become U+FFFD. */
void json_str(struct json *j, const char *key, const char *text); /* NULL: null */
void json_span(struct json *j, const char *key, struct span text);
void json_int(struct json *j, const char *key, int64_t v);
void json_uint(struct json *j, const char *key, uint64_t v);
void json_bool(struct json *j, const char *key, bool v);

void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_close(struct json *j); /* the innermost of them */

/* Ends the event and what is open in it. The line, newline included, is borrowed until the next
 * json_begin. What did not fit gives {"event":"NAME","too_long":true} instead. */
struct span json_end(struct json *j);

/* json_end, and the line goes to standard output in one write. False: it could not be written. */
bool json_write(struct json *j, struct err *e);

#endif
