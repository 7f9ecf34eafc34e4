/* SPDX-License-Identifier: MIT */
/* The protocol of the Entropy Gathering Daemon, which PRNGD speaks too, for both ends: bytes in, bytes
 * out, no socket. A request is a command byte and what belongs to it:
 *   0                           how many bits the pool holds     -> 4 bytes, big endian
 *   1 N                         N bytes, or as many as there are -> 1 byte of count, the bytes
 *   2 N                         N bytes, whenever they are there -> the bytes
 *   3 BITS (2 bytes) N BYTES... adds bytes that are worth BITS   -> nothing
 *   4                           the daemon's process number      -> 1 byte of length, text */
#ifndef DCMSEC_RAND_EGD_H
#define DCMSEC_RAND_EGD_H

#include "base/buf.h"

enum egd_command { EGD_LEVEL, EGD_READ, EGD_READ_WAIT, EGD_WRITE, EGD_PID };

enum { EGD_MOST = 255 }; /* bytes in one request or answer */

enum egd_result { EGD_OK, EGD_MORE, EGD_BAD }; /* EGD_MORE: not all there yet, nothing eaten */

struct egd_request {
	enum egd_command command;
	unsigned count;   /* EGD_READ, EGD_READ_WAIT: bytes wanted, 0 to 255 */
	unsigned bits;    /* EGD_WRITE: what they are worth, by the client's word */
	struct span data; /* EGD_WRITE: points into what was read */
};

/* ---- the client: write a request, read its answer */

void egd_ask(struct buf *b, enum egd_command command, unsigned count); /* all but EGD_WRITE */

/* Eats the answer to EGD_LEVEL. */
enum egd_result egd_level(struct span *in, uint32_t *bits);
/* Eats the answer to EGD_READ. Fewer than asked, even none, is no error: the pool is drained. More than
 * asked is EGD_BAD. */
enum egd_result egd_bytes(struct span *in, unsigned asked, struct span *data);
/* Eats the answer to EGD_PID; EGD_BAD when the text is no number. */
enum egd_result egd_pid(struct span *in, struct span *text);

/* ---- the server: read a request, write its answer */

/* Eats one request. EGD_BAD: no such command; the connection has lost its place and must end. */
enum egd_result egd_request(struct span *in, struct egd_request *r);

void egd_answer_level(struct buf *b, uint32_t bits);
void egd_answer_read(struct buf *b, struct span data); /* at most EGD_MOST bytes */
void egd_answer_pid(struct buf *b, unsigned long pid);

#endif
