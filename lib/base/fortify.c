/* SPDX-License-Identifier: MIT */
/* Debian builds its archives for glibc with fortified copies. musl has none, so these stand in; they
 * abort where glibc's would. */
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
typedef int fortify_has_its_own; /* ISO C wants a translation unit not to be empty */
#else

void *__memcpy_chk(void *to, const void *from, size_t n, size_t room);
void *__memmove_chk(void *to, const void *from, size_t n, size_t room);
void *__memset_chk(void *to, int byte, size_t n, size_t room);

void *__memcpy_chk(void *to, const void *from, size_t n, size_t room)
{
	if (n > room)
		abort();
	return memcpy(to, from, n);
}

void *__memmove_chk(void *to, const void *from, size_t n, size_t room)
{
	if (n > room)
		abort();
	return memmove(to, from, n);
}

void *__memset_chk(void *to, int byte, size_t n, size_t room)
{
	if (n > room)
		abort();
	return memset(to, byte, n);
}
#endif
