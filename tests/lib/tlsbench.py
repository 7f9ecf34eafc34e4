# SPDX-License-Identifier: MIT
"""What OpenSSL's library does in a second of CPU, measured as tls_speed measures our engines: client and server in one
process, back to back through memory, certificates on both sides, each role by itself, records both sealed and opened.
It is called through ctypes, so that nothing but a microsecond a call comes on top."""
import ctypes
import ctypes.util
import os
import time

import harness

CHUNK = 16384
PIPE = 1 << 17  # bytes on their way: more than any flight
VERSIONS = {"TLS 1.2": 0x0303, "TLS 1.3": 0x0304}
KEYS = {"RSA 2048": "rsa2048", "P-256": "ec"}
SUITES = [("TLS 1.3", name) for name in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                         "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256")]
SUITES += [("TLS 1.2", name) for name in ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
                                          "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-CCM")]
HANDSHAKES = {"TLS 1.3": "TLS_AES_128_GCM_SHA256", "TLS 1.2": "ECDHE+AES128+AESGCM"}  # what tls_speed has
SET_MIN, SET_MAX, PEM, VERIFY_BOTH, CLOSED = 123, 124, 1, 3, 3


class Library:
    """libssl, with pointers for results where it gives pointers."""

    def __init__(self):
        name = ctypes.util.find_library("ssl")
        if not name:
            raise OSError("no libssl")
        self.lib = ctypes.CDLL(name)
        for function in ("TLS_method", "SSL_CTX_new", "SSL_new", "SSL_get1_session"):
            getattr(self.lib, function).restype = ctypes.c_void_p

    def __getattr__(self, function):
        return getattr(self.lib, function)


def pointer(value):
    return ctypes.c_void_p(value)


class Role:
    """All connections of one role: an SSL_CTX."""

    def __init__(self, lib, serves, version, suite, key, cert, ca):
        self.lib, self.serves, self.spent = lib, serves, 0.0
        self.ctx = pointer(lib.SSL_CTX_new(pointer(lib.TLS_method())))
        for command in (SET_MIN, SET_MAX):
            lib.SSL_CTX_ctrl(self.ctx, command, ctypes.c_long(VERSIONS[version]), None)
        choose = lib.SSL_CTX_set_ciphersuites if version == "TLS 1.3" else lib.SSL_CTX_set_cipher_list
        done = [choose(self.ctx, suite.encode()), lib.SSL_CTX_use_certificate_chain_file(self.ctx, os.fsencode(cert)),
                lib.SSL_CTX_use_PrivateKey_file(self.ctx, os.fsencode(key), PEM),
                lib.SSL_CTX_load_verify_locations(self.ctx, os.fsencode(ca), None),
                lib.SSL_CTX_set_session_id_context(self.ctx, b"bench", 5)]
        if 0 in done:
            raise OSError(f"OpenSSL takes no {suite} with {key}")
        lib.SSL_CTX_set_verify(self.ctx, VERIFY_BOTH, None)
        lib.SSL_CTX_set_num_tickets(self.ctx, ctypes.c_size_t(1))  # as many as ours gives

    def open(self, session=None):
        lib = self.lib
        self.ssl = pointer(lib.SSL_new(self.ctx))
        (lib.SSL_set_accept_state if self.serves else lib.SSL_set_connect_state)(self.ssl)
        if session:
            lib.SSL_set_session(self.ssl, session)

    def timed(self, call, *arguments):
        """What call gives on this side's connection; the time is the role's."""
        start = time.process_time()
        result = call(self.ssl, *arguments)
        self.spent += time.process_time() - start
        return result

    def close(self):
        self.lib.SSL_set_shutdown(self.ssl, CLOSED)  # else its session would count as broken
        self.lib.SSL_free(self.ssl)


class Meeting:
    """A client and a server with a pipe between them."""

    def __init__(self, lib, files, version, suite):
        self.lib, self.buffer = lib, ctypes.create_string_buffer(CHUNK)
        self.client, self.server = (Role(lib, serves, version, suite, *files) for serves in (False, True))

    def connect(self, session=None):
        lib, ends = self.lib, (ctypes.c_void_p(), ctypes.c_void_p())
        lib.BIO_new_bio_pair(ctypes.byref(ends[0]), ctypes.c_size_t(PIPE), ctypes.byref(ends[1]), ctypes.c_size_t(PIPE))
        for role, end in zip((self.client, self.server), ends):
            role.open(session if role is self.client else None)
            lib.SSL_set_bio(role.ssl, end, end)
        left = [self.client, self.server]
        for _ in range(10):
            for role in list(left):
                if role.timed(lib.SSL_do_handshake) == 1:
                    left.remove(role)
        if left:
            raise OSError("OpenSSL's ends do not understand each other")
        # Tickets of TLS 1.3 come with the first reading; there is nothing else to read.
        self.client.timed(lib.SSL_read, self.buffer, CHUNK)

    def close(self):
        self.client.close()
        self.server.close()

    def rates(self, seconds, resumed):
        """Handshakes in a second of CPU of the client, and of the server."""
        n, session, lib = 0, None, self.lib
        if resumed:
            self.connect()
            session = pointer(lib.SSL_get1_session(self.client.ssl))
            self.close()
        self.client.spent = self.server.spent = 0.0
        while self.client.spent + self.server.spent < seconds:
            self.connect(session)
            if bool(lib.SSL_session_reused(self.client.ssl)) != resumed:
                raise OSError("OpenSSL resumed a session that it should not have, or the other way round")
            if resumed:
                lib.SSL_SESSION_free(session)
                session = pointer(lib.SSL_get1_session(self.client.ssl))
            self.close()
            n += 1
        return n / self.client.spent, n / self.server.spent

    def records(self, seconds):
        """MB/s sealed and opened, one record after the other."""
        lib, n = self.lib, 0
        self.connect()
        self.client.spent = self.server.spent = 0.0
        while self.client.spent + self.server.spent < seconds:
            for _ in range(64):
                sent = self.client.timed(lib.SSL_write, self.buffer, CHUNK)
                if sent != CHUNK or self.server.timed(lib.SSL_read, self.buffer, CHUNK) != CHUNK:
                    raise OSError("OpenSSL's records do not come through")
            n += 64
        self.close()
        return n * CHUNK / 1e6 / (self.client.spent + self.server.spent)


def files_of(work, kind):
    """Key, certificate and authority, all with keys of one kind."""
    authority = harness.Authority(work / f"openssl-{kind}", key=kind)
    return *authority.node("node", kind), authority.path


def bench(work, seconds):
    """Rows as tls_speed prints them: what, value, unit."""
    lib, rows = Library(), []
    files = {kind: files_of(work, kind) for kind in KEYS.values()}
    for version, suite in HANDSHAKES.items():
        for resumed in (False, True):
            for key, kind in KEYS.items():
                rates = Meeting(lib, files[kind], version, suite).rates(seconds, resumed)
                rows += [(f"OpenSSL's, {version}, {key}{', resumed' * resumed}, {role}", rate, "handshakes/s")
                         for role, rate in zip(("client", "server"), rates)]
    for version, suite in SUITES:
        rows.append((f"OpenSSL's, {suite}", Meeting(lib, files["ec"], version, suite).records(seconds), "MB/s"))
    return rows
