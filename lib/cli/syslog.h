/* SPDX-License-Identifier: MIT */
/* Messages for the host's system log, one datagram each, to a local socket such as /dev/log. */
#ifndef DCMSEC_CLI_SYSLOG_H
#define DCMSEC_CLI_SYSLOG_H

#include "cli/opt.h"

/* RFC 5424 6.2.1. */
enum syslog_severity {
	SYSLOG_CRITICAL = 2,
	SYSLOG_ERROR = 3,
	SYSLOG_WARNING = 4,
	SYSLOG_NOTICE = 5,
	SYSLOG_INFO = 6,
	SYSLOG_DEBUG = 7
};

struct syslog {
	const char *path; /* of the socket; NULL: nothing is sent */
	int fd;           /* plus 1; 0: none yet */
};

/* Makes the socket, while that is still allowed. False with *e when path is too long, or nothing
 * there takes messages. */
bool syslog_open(struct syslog *s, struct err *e);

/* Sends "<PRIORITY>dcmsec[PID]: text" as facility daemon. Each time to the path, so that a logger may be
 * started anew; what nobody takes is lost, as with every system log. text has no control characters. */
void syslog_send(const struct syslog *s, enum syslog_severity severity, const char *text);

void syslog_close(struct syslog *s); /* of one that was not opened: fine */

#endif
