#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs every test of a build, two at a time, and counts. usage: run.sh BUILD-FOLDER [PATTERN]
#
# A test is a program that prints, for each claim it checks, one line "ok - CLAIM", "not ok - CLAIM"
# or "skip - CLAIM: WHY", with lines that begin with # as remarks. It finds in its environment: O (the
# build's folder), DCMSEC (the binary), T (an empty folder of its own), PYTHON. One that ends badly
# without saying "not ok", that checks nothing, or that runs over TEST_SECONDS, counts as failed.
set -u
O=$(cd "$1" && pwd) || exit 2
pattern=${2:-.}
cd "$(dirname "$0")/.." || exit 2
logs=$O/test-logs
rm -rf "$logs"
mkdir -p "$logs"
export O logs
export DCMSEC="$O/dcmsec" PYTHON=${PYTHON:-/usr/bin/python3}
export TEST_SECONDS="${TEST_SECONDS:-900}" PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$PWD/tests/lib"
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0:exitcode=99}"
export UBSAN_OPTIONS=print_stacktrace=1

{
	ls tests/layers.sh tests/format.sh 2>/dev/null
	for unit in tests/unit/*.c; do [ -e "$unit" ] && echo "$O/${unit%.c}"; done
	for fuzz in tests/fuzz/*.c; do [ -e "$fuzz" ] && echo "replay ${fuzz%.c}"; done
	ls tests/cli/*.sh tests/cli/*.py tests/interop/*.sh tests/interop/*.py tests/interop/*/*.py 2>/dev/null
} | grep -v '/lib\.\(sh\|py\)$' | grep -E -- "$pattern" >"$logs/list"

# One test: its output goes to a log, its verdict lines are completed where it cannot give them.
cat >"$logs/one" <<'END'
#!/bin/sh
set -u
what=$*
name=$(printf '%s' "${what#"$O/"}" | tr '/ ' '__')
log=$logs/$name.log
T=$(mktemp -d) && export T
case $what in
replay*)
	target=${what#replay tests/fuzz/}
	set -- "$O/tests/fuzz/$target" "tests/corpus/$target"
	;;
*.py) set -- "$PYTHON" "$what" ;;
*.sh) set -- sh "$what" ;;
*) set -- "$what" ;;
esac
timeout -k 10 "$TEST_SECONDS" "$@" >"$log" 2>&1 </dev/null
code=$?
case $what in
replay*) [ $code -eq 0 ] && sed -i "s/^\([0-9]* inputs\)$/ok - fuzz corpus $target: \1 leave no report/" "$log" ;;
esac
grep -q '^not ok - ' "$log" || {
	[ $code -eq 0 ] || printf 'not ok - %s ended with exit code %d\n' "$name" $code >>"$log"
	grep -Eq '^(ok|skip|not ok) - ' "$log" || printf 'not ok - %s checked nothing\n' "$name" >>"$log"
}
if grep -q '^not ok - ' "$log"; then
	echo "FAILED $name"
	awk '/^(ok|skip) - /{bad = 0} /^not ok - /{bad = 1} bad || !/^(ok|skip|#)/' "$log" | tail -n 60 | sed 's/^/    /'
else
	echo "passed $name ($(grep -c '^ok - ' "$log"))"
fi
grep '^skip - ' "$log" | sed 's/^skip - /SKIPPED /'
rm -rf "$T"
END
chmod +x "$logs/one"
xargs -d '\n' -P "${JOBS:-2}" -I{} "$logs/one" {} <"$logs/list"

count() { cat "$logs"/*.log 2>/dev/null | grep -c "^$1 - "; }
passed=$(count ok) failed=$(count 'not ok') skipped=$(count skip)
if [ "$failed" -gt 0 ]; then
	echo "failed claims:"
	grep '^not ok - ' "$logs"/*.log | sed "s|^$logs/||; s|\.log:not ok - |: |; s/^/    /"
fi
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
