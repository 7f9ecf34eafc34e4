/* SPDX-License-Identifier: MIT */
/* A DICOM object in a file: what it is, whether it is whole, and its data set as a stream, in its own
 * transfer syntax or recoded to another uncompressed one. */
#ifndef DCMSEC_IO_OBJECT_H
#define DCMSEC_IO_OBJECT_H

#include "base/err.h"
#include "dicom/edit.h"
#include "dicom/uid.h"

/* What a file holds. */
struct object_info {
	char sop_class[UID_TEXT], sop_instance[UID_TEXT], transfer_syntax[UID_TEXT];
	struct syntax syntax;
	uint64_t series; /* a hash of the Series Instance UID; 0: there is none */
	uint64_t at;     /* offset of the data set */
	uint64_t size;   /* bytes of the data set */
	bool file;       /* it has file meta information; otherwise it is a bare data set */
	struct err odd;  /* what a user should know and what is no reason not to send it */
};

enum object_result {
	OBJECT_OK,
	OBJECT_NOT_DICOM, /* a foreign file: err says so, and nothing is wrong with it */
	OBJECT_BROKEN,    /* DICOM that cannot be sent: err says why */
	OBJECT_UNREADABLE,
};

/* Reads the head of the file and walks its data set to the end, passing over large values without
 * reading them (a deflated one is inflated). SOP Class and Instance UID are those of the data set and
 * must be UIDs; that the file meta information has others is odd. The message names no path. */
enum object_result object_inspect(const char *path, struct object_info *info, struct err *e);

/* An object on its way out. */
struct object_stream;

/* Opens path, which was found to hold info, for reading in the syntax to. NULL with ERR_INPUT when the
 * file is not as it was, ERR_USAGE when it cannot be recoded. */
struct object_stream *object_open(
	const char *path, const struct object_info *info, struct syntax to, struct err *e);
/* Likewise, changed. */
struct object_changes {
	const struct edit_value *values; /* other values for these (dicom/edit.h) */
	size_t n_values;
	uint32_t *found; /* bit i: value i is there, and was changed; set by the opening */
	bool old_vrs;    /* see recode_old_vrs */
	int level;       /* one more than the level of deflating, see deflate_level; 0: not said */
};
struct object_stream *object_open_changed(const char *path, const struct object_info *info,
	struct syntax to, const struct object_changes *changes, struct err *e);
void object_close(struct object_stream *s);

/* How many bytes come next, at most max (2 or more), and whether these are the last of the data set. False: the
 * file cannot be read, shrank, or cannot be recoded. n is 0 only with *last, for an empty rest. */
bool object_announce(struct object_stream *s, uint32_t max, uint32_t *n, bool *last, struct err *e);

/* Puts bytes of what object_announce announced into the caller's room, at most as many as are announced
 * and not yet taken; the count, or 0 with *e. */
size_t object_read(struct object_stream *s, struct mspan into, struct err *e);

#endif
