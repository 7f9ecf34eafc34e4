/* SPDX-License-Identifier: MIT */
/* A requestor and an acceptor in one process, or one of them and a peer that the test plays itself byte
 * by byte, over pairs of connected sockets. Nothing waits: each step moves what can be moved. */
#ifndef DCMSEC_TEST_WIRE_H
#define DCMSEC_TEST_WIRE_H

#include "dicom/part10.h"
#include "io/clock.h"
#include "io/scp.h"
#include "io/scu.h"
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECONDARY "1.2.840.10008.5.1.4.1.1.7"
#define INSTANCE "1.2.3.45"

static char folder[64];
static struct outdir out;
static struct scp_config scp_config;
static struct scp *scp;
static struct scu *scu;
static struct err err;
static uint64_t now;
static bool settle_fails;
static int peer; /* that the test plays */
static char object_path[80];
static struct object_info info;

/* What the two had to say, one letter each: s(ecured) a(ssociated) r(ejected or response) e(choed)
 * o(bject) u(nsent) x (ended). */
static char scp_said[200], scu_said[200];
static struct scp_object last_object;
static struct err scp_end, scu_end, scp_rejected;
static uint16_t scu_status;

static const char *const two_syntaxes[] = { UID_EXPLICIT_LE, UID_IMPLICIT_LE };
static const char *const one_syntax[] = { UID_IMPLICIT_LE };
static const struct pdu_offer offers[] = { { SECONDARY, two_syntaxes, 1 },
	{ SECONDARY, one_syntax, 1 }, { UID_VERIFICATION, one_syntax, 1 } };
static const struct scu_config scu_config = { .calling = "CT1",
	.called = "PACS",
	.host = "localhost",
	.max_pdu = 16384,
	.associate = 30000,
	.dimse = 60000,
	.sending = 60000,
	.artim = 3000 };

static inline void wire_begin(void)
{
	strcpy(folder, "/tmp/dcmsec-wire-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	err_clear(&err);
	CHECK(outdir_open(&out, folder, false, &err));
	scp_config = (struct scp_config){ .out = &out,
		.name = "{SOPInstanceUID}",
		.max_pdu = 16384,
		.artim = 3000,
		.idle = 60000 };
	scp = NULL;
	scu = NULL;
	scp_said[0] = scu_said[0] = '\0';
	last_object = (struct scp_object){ 0 };
	err_clear(&scp_end);
	err_clear(&scu_end);
	err_clear(&scp_rejected);
	scu_status = 0xffff;
	settle_fails = false;
	now = clock_ms();
}

static inline void wire_end(void)
{
	char command[200];
	scp_free(scp);
	scu_free(scu);
	outdir_close(&out);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	CHECK_INT(system(command), 0);
}

/* Final names in the folder, and what stands under a temporary one. */
static inline int files(bool hidden)
{
	DIR *dir = opendir(folder);
	int n = 0;
	for (struct dirent *d; dir && (d = readdir(dir));)
		n += hidden ? strncmp(d->d_name, ".dcmsec", 7) == 0 : d->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return n;
}

static inline void pair(int fds[2])
{
	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
}

static inline void note(char said[200], char letter)
{
	const size_t n = strlen(said);
	if (n < 199) {
		said[n] = letter;
		said[n + 1] = '\0';
	}
}

static inline short ready(const struct conn *c)
{
	struct pollfd p = { .fd = conn_fd(c), .events = conn_wants(c) };
	return conn_over(c) || poll(&p, 1, 0) < 0 ? 0 : p.revents;
}

static inline void scp_hear(const struct scp_news *news)
{
	static const char letters[] = { [SCP_SECURED] = 's',
		[SCP_ASSOCIATED] = 'a',
		[SCP_REJECTED] = 'r',
		[SCP_ECHOED] = 'e',
		[SCP_OBJECT] = 'o',
		[SCP_ENDED] = 'x' };
	note(scp_said, letters[news->what]);
	if (news->what == SCP_OBJECT)
		last_object = *news->object;
	if (news->what == SCP_ENDED)
		scp_end = news->err;
	if (news->what == SCP_REJECTED)
		scp_rejected = news->err;
}

/* One turn of the receiver, as applets/receive.c makes it. */
static inline void scp_step(void)
{
	struct scp_news news;
	struct err why = { 0 };
	scp_turn(scp, ready(scp_conn(scp)), now);
	for (bool more = true; more;) {
		while (scp_next(scp, &news))
			scp_hear(&news);
		more = scp_place(scp);
		const bool settled = !more || (outdir_settle(&out, &why) && !settle_fails);
		if (!settled)
			err_set(&why, ERR_SYSTEM, EIO, "cannot sync");
		while (scp_waits(scp)) {
			scp_answer(scp, settled, &why, &news);
			scp_hear(&news);
		}
	}
}

static inline void scu_step(void)
{
	static const char letters[] = { [SCU_SECURED] = 's',
		[SCU_ASSOCIATED] = 'a',
		[SCU_RESPONSE] = 'r',
		[SCU_UNSENT] = 'u',
		[SCU_ENDED] = 'x' };
	struct scu_news news;
	scu_turn(scu, ready(scu_conn(scu)), now);
	while (scu_next(scu, &news)) {
		note(scu_said, letters[news.what]);
		if (news.what == SCU_RESPONSE)
			scu_status = news.status;
		if (news.what == SCU_ENDED || news.what == SCU_UNSENT)
			scu_end = news.err;
	}
}

/* ---- a peer played by the test */

static inline void say(int fd, struct span s)
{
	while (s.n) {
		const ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN && scp) {
			scp_step();
			continue;
		}
		if (n <= 0)
			return;
		span_skip(&s, (size_t)n);
	}
}

