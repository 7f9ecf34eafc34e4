/* SPDX-License-Identifier: MIT */
/* Where the static program begins. Its tables of pointers are relocated by packed entries (DT_RELR of
 * the generic ELF ABI), which take a thirtieth of the room of plain ones, and which the start file of
 * musl 1.2.3 does not know: they are applied here, before it runs. A linker that cannot pack them, as
 * that for arm64, leaves nothing to do. Nothing in this file may need a relocation itself. */
#include <elf.h>
#include <link.h>
#include <stddef.h>

#ifdef __GLIBC__
typedef int start_is_its_own; /* ISO C wants a translation unit not to be empty */
#else

#ifndef DT_RELR
#define DT_RELRSZ 35
#define DT_RELR 36
#endif

extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));
extern const ElfW(Dyn) _DYNAMIC[] __attribute__((visibility("hidden")));

/* An even entry is an address to relocate; an odd one is a bitmap of the words that follow. */
void start_relocate(void);
void start_relocate(void)
{
	const size_t base = (size_t)&__ehdr_start;
	const size_t *entry = NULL;
	size_t n = 0;
	for (const ElfW(Dyn) *d = _DYNAMIC; d->d_tag; d++) {
		if (d->d_tag == DT_RELR)
			entry = (const size_t *)(base + d->d_un.d_ptr);
		if (d->d_tag == DT_RELRSZ)
			n = d->d_un.d_val / sizeof *entry;
	}
	for (size_t *where = NULL; n; n--, entry++) {
		if (*entry & 1) {
			for (size_t bit = 1; bit < 8 * sizeof *entry; bit++)
				if (*entry >> bit & 1)
					where[bit - 1] += base;
			where += 8 * sizeof *entry - 1;
		} else {
			where = (size_t *)(base + *entry);
			*where++ += base;
		}
	}
}

#if defined __x86_64__
__asm__(".globl start_packed\nstart_packed:\n"
	"	mov %rsp, %rbx\n	and $-16, %rsp\n	call start_relocate\n	mov %rbx, "
	"%rsp\n"
	"	jmp _start\n");
#elif defined __aarch64__
__asm__(".globl start_packed\nstart_packed:\n"
	"	bl start_relocate\n	mov x29, #0\n	mov x30, #0\n	b _start\n");
#endif
#endif
