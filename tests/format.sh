#!/bin/sh
# SPDX-License-Identifier: MIT
# The style is clang-format's matter; generated tables are left out.
command -v clang-format >/dev/null || {
	echo "skip - the sources are formatted: no clang-format"
	exit 0
}
bad=$(find dcmsec.c lib applets tests -name '*.[ch]' ! -name '*_table.[ch]' -print0 |
	xargs -0 -I{} sh -c 'clang-format "$1" | cmp -s - "$1" || echo "# $1"' _ {})
if [ -z "$bad" ]; then
	echo "ok - the sources are formatted as .clang-format says"
else
	echo "not ok - the sources are formatted as .clang-format says (make format mends it)"
	echo "$bad"
fi
