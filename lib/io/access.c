/* SPDX-License-Identifier: MIT */
/* A rule is copied into a line of our own, its continuations joined, and cut up there. Every word of a
 * rule that is ours is read, also behind the one that decides: a mistake shows at the start, not when
 * the first host comes that it concerns. */
#include "io/access.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE = 4096 };
static const char gaps[] = " \t\r\n,";

bool access_address(struct span text, struct access_address *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }; /* RFC 4291 2.5.5.2 */
	char s[INET6_ADDRSTRLEN];
	*a = (struct access_address){ 0 };
	if (!span_text(text, s, sizeof s))
		return false;
	if (inet_pton(AF_INET, s, a->bytes) == 1)
		a->n = 4;
	else if (inet_pton(AF_INET6, s, a->bytes) == 1)
		a->n = 16;
	if (a->n == 16 && memcmp(a->bytes, mapped, sizeof mapped) == 0) {
		memmove(a->bytes, a->bytes + sizeof mapped, 4);
		a->n = 4;
	}
	return a->n != 0;
}

/* ---- clients */

static bool has_name(struct access_client *c, enum access_named how)
{
	if (!c->asked)
		c->named = c->name ? c->name(c->arg, c->text) : ACCESS_UNNAMED;
	c->asked = true;
	return c->named == how;
}

