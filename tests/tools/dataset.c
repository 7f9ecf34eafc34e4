/* SPDX-License-Identifier: MIT */
/* The data set modules on the command line, so that other programs can judge what they do.
 *   dataset check FILE [CUT]                                      does it parse to its end?
 *   dataset recode FILE implicit|explicit|big|deflated OUT [CUT]  to a Part 10 file
 *   dataset scan FILE                                             head, SOP Class and Instance UID
 *   dataset vr                                                    the VR of each tag on stdin
 *   dataset speed                                                 bytes a second, from memory
 * CUT is the size of the pieces that go in, and nearly that of those which come out. */
#include "dicom/part10.h"
#include "dicom/recode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint8_t file[64 << 20];
static struct recode recode;
static struct inflate inflater;
static struct elem elem;

static const struct named {
	const char *name, *uid;
	struct syntax syntax;
} syntaxes[] = {
	{ "implicit", "1.2.840.10008.1.2", { .explicit_vr = false } },
	{ "explicit", "1.2.840.10008.1.2.1", { .explicit_vr = true } },
	{ "big", "1.2.840.10008.1.2.2", { .explicit_vr = true, .big_endian = true } },
	{ "deflated", "1.2.840.10008.1.2.1.99", { .explicit_vr = true, .deflated = true } },
};
#define SYNTAXES (sizeof syntaxes / sizeof *syntaxes)

static struct syntax syntax_of(const struct part10 *p)
{
	if (!p->transfer_syntax[0])
		return p->guess;
	for (size_t i = 0; i < SYNTAXES; i++)
		if (strcmp(syntaxes[i].uid, p->transfer_syntax) == 0)
			return syntaxes[i].syntax;
	return (struct syntax){ .explicit_vr = true, .encapsulated = true };
}

static int broken(const struct err *e)
{
	printf("broken: %s\n", e->text);
	return 1;
}

static int check(struct span data, struct syntax syntax, size_t cut)
{
	static struct check c;
	check_init(&c, syntax, &inflater, NULL, 0);
	for (size_t at = 0; at < data.n; at += cut)
		if (!check_pass(&c, span_at(data, at, cut)))
			return broken(&c.elem.err);
	if (!check_end(&c))
		return broken(&c.elem.err);
	printf("complete odd=%x\n", c.elem.odd);
	return 0;
}

static int write_head(FILE *out, const struct part10 *p, const char *uid)
{
	uint8_t room[PART10_META_MAX];
	struct buf b = buf_on(room, sizeof room);
	part10_write(&b,
		&(struct part10_meta){
			.sop_class = p->sop_class[0] ? p->sop_class : "1.2.3",
			.sop_instance = p->sop_instance[0] ? p->sop_instance : "1.2.4",
			.transfer_syntax = uid,
			.implementation_class = "1.2.5",
			.implementation_version = "TEST",
		});
	return buf_ok(&b) && fwrite(room, 1, b.n, out) == b.n;
}

static int recode_file(
	struct span data, const struct part10 *p, const char *to, const char *path, size_t cut)
{
	static uint8_t room[1 << 16];
	size_t i = 0;
	while (i < SYNTAXES && strcmp(syntaxes[i].name, to) != 0)
		i++;
	FILE *out = fopen(path, "wb");
	if (i == SYNTAXES || !out || !write_head(out, p, syntaxes[i].uid))
		return 3;
	bool ok = recode_init(&recode, syntax_of(p), syntaxes[i].syntax, NULL, 0), done = false;
	const size_t cap = cut + RECODE_ROOM < sizeof room ? cut + RECODE_ROOM : sizeof room;
	size_t at = 0;
	while (ok && !done) {
		struct span in = span_at(data, at, cut);
		struct buf b = buf_on(room, cap);
		const size_t n = in.n;
		if (n) {
			ok = recode_push(&recode, &in, &b);
		} else {
			done = recode_end(&recode, &b);
			ok = recode.err.kind == ERR_NONE;
		}
		at += n - in.n;
		fwrite(room, 1, b.n, out);
	}
	fclose(out);
	if (!ok)
		return broken(&recode.err);
	printf("recoded\n");
	return 0;
}

static int scan(struct span data, const struct part10 *p)
{
	static struct part10_scan s;
	char class[80] = "", instance[80] = "";
	part10_scan_init(&s, syntax_of(p), &inflater);
	const enum part10_result r = part10_scan(&s, data);
	span_text(elem_text(&s.want[0]), class, sizeof class);
	span_text(elem_text(&s.want[1]), instance, sizeof instance);
	printf("%d %d %d %llu %s|%s|%s|%s|%s\n", p->preamble, p->meta, p->length_wrong,
		(unsigned long long)p->at, p->sop_class, p->sop_instance, p->transfer_syntax, class,
		instance);
	return r == PART10_BAD ? broken(&s.check.elem.err) : 0;
}

