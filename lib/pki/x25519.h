/* SPDX-License-Identifier: MIT */
/* X25519 (RFC 7748 5) in a quarter of the time that BearSSL 0.6 takes: two of these on each side are most of
 * what a resumed TLS 1.3 connection costs. In constant time: neither branches nor addresses depend on the
 * scalar. For compilers that have integers of 128 bits. */
#ifndef DCMSEC_PKI_X25519_H
#define DCMSEC_PKI_X25519_H

#include <stdbool.h>
#include <stdint.h>

enum { X25519_SIZE = 32 };

#ifdef __SIZEOF_INT128__
/* The u-coordinate of scalar times the point of u, each of X25519_SIZE bytes, little-endian; out may be
 * either. Any scalar is one, of which five bits count for nothing, and any u, of which one does. False when
 * the result is zero, as points of small order make it: RFC 7748 6.1, RFC 8446 7.4.2. */
bool x25519(uint8_t *out, const uint8_t *scalar, const uint8_t *u);
#endif

#endif