/* '*' is any text, '?' any one character. */
static bool fits(const char *pattern, const char *text)
{
	const char *star = NULL, *from = NULL;
	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (*pattern == '?' || strncasecmp(pattern, text, 1) == 0) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

/* A pattern that is no keyword, against a name, a daemon or an address in text. */
static bool text_fits(const char *pattern, const char *text)
{
	const size_t n = strlen(pattern), all = strlen(text);
	if (strpbrk(pattern, "*?"))
		return fits(pattern, text);
	if (*pattern == '.')
		return all > n && strcasecmp(text + (all - n), pattern) == 0;
	if (n && pattern[n - 1] == '.')
		return strncasecmp(text, pattern, n) == 0;
	return strcasecmp(text, pattern) == 0;
}

static bool bad(struct err *e, const char *word, const char *why)
{
	return err_set(e, ERR_INPUT, 0, "\"%s\" %s (hosts_access(5))", word, why);
}

/* The number of leading ones of a mask. False: it is none. */
static bool read_mask(const char *text, size_t bits, unsigned *ones)
{
	char *end;
	struct access_address mask;
	if (bits == 32 && access_address(span_str(text), &mask) && mask.n == 4) {
		uint32_t m = 0;
		for (size_t i = 0; i < 4; i++)
			m = m << 8 | mask.bytes[i];
		for (*ones = 0; m & 0x80000000U; m <<= 1)
			++*ones;
		return m == 0;
	}
	const unsigned long n = strtoul(text, &end, 10);
	*ones = (unsigned)n;
	return *text >= '0' && *text <= '9' && *end == '\0' && n <= bits;
}

static bool in_net(const struct access_address *a, const struct access_address *net, unsigned ones)
{
	const size_t whole = ones / 8;
	const unsigned rest = 0xff00U >> ones % 8 & 0xff;
	return a->n == net->n && memcmp(a->bytes, net->bytes, whole) == 0 &&
		(rest == 0 || ((a->bytes[whole] ^ net->bytes[whole]) & rest) == 0);
}

/* ADDRESS, ADDRESS/MASK, [ADDRESS] or [ADDRESS]/MASK. */
static bool net_fits(const char *word, struct access_client *c, bool *fit, struct err *e)
{
	const bool v6 = *word == '[';
	const size_t begin = v6 ? 1 : 0, length = strcspn(word + begin, v6 ? "]" : "/");
	const char *mask = word + begin + length + (v6 && word[begin + length] ? 1 : 0);
	struct access_address net;
	unsigned ones = v6 ? 128 : 32;
	if (!access_address(span_of(word + begin, length), &net) || (v6 && !strchr(word, ']')) ||
		(*mask && *mask != '/'))
		return bad(e, word, "is no address");
	if (*mask && !read_mask(mask + 1, net.n * 8, &ones))
		return bad(e, word, "has no mask of leading ones behind its slash");
	if (ones > net.n * 8)
		ones = (unsigned)net.n * 8;
	for (size_t bit = ones; bit < net.n * 8; bit++)
		if (net.bytes[bit / 8] & 0x80 >> bit % 8)
			return bad(e, word, "has bits beyond its mask: it would never fit");
	*fit = c && in_net(&c->address, &net, ones);
	return true;
}

static bool name_fits(const char *word, struct access_client *c)
{
	char address[INET6_ADDRSTRLEN] = "";
	inet_ntop(
		c->address.n == 4 ? AF_INET : AF_INET6, c->address.bytes, address, sizeof address);
	if (c->address.n && text_fits(word, address))
		return true;
	/* What looks like a part of an address is never a name's: names can be had that do, too. */
	return strspn(word, "0123456789.*?") != strlen(word) && has_name(c, ACCESS_NAMED) &&
		text_fits(word, c->text);
}

static bool client_fits(const char *word, struct access_client *c, bool *fit, struct err *e)
{
	const size_t n = strlen(word);
	if (*word == '@')
		return bad(e, word, "is a netgroup, and there are none here: name its hosts");
	if (strchr(word, '@'))
		return bad(e, word, "wants a user's name, which no host can be asked for here");
	if (*word == '/')
		return bad(e, word, "is a file of patterns: write them into the rule");
	if (*word == '[' || strchr(word, '/') ||
		(strspn(word, "0123456789.") == n && *word != '.' && word[n - 1] != '.'))
		return net_fits(word, c, fit, e);
	*fit = false;
	if (strpbrk(word, "*?") && (*word == '.' || word[n - 1] == '.'))
		return bad(
			e, word, "has wildcards, and a dot at its end: it can be one or the other");
	if (!c)
		return true;
	if (strcasecmp(word, "ALL") == 0)
		*fit = true;
	else if (strcasecmp(word, "KNOWN") == 0)
		*fit = has_name(c, ACCESS_NAMED);
	else if (strcasecmp(word, "UNKNOWN") == 0)
		*fit = has_name(c, ACCESS_UNNAMED);
	else if (strcasecmp(word, "PARANOID") == 0)
		*fit = has_name(c, ACCESS_FORGED);
	else if (strcasecmp(word, "LOCAL") == 0)
		*fit = has_name(c, ACCESS_NAMED) && !strchr(c->text, '.');
	else
		*fit = name_fits(word, c);
	return true;
}

static bool daemon_fits(const char *word, const char *daemon, bool *fit, struct err *e)
{
	char name[LINE] = "";
	const char *at = *word ? strchr(word + 1, '@') : NULL;
	strncat(name, word, at ? (size_t)(at - word) : strlen(word));
	*fit = strcasecmp(name, "ALL") == 0 || strcasecmp(name, "KNOWN") == 0 ||
		text_fits(name, daemon);
	return !at || !*fit ||
		bad(e, word, "is for one of our addresses only: listen on that address alone");
}

/* ---- rules */

/* One of the two lists. daemon NULL: of clients. A EXCEPT B EXCEPT C is A without what is in B without C,
 * so what counts is how many parts fit, from the left, before one does not. */
static bool list_fits(
	char *list, const char *daemon, struct access_client *c, bool *fit, struct err *e)
{
	unsigned parts = 0;
	bool counting = true, any = false, words = false;
	char *rest, *word = strtok_r(list, gaps, &rest);
	for (; word || words; word = strtok_r(NULL, gaps, &rest)) {
		bool one = false;
		if (word && strcasecmp(word, "EXCEPT") != 0) {
			if (!(daemon ? daemon_fits(word, daemon, &one, e)
				     : client_fits(word, any || !counting ? NULL : c, &one, e)))
				return false;
			any |= one;
			words = true;
			continue;
		}
		if (!words)
			break;
		counting &= any;
		parts += counting;
		any = words = false;
		if (!word) {
			*fit = parts % 2 == 1;
			return true;
		}
	}
	return err_set(e, ERR_INPUT, 0,
		"a list has nothing in it, or nothing on one side of its EXCEPT (hosts_access(5))");
}

/* Cuts text at its first colon outside brackets; what is behind it, or NULL. */
static char *cut(char *text)
{
	int depth = 0;
	for (char *p = text; *p; p++) {
		depth += (*p == '[') - (*p == ']');
		if (*p == ':' && depth <= 0) {
			*p = '\0';
			return p + 1;
		}
	}
	return NULL;
}

static bool read_option(char *text, enum access_rule *what, struct err *e)
{
	*what = ACCESS_RULE;
	if (!text)
		return true;
	char *rest, *word = strtok_r(text, gaps, &rest);
	const bool alone = word && !strtok_r(NULL, gaps, &rest);
	*what = alone && strcasecmp(word, "allow") == 0  ? ACCESS_RULE_ALLOW
		: alone && strcasecmp(word, "deny") == 0 ? ACCESS_RULE_DENY
							 : ACCESS_NO_RULE;
	return *what != ACCESS_NO_RULE ||
		err_set(e, ERR_INPUT, 0,
			"behind its clients a rule can have \"allow\" or \"deny\" here, and "
			"nothing else of hosts_options(5)");
}

static bool apply(char *line, const char *daemon, struct access_client *c, enum access_rule *found,
	struct err *e)
{
	bool ours, fit = false;
	char *clients = cut(line), *option = clients ? cut(clients) : NULL;
	*found = ACCESS_NO_RULE;
	if (!clients)
		return err_set(e, ERR_INPUT, 0,
			"a rule is a list of daemons, a colon, and a list of clients "
			"(hosts_access(5))");
	if (!list_fits(line, daemon, NULL, &ours, e))
		return false;
	if (!ours)
		return true;
	if (!read_option(option, found, e) || !list_fits(clients, NULL, c, &fit, e))
		return false;
	if (!fit)
		*found = ACCESS_NO_RULE;
	return true;
}

/* Takes a line, with those that a backslash at its end joins to it. False: it is too long, or has a NUL. */
static bool take_line(struct span *rules, char line[LINE], unsigned *lines)
{
	size_t n = 0;
	for (bool joined = true; joined && rules->n;) {
		struct span piece;
		size_t end;
		const bool ends = span_find(*rules, '\n', &end);
		span_take(rules, ends ? end : rules->n, &piece);
		span_skip(rules, ends);
		++*lines;
		if (!span_text(piece, line + n, LINE - n))
			return false;
		n += piece.n;
		joined = n && line[n - 1] == '\\' && ends;
		n -= joined;
		line[n] = '\0';
	}
	return true;
}

bool access_find(struct span rules, const char *daemon, struct access_client *client,
	enum access_rule *found, unsigned *line, struct err *e)
{
	char text[LINE] = "";
	*found = ACCESS_NO_RULE;
	for (unsigned lines = 0; rules.n && *found == ACCESS_NO_RULE;) {
		*line = lines + 1;
		if (!take_line(&rules, text, &lines))
			return err_set(e, ERR_INPUT, 0, "a line is too long, or no text");
		if (*text == '#' || text[strspn(text, " \t\r")] == '\0')
			continue;
		if (!apply(text, daemon, client, found, e))
			return false;
	}
	return true;
}
