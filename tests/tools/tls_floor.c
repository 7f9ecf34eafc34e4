/* SPDX-License-Identifier: MIT */
/* The bare pipe: the files of a folder through BearSSL's own engine over TCP, each written to a file on
 * the other side and acknowledged by one byte. No DICOM, no check, one process an end, TLS 1.2 with
 * ECDHE-ECDSA-AES128-GCM. What a program on BearSSL can be measured by.
 * usage: tls_floor FOLDER OUT-FOLDER; prints wall s, CPU s of sender and receiver. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <assert.h>
#include <bearssl.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const uint16_t suites[] = { BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 };
static unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
static unsigned char key_bytes[BR_EC_KBUF_PRIV_MAX_SIZE], point[BR_EC_KBUF_PUB_MAX_SIZE];
static br_ec_private_key key;
static br_ec_public_key public;

static void engine_init(br_ssl_engine_context *e)
{
	unsigned char seed[32];
	const int fd = open("/dev/urandom", O_RDONLY);
	assert(read(fd, seed, sizeof seed) == sizeof seed);
	close(fd);
	br_ssl_engine_set_versions(e, BR_TLS12, BR_TLS12);
	br_ssl_engine_set_suites(e, suites, 1);
	br_ssl_engine_set_hash(e, br_sha256_ID, &br_sha256_vtable);
	br_ssl_engine_set_default_ec(e);
	br_ssl_engine_set_default_ecdsa(e);
	br_ssl_engine_set_prf_sha256(e, &br_tls12_sha256_prf);
	br_ssl_engine_set_default_aes_gcm(e);
	br_ssl_engine_set_buffer(e, buffer, sizeof buffer, 1);
	br_ssl_engine_inject_entropy(e, seed, sizeof seed);
}

/* Moves records until what is wanted of the engine can be had. */
static void run(br_ssl_engine_context *e, int fd, unsigned wanted)
{
	for (;;) {
		const unsigned state = br_ssl_engine_current_state(e);
		size_t n;
		assert(state != BR_SSL_CLOSED);
		if (state & BR_SSL_SENDREC) {
			unsigned char *p = br_ssl_engine_sendrec_buf(e, &n);
			const ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
			assert(sent > 0);
			br_ssl_engine_sendrec_ack(e, (size_t)sent);
		} else if (state & wanted) {
			return;
		} else if (state & BR_SSL_RECVREC) {
			unsigned char *p = br_ssl_engine_recvrec_buf(e, &n);
			const ssize_t got = recv(fd, p, n, 0);
			assert(got > 0);
			br_ssl_engine_recvrec_ack(e, (size_t)got);
		}
	}
}

static void put(br_ssl_engine_context *e, int fd, int file, const void *bytes, size_t left)
{
	while (left) {
		size_t n;
		run(e, fd, BR_SSL_SENDAPP);
		unsigned char *p = br_ssl_engine_sendapp_buf(e, &n);
		n = n < left ? n : left;
		if (bytes)
			memcpy(p, bytes, n);
		else
			assert(read(file, p, n) == (ssize_t)n);
		br_ssl_engine_sendapp_ack(e, n);
		left -= n;
	}
	br_ssl_engine_flush(e, 0);
	run(e, fd, BR_SSL_SENDAPP);
}

static void get(br_ssl_engine_context *e, int fd, int file, void *bytes, size_t left)
{
	for (unsigned char *to = bytes; left;) {
		size_t n;
		run(e, fd, BR_SSL_RECVAPP);
		unsigned char *p = br_ssl_engine_recvapp_buf(e, &n);
		n = n < left ? n : left;
		if (to) {
			memcpy(to, p, n);
			to += n;
		} else {
			assert(write(file, p, n) == (ssize_t)n);
		}
		br_ssl_engine_recvapp_ack(e, n);
		left -= n;
	}
}

static void receive(int fd, const char *folder)
{
	static br_ssl_server_context server;
	static const br_x509_certificate chain = { key_bytes,
		1 }; /* known to the client without it */
	br_ssl_server_zero(&server);
	engine_init(&server.eng);
	br_ssl_server_set_single_ec(&server, &chain, 1, &key, BR_KEYTYPE_SIGN, BR_KEYTYPE_EC,
		br_ec_get_default(), br_ecdsa_sign_asn1_get_default());
	br_ssl_server_reset(&server);
	uint64_t size;
	for (unsigned i = 0;; i++) {
		char name[4200];
		get(&server.eng, fd, -1, &size, sizeof size);
		if (size == UINT64_MAX)
			return;
		snprintf(name, sizeof name, "%s/%u", folder, i);
		const int file = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		assert(file >= 0);
		get(&server.eng, fd, file, NULL, size);
		close(file);
		put(&server.eng, fd, -1, "", 1);
	}
}

static void send_all(int fd, const char *folder)
{
	static br_ssl_client_context client;
	static br_x509_knownkey_context known;
	struct dirent *d;
	DIR *dir = opendir(folder);
	br_ssl_client_zero(&client);
	engine_init(&client.eng);
	br_x509_knownkey_init_ec(&known, &public, BR_KEYTYPE_SIGN | BR_KEYTYPE_KEYX);
	br_ssl_engine_set_x509(&client.eng, &known.vtable);
	br_ssl_client_reset(&client, NULL, 0);
	assert(dir);
	while ((d = readdir(dir))) {
		struct stat s;
		char ack;
		const int file = openat(dirfd(dir), d->d_name, O_RDONLY);
		assert(file >= 0 && fstat(file, &s) == 0);
		const uint64_t size = (uint64_t)s.st_size;
		if (S_ISREG(s.st_mode)) {
			put(&client.eng, fd, -1, &size, sizeof size);
			put(&client.eng, fd, file, NULL, size);
			get(&client.eng, fd, -1, &ack, 1);
		}
		close(file);
	}
	const uint64_t end = UINT64_MAX;
	put(&client.eng, fd, -1, &end, sizeof end);
	closedir(dir);
}

static int tcp(bool connects, struct sockaddr_in *a)
{
	const int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t n = sizeof *a;
	if (connects) {
		assert(connect(fd, (struct sockaddr *)a, n) == 0);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	} else {
		assert(bind(fd, (struct sockaddr *)a, n) == 0 && listen(fd, 1) == 0 &&
			getsockname(fd, (struct sockaddr *)a, &n) == 0);
	}
	return fd;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double cpu(int who)
{
	struct rusage u;
	getrusage(who, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
		1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

int main(int argc, char **argv)
{
	static const int on = 1;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	br_hmac_drbg_context random;
	if (argc != 3)
		return 2;
	br_hmac_drbg_init(&random, &br_sha256_vtable, "no secret", 9);
	br_ec_keygen(&random.vtable, br_ec_get_default(), &key, key_bytes, BR_EC_secp256r1);
	br_ec_compute_pub(br_ec_get_default(), &public, point, &key);
	const int listener = tcp(false, &a);
	const double start = now();
	const pid_t child = fork();
	if (child == 0) {
		send_all(tcp(true, &a), argv[1]);
		_exit(0);
	}
	const int fd = accept(listener, NULL, NULL);
	int status;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	receive(fd, argv[2]);
	waitpid(child, &status, 0);
	printf("%.4f %.4f %.4f\n", now() - start, cpu(RUSAGE_CHILDREN), cpu(RUSAGE_SELF));
	return status != 0;
}
