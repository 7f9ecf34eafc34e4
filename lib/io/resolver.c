/* SPDX-License-Identifier: MIT */
#include "io/resolver.h"

#include "io/sandbox.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int ask_libc(const char *host, const char *port, int flags, struct addrinfo **list)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = flags | AI_NUMERICSERV };
	return getaddrinfo(host, port, &hints, list);
}

bool resolver_find(const char *host, const char *port, bool number, struct resolver_found *found)
{
	struct addrinfo *list = NULL;
	*found = (struct resolver_found){ .n = 0 };
	int failure = ask_libc(host, port, number ? AI_NUMERICHOST : AI_ADDRCONFIG, &list);
	if (!number && (failure == EAI_NONAME || failure == EAI_BADFLAGS))
		failure =
			ask_libc(host, port, 0, &list); /* AI_ADDRCONFIG hides ::1 on some hosts */
	if (failure) {
		snprintf(found->why, sizeof found->why, "%s",
			failure == EAI_SYSTEM ? strerror(errno) : gai_strerror(failure));
		return false;
	}
	for (const struct addrinfo *a = list; a && found->n < RESOLVER_MOST; a = a->ai_next) {
		struct resolver_address *to = &found->v[found->n];
		if (a->ai_addrlen > sizeof to->to)
			continue;
		to->size = a->ai_addrlen;
		memcpy(&to->to, a->ai_addr, a->ai_addrlen);
		found->n++;
	}
	freeaddrinfo(list);
	return found->n > 0;
}

bool resolver_ask(struct helper *h, const char *host, const char *port)
{
	struct resolver_found found;
	const pid_t pid = helper_start(h, "dcmsec-names", NULL, NULL);
	if (pid == 0) {
		sandbox_names();
		resolver_find(host, port, false, &found);
		send(0, &found, sizeof found, MSG_NOSIGNAL);
		_exit(0);
	}
	return pid > 0;
}

void resolver_take(struct helper *h, bool ready, struct resolver_found *found)
{
	ssize_t n = 0;
	*found = (struct resolver_found){ .n = 0 };
	if (ready)
		n = recv(h->fd, found, sizeof *found, MSG_DONTWAIT);
	helper_end(h, true);
	bool good = n == (ssize_t)sizeof *found && found->n <= RESOLVER_MOST;
	for (unsigned i = 0; good && i < found->n; i++)
		good = found->v[i].size <= sizeof found->v[i].to;
	if (!good)
		*found = (struct resolver_found){ .why = "no name server answered" };
	found->why[sizeof found->why - 1] = '\0';
}