static int with_file(int argc, char **argv)
{
	FILE *f = fopen(argv[2], "rb");
	if (!f)
		return 3;
	const size_t n = fread(file, 1, sizeof file, f);
	fclose(f);
	struct part10 p;
	struct err err = { 0 };
	enum part10_result r = PART10_MORE;
	for (size_t head = 256; r == PART10_MORE; head *= 2)
		r = part10_read(span_at(span_of(file, n), 0, head), head >= n, &p, &err);
	if (r == PART10_NOT_DICOM) {
		printf("not DICOM\n");
		return 2;
	}
	if (r != PART10_OK)
		return broken(&err);
	const struct span data = span_at(span_of(file, n), p.at, n);
	if (strcmp(argv[1], "check") == 0)
		return check(data, syntax_of(&p), argc > 3 ? (size_t)atol(argv[3]) : n + 1);
	if (strcmp(argv[1], "scan") == 0)
		return scan(data, &p);
	if (strcmp(argv[1], "recode") == 0 && argc > 4)
		return recode_file(
			data, &p, argv[3], argv[4], argc > 5 ? (size_t)atol(argv[5]) : 50000);
	return 3;
}

static int dictionary(void)
{
	unsigned long tag;
	while (scanf("%lx", &tag) == 1) {
		const unsigned vr = dict_entry((uint32_t)tag);
		if (vr <= DICT_US_SS_OW)
			printf("%08lx %u\n", tag, vr);
		else
			printf("%08lx %c%c\n", tag, (int)(vr >> 8), (int)(vr & 0xff));
	}
	return 0;
}

/* ---- speed */

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void report(const char *what, double bytes, double elements, double begin)
{
	const double s = now() - begin;
	printf("%-44s %8.0f MB/s", what, bytes / 1e6 / s);
	if (elements > 0)
		printf("  %6.1f million elements/s", elements / 1e6 / s);
	printf("\n");
}

static size_t fill_small(bool explicit_vr)
{
	struct buf b = buf_on(file, 32 << 20);
	for (uint16_t item = 0; item < 30000; item++) {
		buf_u16le(&b, 0x0008);
		buf_u16le(&b, 0x1140);
		if (explicit_vr)
			buf_str(&b, "SQ"), buf_u16le(&b, 0);
		buf_u32le(&b, ELEM_UNDEFINED);
		buf_u32le(&b, 0xe000fffe), buf_u32le(&b, ELEM_UNDEFINED);
		for (uint16_t i = 0; i < 16; i++) {
			buf_u16le(&b, 0x0018);
			buf_u16le(&b, (uint16_t)(0x1010 + i));
			if (explicit_vr)
				buf_str(&b, "SH"), buf_u16le(&b, 8);
			else
				buf_u32le(&b, 8);
			buf_str(&b, "abcdefgh");
		}
		buf_u32le(&b, 0xe00dfffe), buf_u32le(&b, 0);
		buf_u32le(&b, 0xe0ddfffe), buf_u32le(&b, 0);
	}
	return b.n;
}

static void speed_small(bool explicit_vr)
{
	const size_t n = fill_small(explicit_vr);
	const double begin = now();
	for (int i = 0; i < 10; i++) {
		elem_init(&elem, (struct syntax){ .explicit_vr = explicit_vr }, NULL, 0);
		for (size_t at = 0; at < n; at += 16384)
			elem_pass(&elem, span_at(span_of(file, n), at, 16384));
		if (!elem_end(&elem))
			printf("%s\n", elem.err.text);
	}
	report(explicit_vr ? "check, small elements, explicit VR"
			   : "check, small elements, implicit VR",
		10.0 * (double)n, 10.0 * 30000 * 16, begin);
}

/* One element of 1 GB, in records of 16 KB, which is what TLS hands over. */
static void speed_large(const char *what, bool turned, const struct syntax *to)
{
	static uint8_t room[1 << 16];
	uint8_t head[12];
	struct buf b = buf_on(head, sizeof head);
	const struct syntax from = { .explicit_vr = true };
	buf_u16le(&b, 0x7fe0), buf_u16le(&b, 0x0010), buf_str(&b, "OW"), buf_u16le(&b, 0);
	buf_u32le(&b, 1 << 30);
	elem_init(&elem, from, NULL, 0);
	if (turned)
		recode_init(&recode, from, *to, NULL, 0);
	const double begin = now();
	double sum = 0;
	for (size_t at = 0; at <= 1 << 30; at += 16384) {
		struct span in = at ? span_at(span_of(file, sizeof file), at % (1 << 22), 16384)
				    : span_of(head, sizeof head);
		if (turned) {
			struct buf out = buf_on(room, sizeof room);
			recode_push(&recode, &in, &out);
			sum += (double)out.n;
		} else {
			elem_pass(&elem, in);
			sum += in.p[0];
		}
	}
	report(what, 1 << 30, 0, begin);
	if (sum < 0 || elem.err.kind || (turned && recode.err.kind))
		printf("failed\n");
}

static int speed(void)
{
	memset(file, 7, sizeof file);
	speed_large("check, one element of 1 GB", false, NULL);
	speed_large("recode explicit to implicit, 1 GB of OW", true, &syntaxes[0].syntax);
	speed_large("recode little to big endian, 1 GB of OW", true, &syntaxes[2].syntax);
	speed_small(true);
	speed_small(false);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "vr") == 0)
		return dictionary();
	if (argc > 1 && strcmp(argv[1], "speed") == 0)
		return speed();
	return argc > 2 ? with_file(argc, argv) : 3;
}