static inline void say_pdv(int fd, uint8_t context, bool command, bool last, struct span data)
{
	uint8_t head[PDU_DATA_HEAD];
	struct buf b = buf_on(head, sizeof head);
	pdu_put_data_head(&b, context, command, last, (uint32_t)data.n);
	say(fd, buf_span(&b));
	say(fd, data);
}

static inline void say_command(int fd, uint8_t context, const struct dimse *d)
{
	uint8_t room[1024];
	struct buf b = buf_on(room, sizeof room);
	dimse_put(&b, d);
	say_pdv(fd, context, true, true, buf_span(&b));
}

static inline void say_short(int fd, void (*put)(struct buf *))
{
	uint8_t room[PDU_SHORT];
	struct buf b = buf_on(room, sizeof room);
	put(&b);
	say(fd, buf_span(&b));
}

/* With a window of as many invoked and performed, unless only one is invoked (PS3.7 D.3.3.3). */
static inline void say_rq_window(int fd, uint16_t invoked, uint16_t performed)
{
	uint8_t room[2048];
	struct buf b = buf_on(room, sizeof room);
	const struct pdu_proposal p = { .called = "PACS",
		.calling = "CT1",
		.offers = offers,
		.offer_count = 3,
		.user = { .max_pdu = 16384,
			.class_uid = { (const uint8_t *)"1.2.3", 5 },
			.window = invoked != 1,
			.invoked = invoked,
			.performed = performed } };
	CHECK(pdu_put_rq(&b, &p, &err));
	say(fd, buf_span(&b));
}

static inline void say_rq(int fd)
{
	say_rq_window(fd, 1, 1);
}

static uint8_t heard_room[1 << 18];

/* All that is there to read. */
static inline struct span hear(int fd)
{
	struct buf b = buf_on(heard_room, sizeof heard_room);
	ssize_t n;
	while ((n = recv(fd, buf_room(&b).p, buf_room(&b).n, 0)) > 0)
		buf_filled(&b, (size_t)n);
	return buf_span(&b);
}

/* The next PDU in what was heard. Its type, or 0; *pdu is the rest of it. */
static inline uint8_t next_pdu(struct span *s, struct span *pdu)
{
	uint8_t type = 0;
	uint32_t n = 0;
	if (!span_u8(s, &type) || !span_skip(s, 1) || !span_u32be(s, &n) || !span_take(s, n, pdu))
		return 0;
	return type;
}

