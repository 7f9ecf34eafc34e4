/* SPDX-License-Identifier: MIT */
/* The standard streams of a program that a super server started. */
#ifndef DCMSEC_CLI_STREAMS_H
#define DCMSEC_CLI_STREAMS_H

/* Where standard input is a network socket and output or messages would go into the same one, they go to
 * /dev/null instead. inetd puts a connection on all three, and a complaint about the command line must
 * not reach the peer either: so before anything is printed. */
void streams_keep_apart(void);

#endif
