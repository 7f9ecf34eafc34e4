#!/bin/sh
# SPDX-License-Identifier: MIT
# What somebody meets who has just copied the binary: lists, help, versions, links, slips of the pen.
# It asks the binary which applets it has, so that it holds for all of them.
set -u
cd "$T" || exit 2

claim() { # claim TEXT: what the command before it proved
	if [ $? -eq 0 ]; then echo "ok - $1"; else echo "not ok - $1"; fi
}
# runs CODE COMMAND...: standard output and error in files out and err
runs() {
	want=$1
	shift
	"$@" >out 2>err
	got=$?
	[ "$got" -eq "$want" ] || { echo "# $*: exit code $got, not $want" && sed 's/^/#   /' out err && return 1; }
}
lines() { awk 'END { print NR }' "$1"; }

runs 0 "$DCMSEC" && [ ! -s err ] && sed -n '/^Applets:/,/^$/p' out | grep '^  [a-z]' >list && [ -s list ]
claim "dcmsec alone lists its applets"
applets=$(awk '{ print $1 }' list)
aliases=$(sed -n 's/.*(\([a-z0-9]*\))$/\1/p' list)
cp out alone
runs 0 "$DCMSEC" --help && cmp -s out alone && runs 0 "$DCMSEC" help && cmp -s out alone
claim "--help and help show the same"
[ "$(printf '%s\n' "$applets" | sort -u | wc -l)" -eq "$(lines list)" ]
claim "each applet has one line"
runs 0 "$DCMSEC" --version && [ "$(lines out)" -eq 3 ] && ! grep -q unknown out &&
	grep -q '^dcmsec [0-9.]*$' out && grep -q '^BearSSL [0-9.]*$' out && grep -q '^zlib [0-9.]*$' out
claim "--version names dcmsec, BearSSL and zlib"

for a in $applets $aliases; do
	runs 0 "$DCMSEC" "$a" --help && [ ! -s err ] && cp out help && head -1 help | grep -q "^Usage: " &&
		! grep -q '.\{81\}' help && runs 0 "$DCMSEC" help "$a" && cmp -s out help &&
		runs 0 "$DCMSEC" "$a" --version || echo "$a"
done >bad
[ ! -s bad ] || sed 's/^/# /' bad
[ ! -s bad ]
claim "each applet and each DCMTK name has help, 80 columns wide, and a version"
for a in $applets; do
	runs 2 "$DCMSEC" "$a" --hlep && grep -q 'did you mean --help?' err && [ "$(lines err)" -eq 1 ] &&
		[ ! -s out ] || echo "$a"
done >bad
! [ -s bad ]
claim "an unknown option names the closest one, in one line, exit code 2"
for a in $aliases; do
	runs 1 "$DCMSEC" "$a" --hlep && grep -q '^error: Unknown option --hlep; did you mean --help?' err || echo "$a"
done >bad
! [ -s bad ]
claim "under a DCMTK name the same has DCMTK's words and exit code 1"
first=$(printf '%s\n' "$applets" | grep -vx echo | head -1)
runs 2 "$DCMSEC" "${first}x" && grep -q "^dcmsec: unknown applet \"${first}x\"; did you mean $first? Try 'dcmsec --help'" err
claim "an unknown applet names the closest one"
runs 2 "$DCMSEC" zzzzzzzzz && ! grep -q 'did you mean' err && runs 2 "$DCMSEC" "" && runs 2 "$DCMSEC" --nothing
claim "what resembles nothing gets no suggestion"
[ ! -e /dev/full ] || { "$DCMSEC" --help >/dev/full 2>err; [ $? -eq 8 ]; }
claim "help that cannot be written is an error"

# ---- links

mkdir links && runs 0 "$DCMSEC" --install links && [ ! -s err ] &&
	for a in $applets $aliases; do [ "$a" = echo ] || [ -L "links/$a" ] || exit 1; done
claim "--install makes a link for each applet and each DCMTK name"
! [ -e links/echo ]
claim "--install does not hide the standard echo"
[ "$(readlink "links/$first")" = "$(readlink -f "$DCMSEC")" ]
claim "the links hold the binary's absolute path"
for a in $applets $aliases; do
	[ -e "links/$a" ] || continue
	"$DCMSEC" "$a" --help >want && "links/$a" --help >got && cmp -s want got || echo "$a"
done >bad
! [ -s bad ]
claim "called through its link each applet is itself"
ls -l links >before && runs 0 "$DCMSEC" --install links && ls -l links | cmp -s - before && [ "$(lines out)" -le 2 ]
claim "a second --install changes nothing"
mkdir kept && echo mine >"kept/$first" && runs 1 "$DCMSEC" --install=kept && [ "$(cat "kept/$first")" = mine ] &&
	grep -q "kept/$first exists and is something else; left as it is" err
claim "--install leaves what is there alone, says so, exit code 1"
mkdir dangling && ln -s /nowhere "dangling/$first" && runs 1 "$DCMSEC" --install dangling &&
	[ "$(readlink "dangling/$first")" = /nowhere ]
claim "a link to somewhere else is left alone as well"
runs 8 "$DCMSEC" --install "$T/missing" && grep -q 'No such file' err && : >file && runs 8 "$DCMSEC" --install file &&
	grep -q 'Not a directory' err
claim "--install into what is no folder says so, exit code 8"
runs 2 "$DCMSEC" --install && grep -q 'it takes DIR' err
claim "--install without a folder is a wrong call"
mkdir home && cp "$DCMSEC" home/dcmsec && runs 0 home/dcmsec --install home && mv home moved &&
	[ "$(readlink "moved/$first")" = dcmsec ] && "moved/$first" --help >out
claim "links beside the binary are relative, so the folder can be moved"
