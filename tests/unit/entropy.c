/* SPDX-License-Identifier: MIT */
/* The randomness of a process at its start and end: what is credited, refused, warned about, written. */
#include "io/entropy.h"
#include "io/entropy_os.h"

#include "io/conn.h"
#include "io/secure.h"

#include "rand/seedfile.h"
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[200]; /* of the seed file; in a folder of its own */

static void write_file(const void *bytes, size_t n, mode_t mode)
{
	unlink(path);
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(fd >= 0 && write(fd, bytes, n) == (ssize_t)n && fchmod(fd, mode) == 0);
	close(fd);
}

static size_t read_file(uint8_t *bytes, size_t cap)
{
	const int fd = open(path, O_RDONLY);
	const ssize_t n = read(fd, bytes, cap);
	close(fd);
	return n < 0 ? 0 : (size_t)n;
}

static void write_seed_of(uint8_t salt, mode_t mode)
{
	uint8_t seed[1024];
	for (unsigned i = 0; i < sizeof seed; i++)
		seed[i] = (uint8_t)((i * 167 + i * i / 11) ^ salt);
	write_file(seed, sizeof seed, mode);
}

static uint64_t draw(struct entropy *en)
{
	uint64_t v = 0;
	CHECK(drbg_bytes(&en->rand.private, (struct mspan){ (uint8_t *)&v, sizeof v }, NULL));
	return v;
}

static void the_system_suffices(void)
{
	struct entropy en;
	struct err e = { 0 };
	REQUIRE(entropy_open(&en, &(struct entropy_opts){ 0 }, &e));
	CHECK_INT(en.credited, 384);
	CHECK(strncmp(en.report, "384 bits of getrandom", 21) == 0);
	CHECK_STR(en.warning, "");
	CHECK(draw(&en) != draw(&en));
	CHECK(entropy_close(&en, &e));
	CHECK(!en.rand.private.seeded);
}

static void a_seed_is_added(void)
{
	struct entropy en;
	struct err e = { 0 };
	uint8_t before[1024], after[1024];
	write_seed_of(1, 0600);
	read_file(before, sizeof before);
	REQUIRE(entropy_open(&en, &(struct entropy_opts){ .seed = path }, &e));
	CHECK_INT(en.credited, 384 + 512);
	CHECK_STR(en.warning, "");
	CHECK(entropy_close(&en, &e));
	CHECK_INT(read_file(after, sizeof after), 1024);
	CHECK_MEM(after, before, 1024);
}

static void a_seed_alone(void)
{
	struct entropy en;
	struct err e = { 0 };
	write_seed_of(2, 0600);
	REQUIRE(entropy_open(&en, &(struct entropy_opts){ .seed = path, .no_system = true }, &e));
	CHECK_INT(en.credited, 512);
	const uint64_t first = draw(&en);
	entropy_close(&en, NULL);
	/* the same file again is another state */
	REQUIRE(entropy_open(&en, &(struct entropy_opts){ .seed = path, .no_system = true }, &e));
	CHECK(draw(&en) != first);
	entropy_close(&en, NULL);
}

static void too_little_is_refused(void)
{
	struct entropy en;
	struct err e = { 0 };
	CHECK(!entropy_open(&en, &(struct entropy_opts){ .no_system = true }, &e));
	CHECK_INT(e.kind, ERR_RANDOM);
	CHECK(strstr(e.text, "no seed file is given; 384 bits (48 bytes) are needed"));
	write_seed_of(3, 0600);
	CHECK(truncate(path, 47) == 0);
	err_clear(&e);
	CHECK(!entropy_open(&en, &(struct entropy_opts){ .seed = path, .no_system = true }, &e));
	CHECK(strstr(e.text, "counts for 0 bits"));
	unlink(path);
	err_clear(&e);
	CHECK(!entropy_open(&en, &(struct entropy_opts){ .seed = path }, &e));
	CHECK_INT(e.kind, ERR_INPUT);
}

static void loose_files_are_warned_about(void)
{
	struct entropy en;
	write_seed_of(4, 0640);
	REQUIRE(entropy_open(&en, &(struct entropy_opts){ .seed = path }, NULL));
	CHECK(strstr(en.warning, "others can read the seed file"));
	entropy_close(&en, NULL);
	write_seed_of(4, 0622);
	REQUIRE(entropy_open(&en, &(struct entropy_opts){ .seed = path }, NULL));
	CHECK(strstr(en.warning, "others can write the seed file"));
	entropy_close(&en, NULL);
	uint8_t zeros[1024] = { 0 };
	write_file(zeros, sizeof zeros, 0600);
	REQUIRE(entropy_open(&en, &(struct entropy_opts){ .seed = path }, NULL));
	CHECK(strstr(en.warning, "counts for nothing, as its bytes repeat too often"));
	CHECK_INT(en.credited, 384);
	entropy_close(&en, NULL);
}

