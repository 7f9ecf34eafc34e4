/* SPDX-License-Identifier: MIT */
/* The standard streams of a program that a super server started: what is printed must not go into a
 * conversation. */
#ifndef DCMSEC_CLI_STREAMS_H
#define DCMSEC_CLI_STREAMS_H

/* Of the standard streams from first on, puts /dev/null in the place of those that are the same socket as
 * fd is. */
void streams_leave(int fd, int first);

/* The same for output and messages where standard input is a network socket. inetd puts a connection on all
 * three, and a complaint about the command line must not reach the peer either: so before anything is
 * printed. */
void streams_keep_apart(void);

#endif
