/* SPDX-License-Identifier: MIT */
/* Named before each file on arm64 (see the Makefile): the program is linked as one, so no variable of another
 * file has to be looked up in a table of addresses. */
#pragma GCC visibility push(hidden)
