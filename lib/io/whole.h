/* SPDX-License-Identifier: MIT */
/* All of what is written or read, however the kernel cuts it, and folders on the disk. What fails says why
 * in errno. */
#ifndef DCMSEC_IO_WHOLE_H
#define DCMSEC_IO_WHOLE_H

#include "base/span.h"

#include <sys/types.h>

/* Eats what is written. False: something is left. */
bool write_whole(int fd, struct span *data);

/* Fills the room from offset at; fewer bytes mean the end of the file. -1: failed. */
ssize_t read_whole(int fd, struct mspan room, uint64_t at);

/* All that from has, and syncs it. */
bool copy_whole(int from, int to);

/* So that the names in a folder are on the disk. True also where the file system knows no syncing of
 * folders: then there is nothing more to be had. */
bool folder_sync(int fd);
bool folder_sync_at(const char *path);  /* the folder of that path */
bool folder_sync_of(const char *inner); /* the folder that this path lies in */

#endif