/* The status (0000,0900) of the next response in what was heard; 0xffff for none. */
static inline uint16_t next_status(struct span *s)
{
	struct span pdu, value;
	while (s->n) {
		const uint8_t type = next_pdu(s, &pdu);
		if (type == PDU_DATA && span_skip(&pdu, PDU_PDV_HEAD))
			while (pdu.n) {
				uint16_t group = 0, element = 0, status = 0xffff;
				uint32_t n = 0;
				span_u16le(&pdu, &group);
				span_u16le(&pdu, &element);
				span_u32le(&pdu, &n);
				if (!span_take(&pdu, n, &value))
					return 0xffff;
				if (element == 0x0900 && span_u16le(&value, &status))
					return status;
			}
		if (!type)
			break;
	}
	return 0xffff;
}

/* An A-ABORT that comes next in what was heard: its source, and its reason (PS3.8 9.3.8); else NO_ABORT. */
enum {
	NO_ABORT = 0xffff,
	BY_USER = PDU_ABORT_USER << 8 | PDU_ABORT_NO_REASON,
	BY_PROVIDER = PDU_ABORT_PROVIDER << 8,
};

static inline unsigned next_abort(struct span *s)
{
	struct span pdu;
	const bool is = next_pdu(s, &pdu) == PDU_ABORT && pdu.n == 4;
	return is ? (unsigned)pdu.p[2] << 8 | pdu.p[3] : NO_ABORT;
}

/* A small data set in explicit VR little endian. */
static inline struct span small_object(uint8_t room[200], const char *instance)
{
	struct buf b = buf_on(room, 200);
	const char *const texts[] = { SECONDARY, instance };
	for (int i = 0; i < 2; i++) {
		const size_t n = strlen(texts[i]);
		buf_u16le(&b, 8);
		buf_u16le(&b, i ? 0x18 : 0x16);
		buf_str(&b, "UI");
		buf_u16le(&b, (uint16_t)(n + n % 2));
		buf_str(&b, texts[i]);
		buf_fill(&b, 0, n % 2);
	}
	buf_u16le(&b, 0x10);
	buf_u16le(&b, 0x20);
	buf_str(&b, "LO");
	buf_u16le(&b, 4);
	buf_str(&b, "4711");
	return buf_span(&b);
}

static inline struct dimse store_rq(uint16_t id, const char *instance)
{
	return (struct dimse){ .field = C_STORE_RQ,
		.id = id,
		.dataset = DIMSE_DATASET,
		.sop_class = span_str(SECONDARY),
		.sop_instance = span_str(instance) };
}

/* A file of a small object with pad bytes behind it, as object_path and info. */
static inline void make_file(uint32_t pad)
{
	static uint8_t room[1002000];
	uint8_t small[200];
	struct buf b = buf_on(room, sizeof room);
	const struct part10_meta meta = { .sop_class = SECONDARY,
		.sop_instance = INSTANCE,
		.transfer_syntax = UID_EXPLICIT_LE,
		.implementation_class = UID_IMPLEMENTATION };
	part10_write(&b, &meta);
	buf_bytes(&b, small_object(small, INSTANCE));
	buf_bytes(&b, span_of("\xfc\xff\xfc\xffOB\0\0", 8));
	buf_u32le(&b, pad);
	for (uint32_t i = 0; i < pad; i++)
		buf_u8(&b, (uint8_t)(i % 253));
	snprintf(object_path, sizeof object_path, "%s/.source", folder);
	const int fd = open(object_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(fd >= 0 && write(fd, room, b.n) == (ssize_t)b.n);
	close(fd);
	CHECK_INT(object_inspect(object_path, &info, &err), OBJECT_OK);
}

static inline void say_response(uint16_t field, uint16_t id, uint16_t status)
{
	const struct dimse d = { .field = field,
		.id = id,
		.status = status,
		.dataset = DIMSE_NO_DATASET,
		.sop_class = span_str(SECONDARY),
		.sop_instance = span_str(INSTANCE) };
	say_command(peer, 1, &d);
}

#endif
