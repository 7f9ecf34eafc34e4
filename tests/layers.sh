#!/bin/sh
# SPDX-License-Identifier: MIT
# The architecture as a test: who includes whom (from the compiler's .d files), who knows BearSSL and
# zlib, which objects could make a system call, allocate or keep state (from nm and objdump), and that
# headers stand alone. The table is docs/ARCHITECTURE.md's.
set -u
O=${O:-build/musl-gcc}
variant=$(basename "$O")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# verdict CLAIM: ok when the list of offences on standard input is empty.
verdict() {
	sort -u >"$work/offences"
	if [ -s "$work/offences" ]; then
		echo "not ok - $1"
		sed 's/^/# /' "$work/offences"
	else
		echo "ok - $1"
	fi
}

allowed() {
	case $1 in
	base) echo base ;;
	dicom) echo base dicom ;;
	rand) echo base rand ;;
	pki) echo base pki ;;
	tls) echo base rand pki tls ;;
	io) echo base dicom rand pki tls io ;;
	cli) echo base cli ;;
	app) echo base dicom rand pki tls io cli app ;; # what several applets share
	applets) echo base dicom rand pki tls io cli app ;;
	.) echo cli ;; # dcmsec.c; cli brings base
	esac
}

# The layer of a source, and of each header it sees, one pair a line.
for d in "$O"/lib/*/*.d "$O"/applets/*.d "$O/dcmsec.d"; do
	[ -e "$d" ] || continue
	source=${d#"$O/"} source=${source%.d}.c
	[ -e "$source" ] || continue # left over from a source that is gone
	case $source in
	lib/*) layer=${source#lib/} layer=${layer%%/*} ;;
	applets/*) layer=applets ;;
	*) layer=. ;;
	esac
	sed 's/[ \\]\+/\n/g; s/:$//' "$d" | grep '^lib/.*\.h$' | sort -u | while read -r header; do
		their=${header#lib/}
		echo "$source $layer ${their%%/*} $header"
	done
done >"$work/includes"
if [ -s "$work/includes" ]; then
	while read -r source layer their header; do
		case " $(allowed "$layer") " in
		*" $their "*) ;;
		*) [ "$layer $their" = ". base" ] || echo "$source sees $header" ;;
		esac
	done <"$work/includes" | verdict "each layer sees only the layers it may use"
else
	echo "not ok - each layer sees only the layers it may use"
	echo "# no .d files below $O"
fi

# A connection's header may carry a TLS engine, so what counts here is who names BearSSL himself.
sources=$(find dcmsec.c lib applets -name '*.[ch]' 2>/dev/null)
crypto='^lib/\(rand\|pki\|tls\)/'
grep -n '#include *[<"]bearssl' $sources | grep -v "$crypto" |
	verdict "only rand, pki and tls include BearSSL"
grep -nw 'br_[a-z0-9_]*' $sources | grep -v "$crypto" | verdict "only rand, pki and tls name BearSSL's functions and types"
grep -n '#include *[<"]zlib' $sources | grep -v '^lib/dicom/deflate\.c:' |
	verdict "only dicom/deflate.c includes zlib"
grep -n '#include *"' $sources | grep -v '"\([a-z0-9]*/[a-z0-9_]*\|applets\)\.h"' |
	verdict "our headers are included by layer and name"

# A module of several files has one header, and their names begin with its: legacy.h for legacy_auth.c.
for c in lib/*/*.c; do
	stem=${c%.c}
	while [ ! -e "$stem.h" ] && [ "${stem##*/}" ]; do stem=${stem%?}; done
	case $c in
	lib/base/fortify.c | lib/base/lean.c | lib/base/printf.c | lib/base/start.c) continue ;; # what the linker calls, nobody includes
	esac
	[ "${stem##*/}" ] || echo "$c has no header"
done | verdict "each source of the library belongs to a header beside it, by name"

cc=$(command -v musl-gcc || command -v gcc || command -v clang)
for h in lib/*/*.h; do
	case $h in *_table.h) continue ;; esac # rows, for the one source that includes them
	printf '#include "%s"\n#include "%s"\n' "${h#lib/}" "${h#lib/}" >"$work/alone.c"
	"$cc" -std=c11 -fsyntax-only -Wall -Werror -Ilib -isystem /usr/include/bearssl -D_POSIX_C_SOURCE=200809L \
		"$work/alone.c" 2>"$work/why" || echo "$h: $(grep -m 1 error "$work/why")"
done | verdict "each header compiles alone, and twice"

# ---- objects: only this build's are read, and only musl's have the plain symbol names

case $variant in
*-san* | *-coverage* | clang* | gcc*)
	echo "skip - the library makes no system calls: the $variant build has other symbols than musl's"
	exit 0
	;;
*musl*) ;;
*)
	echo "skip - the library makes no system calls: no musl build in $O"
	exit 0
	;;
esac
objects=$(for c in lib/*/*.c applets/*.c; do
	# One wants what the linker gives the first instruction; the other stands in for libc's own.
	case $c in lib/base/start.c | lib/base/printf.c) continue ;; esac
	[ -e "$O/${c%.c}.o" ] && echo "$O/${c%.c}.o"
done)

# "OBJECT SYMBOL" for each symbol that an object wants.
nm -u -A $objects 2>/dev/null | sed "s|^$O/||; s|: *U | |; s|: *w | |" >"$work/wanted"
nm --defined-only -g $objects 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u >"$work/ours"
grep ' br_' "$work/wanted" | grep -v "$crypto" | verdict "only objects of rand, pki and tls want BearSSL"

# What the pure layers may ask of libc: memory, text, order and arithmetic, nothing that reaches the kernel.
cat >"$work/pure" <<'END'
_GLOBAL_OFFSET_TABLE_
__assert_fail
__stack_chk_fail
abort
bsearch
ceil
exp2
fmax
fmin
isalnum
isalpha
isblank
iscntrl
isdigit
isgraph
islower
isprint
ispunct
isspace
isupper
isxdigit
log2
memchr
memcmp
memcpy
memmove
memset
qsort
snprintf
sqrt
strcasecmp
strcat
strchr
strcmp
strcpy
strcspn
strlen
strncat
strncmp
strncpy
strnlen
strpbrk
strrchr
strspn
strstr
vsnprintf
END
sort -u "$work/pure" "$work/ours" >"$work/known"
grep -v '^lib/\(io\|cli\|app\)/\|^applets/' "$work/wanted" | grep -v ' br_' |
	grep -v '^lib/dicom/deflate\.o \(deflate\|inflate\)' | while read -r object symbol; do
	case $symbol in
	malloc | calloc | realloc | free)
		grep -q '_new(' "${object%.o}.h" || echo "$object allocates ($symbol), and its header has no _new"
		;;
	*) grep -qxF "$symbol" "$work/known" || echo "$object wants $symbol" ;;
	esac
done | verdict "base, dicom, rand, pki and tls make no system calls and allocate only in _new"

# What may change is the signal flag and what its handlers need: one file of io.
for object in $objects; do
	objdump -t "$object" | awk -v object="${object#"$O/"}" '
		/ \.(bss|data|tbss|tdata)(\.|\t)/ && !/\.data\.rel\.ro/ && / O / { print object, $NF }'
done >"$work/state"
{
	grep -v '^lib/io/' "$work/state"
	[ "$(grep '^lib/io/' "$work/state" | cut -d' ' -f1 | sort -u | wc -l)" -le 1 ] || grep '^lib/io/' "$work/state"
} | verdict "no object keeps state in a variable, but for the one of io that handles signals"