static void written_seed_is_fresh(void)
{
	struct entropy en;
	struct stat st;
	uint8_t used[1024], early[1024], late[1024];
	const struct entropy_opts o = { .seed = path, .write_seed = path, .no_system = true };
	write_seed_of(5, 0644);
	read_file(used, sizeof used);
	REQUIRE(entropy_open(&en, &o, NULL));
	/* replaced before anything is made of it */
	CHECK_INT(read_file(early, sizeof early), 1024);
	CHECK(memcmp(used, early, 1024) != 0);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
	CHECK(entropy_close(&en, NULL));
	CHECK_INT(read_file(late, sizeof late), 1024);
	CHECK(memcmp(late, early, 1024) != 0);
}

static void only_files_are_written(void)
{
	struct entropy en;
	struct err e = { 0 };
	CHECK(!entropy_open(&en, &(struct entropy_opts){ .write_seed = "/dev/null" }, &e));
	CHECK_INT(e.kind, ERR_USAGE);
	struct stat st;
	CHECK(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
	err_clear(&e);
	CHECK(!entropy_open(
		&en, &(struct entropy_opts){ .write_seed = "/nonexistent/folder/seed" }, &e));
	CHECK_INT(e.kind, ERR_SYSTEM);
}

/* The process number alone would not do: here it is the kernel's wiped page that tells. */
static void forks_are_seen(void)
{
	struct entropy en;
	int fds[2];
	REQUIRE(entropy_open(&en, &(struct entropy_opts){ 0 }, NULL));
	const uint64_t mine = en.rand.source.process(&en);
	REQUIRE(pipe(fds) == 0);
	const pid_t pid = fork();
	if (pid == 0) {
		const uint64_t v = en.rand.source.process(&en);
		_exit(write(fds[1], &v, sizeof v) == sizeof v ? 0 : 1);
	}
	uint64_t child = 0;
	CHECK_INT(read(fds[0], &child, sizeof child), sizeof child);
	waitpid(pid, NULL, 0);
	CHECK(child && child != mine);
	CHECK_INT(en.rand.source.process(&en), mine);
	entropy_close(&en, NULL);
}

static bool nothing(void *ctx, struct mspan out, struct err *e)
{
	(void)ctx;
	(void)out;
	return err_set(e, ERR_RANDOM, 0, "the source has failed");
}

/* A client's connection over one end of a socket pair; NULL when it cannot be had. */
static struct conn *link_of(struct secure *s, struct err *e)
{
	int fds[2];
	if (!CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0))
		return NULL;
	close(fds[1]);
	const struct conn_config config = {
		.secure = s, .requestor = true, .host = "localhost", .out = 65536, .artim = 1000
	};
	return conn_new(fds[0], &config, e);
}

static void no_link_without_randomness(void)
{
	struct entropy en;
	struct secure s;
	struct err e = { 0 };
	const struct secure_opts opts = { .mode = PKI_IGNORE };
	REQUIRE(entropy_open(&en, &(struct entropy_opts){ 0 }, &e));
	REQUIRE(secure_open(&s, TLS_CLIENT, &opts, &en, &e));
	struct conn *c = link_of(&s, &e);
	CHECK(c);
	conn_free(c);
	bool (*const source)(void *, struct mspan, struct err *) = en.rand.source.read;
	en.rand.source.read = nothing;
	drbg_limits(&en.rand.primary, 1, 0);
	drbg_limits(&en.rand.private, 1, 0);
	CHECK(!link_of(&s, &e));
	CHECK_INT(e.kind, ERR_RANDOM);
	CHECK_STR(e.text, "the source has failed");
	en.rand.source.read = source;
	c = link_of(&s, NULL);
	CHECK(c);
	conn_free(c);
	secure_close(&s);
	entropy_close(&en, NULL);
}

static void processor(void)
{
	uint8_t a[61] = { 0 }, b[61] = { 0 };
	const char *name = NULL;
	if (!entropy_cpu_read((struct mspan){ a, sizeof a }, &name))
		return;
	CHECK(entropy_cpu_read((struct mspan){ b, sizeof b }, &name));
	CHECK(memcmp(a, b, sizeof a) != 0);
	CHECK(memcmp(a + 40, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20) != 0);
}

int main(void)
{
	char folder[] = "/tmp/dcmsec-entropy-XXXXXX";
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof path, "%s/seed", folder);
	test("the system alone gives enough, and the report says from where", the_system_suffices);
	test("a seed file is added to the system and left alone", a_seed_is_added);
	test("a seed file alone is enough, and gives another state each time", a_seed_alone);
	test("too little is refused, and the message says what to do", too_little_is_refused);
	test("a seed file that others can read, or that is none, is warned about",
		loose_files_are_warned_about);
	test("seed is written anew at start and end, mode 0600", written_seed_is_fresh);
	test("a device is never replaced by seed, and a failed write is an error",
		only_files_are_written);
	test("a fork is seen", forks_are_seen);
	test("no secure link is begun while the source fails, and one is when it is back",
		no_link_without_randomness);
	test("the processor's instruction gives other bytes each time, where there is one",
		processor);
	unlink(path);
	rmdir(folder);
	return test_end();
}
