/* SPDX-License-Identifier: MIT */
#include "io/peers.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#define PRINT "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct err e;

static bool taken(const char *binding)
{
	err_clear(&e);
	return peers_ok(binding, &e);
}

static void forms(void)
{
	CHECK(taken("CT1=SHA256:" PRINT));
	CHECK(taken("CT 1=subject:CN=ct1.hospital"));
	static const char *const bad[] = { "", "CT1", "=SHA256:" PRINT, "CT1=", "CT1=SHA256:0123",
		"CT1=SHA1:" PRINT, "CT1=subject:", "A\\B=subject:CN=x",
		"SEVENTEEN_LETTERS=subject:CN=x", "CT1=SHA256:" PRINT "00" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (taken(bad[i]) || e.kind != ERR_USAGE)
			TEST_NOTE("\"%s\" was taken", bad[i]);
}

static bool opens(struct peers *p, const char *text)
{
	static char path[] = "/tmp/dcmsec-peers-XXXXXX";
	const struct list none = { 0 };
	memcpy(path + sizeof path - 7, "XXXXXX", 6);
	const int fd = mkstemp(path);
	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	err_clear(&e);
	const bool opened = peers_open(p, &none, path, &e);
	unlink(path);
	return opened;
}

static void files(void)
{
	struct peers p;
	CHECK(opens(&p, "# our nodes\n\nCT1=subject:CN=ct1\r\nMR1=SHA256:" PRINT));
	CHECK_INT(p.lines.n, 2);
	CHECK_STR(p.lines.v[0], "CT1=subject:CN=ct1");
	CHECK_STR(p.lines.v[1], "MR1=SHA256:" PRINT);
	peers_close(&p);
	CHECK(!opens(&p, "CT1=subject:CN=ct1\nnonsense\n"));
	CHECK(strstr(e.text, "line 2") != NULL);
	const struct list none = { 0 };
	err_clear(&e);
	CHECK(!peers_open(&p, &none, "/nonexistent/peers", &e));
	CHECK_INT(e.kind, ERR_INPUT);
}

static void bindings(void)
{
	struct pki_peer peer = { .known = true };
	memset(peer.sha256, 0xab, sizeof peer.sha256);
	char right[80] = "CT1=SHA256:";
	for (int i = 0; i < 32; i++)
		strcat(right, "ab");
	const char *lines[] = { right, "CT1=SHA256:" PRINT, "CT10=SHA256:" PRINT };
	const struct peers p = { .lines = { lines, 3 } };
	CHECK(peers_allow(&p, "CT1", &peer));   /* one of two fits */
	CHECK(peers_allow(&p, "OTHER", &peer)); /* not bound */
	CHECK(peers_allow(&p, "CT", &peer));    /* a prefix of bound ones is another title */
	CHECK(peers_allow(NULL, "CT1", NULL));
	CHECK(!peers_allow(&p, "CT10", &peer));
	CHECK(!peers_allow(&p, "CT1", NULL));
	peer.known = false;
	CHECK(!peers_allow(&p, "CT1", &peer));
	peer.known = true;
	peer.sha256[31] ^= 1;
	CHECK(!peers_allow(&p, "CT1", &peer));
}

int main(void)
{
	test("a binding has a title and a certificate, and anything else is refused", forms);
	test("a file of bindings is read, and one that is wrong named by its line", files);
	test("a bound title is for its certificates only, and for nobody without one", bindings);
	return test_end();
}
