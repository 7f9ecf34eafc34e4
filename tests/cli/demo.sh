#!/bin/sh
# SPDX-License-Identifier: MIT
# The demonstration, in a folder of its own: it does what it says, ends by itself, twice, as anybody, with
# its port taken; and what it shows can be repeated word by word.
set -u
mkdir -p "$T/here/tests" && cp tests/demo.sh "$T/here/tests/" && cp "$DCMSEC" "$T/here/dcmsec" || exit 2
cd "$T/here" || exit 2
exec 9>"${logs:-$T}/port-2762.lock" && flock 9 # certs_guide.py may have to take that port as well
other=
trap '[ -z "$other" ] || kill "$other"' EXIT

if [ ! -d /usr/lib/python3/dist-packages/pydicom/data/test_files ]; then
	echo "skip - the demonstration works: python3-pydicom is not installed"
	exit 0
fi

claim() { # claim TEXT: what the command before it proved
	if [ $? -eq 0 ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		sed 's/^/# /' out err
	fi
}
running() { # a process runs the binary in this folder
	for exe in /proc/[0-9]*/exe; do
		[ "$(readlink "$exe")" != "$T/here/dcmsec" ] || return 0
	done
	return 1
}
gone() { # no process does any more, or soon
	tries=0
	while running; do
		[ $tries -lt 600 ] || return 1
		sleep 0.1
		tries=$((tries + 1))
	done
}
port() { sed -n 's/.* listens on .* port \([0-9]*\),.*/\1/p' out; }

tests/demo.sh ./dcmsec >out 2>err </dev/null && [ ! -s err ]
claim "the demonstration ends with exit code 0 and no complaint"
grep -q 'secure link with 127.0.0.1:[0-9]*: TLSv1\.[0-9], TLS_' out &&
	grep -q '^ *[0-9]* CT Image Storage, Explicit VR Little Endian$' out &&
	grep -q '^[0-9]* objects sent, [0-9]* in demo/inbox' out
claim "it shows the suite, what travelled and where it is"
[ "$(find demo/inbox -name '*.dcm' | wc -l)" -ge 24 ] && ! find demo/inbox -name '*.part' | grep -q .
claim "a few dozen objects lie where it says"
gone
claim "it leaves no process behind"
tests/demo.sh ./dcmsec >out 2>err </dev/null && [ ! -s err ]
claim "it works a second time"

# The commands are the lines that begin with a dollar sign, and what continues them.
{
	echo 'set -m'
	sed -n -e '/^\$ /,/[^\\]$/s/^\$ //p' -e '/^    --/p' -e '/^    2>/p' out |
		sed 's/^\(    2>demo.receive.log &\)$/\1\nuntil grep -q listens demo\/receive.log; do sleep 0.1; done/'
	echo 'wait'
} >repeat.sh
rm -rf demo
timeout 300 bash -e repeat.sh >again 2>err </dev/null
code=$?
[ $code -eq 0 ] && [ "$(grep -c . repeat.sh)" -gt 15 ] &&
	[ "$(find demo/inbox -name '*.dcm' | wc -l)" -eq "$(find demo/outbox -type f | wc -l)" ]
claim "the commands on the screen can be repeated word by word"
gone
claim "and they end what they began"

# Whoever has the port, we or somebody else: it is taken while the demonstration runs.
./dcmsec receive --plain --bind 127.0.0.1 --port 2762 --out taken 2>holder &
other=$!
tries=0
until grep -q 'listens on' holder || [ $tries -ge 600 ] || ! kill -0 $other 2>/dev/null; do
	sleep 0.1
	tries=$((tries + 1))
done
tests/demo.sh ./dcmsec >out 2>err </dev/null && [ ! -s err ] && [ "$(port)" != 2762 ] && [ "$(port)" -gt 0 ]
claim "it takes another port where the usual one is taken, and says which"
kill "$other" 2>/dev/null && wait "$other"
other=

if [ "$(id -u)" -eq 0 ]; then
	chmod 711 "$T" && rm -rf demo && chown -R 65534:65534 "$T/here" &&
		setpriv --reuid 65534 --regid 65534 --clear-groups tests/demo.sh ./dcmsec >out 2>err </dev/null &&
		[ ! -s err ] && [ "$(stat -c %u demo/inbox)" = 65534 ]
	claim "it works for a user without rights"
fi
