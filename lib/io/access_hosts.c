/* SPDX-License-Identifier: MIT */
#include "io/access_hosts.h"

#include "io/access.h"
#include "io/file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

/* 0 where it is no address. */
static socklen_t socket_address(const struct access_address *a, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
	*out = (struct sockaddr_storage){ .ss_family = a->n == 4 ? AF_INET : AF_INET6 };
	if (a->n == 4)
		memcpy(&v4->sin_addr, a->bytes, 4);
	else
		memcpy(&v6->sin6_addr, a->bytes, 16);
	return a->n == 4 ? sizeof *v4 : a->n == 16 ? sizeof *v6 : 0;
}

/* Who owns an address can call it what he likes, so the name must lead back to the address. */
static enum access_named find_name(void *arg, char text[ACCESS_NAME])
{
	const struct access_client *c = arg;
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct sockaddr_storage address;
	struct addrinfo *list = NULL;
	const socklen_t n = socket_address(&c->address, &address);
	bool same = false;
	if (!n ||
		getnameinfo((const struct sockaddr *)&address, n, text, ACCESS_NAME, NULL, 0,
			NI_NAMEREQD) != 0)
		return ACCESS_UNNAMED;
	if (getaddrinfo(text, NULL, &hints, &list) != 0)
		return ACCESS_FORGED;
	for (const struct addrinfo *a = list; a; a = a->ai_next) {
		char number[INET6_ADDRSTRLEN];
		struct access_address back;
		if (getnameinfo(a->ai_addr, a->ai_addrlen, number, sizeof number, NULL, 0,
			    NI_NUMERICHOST) == 0 &&
			access_address(span_str(number), &back) && back.n == c->address.n &&
			memcmp(back.bytes, c->address.bytes, back.n) == 0)
			same = true;
	}
	freeaddrinfo(list);
	return same ? ACCESS_NAMED : ACCESS_FORGED;
}

static bool find(const struct access_files *f, const char *path, struct access_client *c,
	enum access_rule *found, unsigned *line, struct err *e)
{
	struct mspan text;
	struct err why = { 0 };
	*found = ACCESS_NO_RULE;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return true;
	if (!file_load(path, FILE_MAX, &text, e))
		return false;
	const bool fine =
		access_find((struct span){ text.p, text.n }, f->daemon, c, found, line, &why);
	file_free(&text);
	return fine || err_set(e, ERR_INPUT, 0, "line %u of %s: %s", *line, path, why.text);
}

bool access_hosts_ok(const struct access_files *f, struct err *e)
{
	enum access_rule found;
	unsigned line = 0;
	return find(f, f->allow, NULL, &found, &line, e) &&
		find(f, f->deny, NULL, &found, &line, e);
}

/* The address within what net_accept says, without brackets, scope and port. */
static struct span address_of(const char *peer)
{
	const bool v6 = *peer == '[';
	return span_of(peer + v6, strcspn(peer + v6, v6 ? "%]" : ":"));
}

static enum access_named note_wish(void *arg, char text[ACCESS_NAME])
{
	*(bool *)arg = true;
	*text = '\0';
	return ACCESS_UNNAMED;
}

bool access_hosts_allow(const struct access_files *f, const char *peer, bool *wanted, struct err *e)
{
	struct access_client c = { .name = !f->names ? NULL : wanted ? note_wish : find_name };
	const char *const paths[] = { f->allow, f->deny };
	c.arg = wanted ? (void *)wanted : &c;
	access_address(address_of(peer), &c.address);
	for (int deny = 0; deny < 2; deny++) {
		enum access_rule found;
		unsigned line = 0;
		if (!find(f, paths[deny], &c, &found, &line, e))
			return false;
		if (found == ACCESS_RULE)
			found = deny ? ACCESS_RULE_DENY : ACCESS_RULE_ALLOW;
		if (found == ACCESS_RULE_DENY)
			return err_set(
				e, ERR_NETWORK, 0, "kept out by line %u of %s", line, paths[deny]);
		if (found == ACCESS_RULE_ALLOW)
			return true;
	}
	return true;
}
