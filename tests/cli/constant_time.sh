#!/bin/sh
# SPDX-License-Identifier: MIT
# Nothing in our TLS engine branches or indexes on keys, shared secrets, nonces or MACs: whole handshakes
# under valgrind with all of these marked as undefined. tests/lib/constant_time.supp lists the exceptions.
set -u
tool=$O/tests/tools/constant_time
what="no branch or index depends on a secret"

skip() { echo "skip - $what: $1" && exit 0; }
case $(basename "$O") in
*san* | *coverage*) skip "valgrind and the sanitizers do not go together" ;;
*aarch64*) skip "valgrind does not run what another processor runs" ;;
esac
command -v valgrind >/dev/null || skip "valgrind is not installed: make deps"

under() { # under RUN: 0 nothing found, 9 something found
	valgrind -q --error-exitcode=9 --suppressions=tests/lib/constant_time.supp "$tool" "$1" >"$T/$1" 2>&1
}
claim() { # claim TEXT RUN: what the command before it proved
	if [ $? -eq 0 ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		sed -n '/^==/{s/^==[0-9]*==/#/;p;}' "$T/$2" | head -12
	fi
}

under watched || skip "it was built without valgrind's header, or valgrind cannot run it"
under leak
[ $? -eq 9 ] && grep -q 'Conditional jump' "$T/leak" && grep -q 'Use of uninit' "$T/leak"
claim "a branch and an index that depend on a secret are found" leak
under compare
claim "comparing secrets takes no branch" compare
for run in x25519-gcm-rsa p256-gcm384-ec p384-chacha-ec384 x25519-ccm-ec tls12-gcm-rsa tls12-chacha-ec; do
	under $run
	claim "$run: $what of both sides of a connection, nor of one that resumes it" $run
done
