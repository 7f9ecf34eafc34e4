#!/bin/sh
# SPDX-License-Identifier: MIT
# What make makes: a small static binary, the same for arm64, and it tells what is missing. The arm64
# binary runs under emulation, against the native one.
set -u
root=$PWD
here=$(basename "$O")
cd "$T" || exit 2

claim() { # claim TEXT: what the command before it proved
	if [ $? -eq 0 ]; then echo "ok - $1"; else echo "not ok - $1"; fi
}
skip() { echo "skip - $1: $2"; }
# A make of its own, not a part of one that called us.
fresh() { env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory -C "$root" "$@"; }

lean() { # lean BINARY: static and stripped
	readelf -lW "$1" >elf && ! grep INTERP elf && readelf -dW "$1" >elf && ! grep NEEDED elf &&
		readelf -SW "$1" >elf && ! grep '\.symtab\|\.debug' elf
}
small() { # small BINARY BYTES
	size=$(stat -c %s "$1")
	[ "$size" -le "$2" ] || { echo "# $1 has $size bytes" && false; }
}

case $here in
musl-gcc | *linux-musl-gcc)
	lean "$DCMSEC"
	claim "the binary needs no interpreter and no shared library, and is stripped"
	small "$DCMSEC" 899999
	claim "the binary with every applet has less than 900,000 bytes"
	readelf -hW "$DCMSEC" | grep -q 'Type:.*DYN' && readelf -lW "$DCMSEC" | grep -q GNU_RELRO &&
		! readelf -lW "$DCMSEC" | grep -q 'GNU_STACK.*RWE'
	claim "its address is random, its relocations are read-only, its stack is not executable"
	;;
*) skip "the binary is static and small" "$here is not a release build" ;;
esac

# ---- what a person asks make for

fresh help >out 2>err && [ ! -s err ] && grep -q '^make  ' out
claim "make help lists what can be made"
for target in $(sed -n 's/^make \([a-z-]*\) .*/\1/p' out); do
	fresh -n "$target" >plan 2>&1 || echo "# make $target: $(tail -1 plan)"
done >bad
[ ! -s bad ] || cat bad
[ ! -s bad ]
claim "what make help names is there"

# deps with stand-ins for Debian's programs: which packages are there is a list, and what is run is noted.
mkdir fake && for tool in sh env grep; do ln -s "$(command -v $tool)" "fake/$tool"; done
fake() { # fake NAME, the rest of a shell script on standard input
	{ echo '#!/bin/sh' && cat; } >"fake/$1" && chmod +x "fake/$1"
}
fake dpkg-query <<'END'
for package; do :; done
grep -qx "$package" "$INSTALLED" && printf 'installed'
END
fake dpkg <<'END'
echo "dpkg $*" >>"$NOTES"
case $1 in --print-architecture) echo amd64 ;; esac
END
fake apt-get <<'END'
echo "apt-get $*" >>"$NOTES"
END
fake id <<'END'
echo "$IDENTITY"
END
export INSTALLED="$T/installed" NOTES="$T/notes"
deps() { # deps IDENTITY PACKAGE...: exit code, with out, err and notes
	IDENTITY=$1
	export IDENTITY
	shift
	: >notes
	PATH="$T/fake" "$root/tests/deps.sh" "$@" >out 2>err
}

printf '%s\n' one two three >installed
deps 1000 one two three && [ ! -s out ] && [ ! -s err ] && [ ! -s notes ]
claim "make deps says and does nothing when every package is there"
deps 0 one four two five && grep -q '^Debian packages missing: four five$' out && grep -q '^apt-get update' notes &&
	grep -q '^apt-get install .* four five$' notes && ! grep -q add-architecture notes
claim "it names the packages that are missing and installs these"
deps 0 one gcc:arm64 && grep -q '^dpkg --add-architecture arm64$' notes && grep -q 'install .* gcc:arm64$' notes
claim "it asks Debian for the other architecture where a package needs it"
! deps 1000 four && grep -q 'four' out && grep -q 'root' err && ! grep -q apt-get notes
claim "without root and without sudo it names them, says what to do, and fails"
fake sudo <<'END'
echo "sudo $*" >>"$NOTES"
exec "$@"
END
deps 1000 four && [ "$(grep -c '^sudo .*apt-get' notes)" -eq 2 ] && grep -q '^apt-get install .* four$' notes
claim "with sudo it uses that"
fake apt-get <<'END'
exit 100
END
! deps 0 four
claim "when apt-get fails, it fails"
rm -f fake/sudo

# ---- arm64

cross=aarch64-linux-musl-gcc qemu=qemu-aarch64-static
what="the arm64 binary is built, runs, and talks to the native one"
case $here in
musl-gcc) ;;
*) skip "$what" "it is compared with the build in musl-gcc" && exit 0 ;;
esac
for program in $cross $qemu; do
	command -v $program >/dev/null || { skip "$what" "$program is not installed" && exit 0; }
done
[ "$(uname -m)" != aarch64 ] || { skip "$what" "this is arm64" && exit 0; }

fresh -s CC=$cross WERROR=1 all >out 2>&1 || sed 's/^/# /' out
arm=$root/build/$cross/dcmsec
[ -x "$arm" ] && readelf -hW "$arm" | grep -q AArch64 && lean "$arm"
claim "make CC=$cross builds a static, stripped binary without a warning"
small "$arm" 899999
claim "the arm64 binary with every applet has less than 900,000 bytes"
for compiler in musl-gcc $cross; do
	fresh -s CC=$compiler WERROR=1 APPLETS='send receive echo' all >out 2>&1 || sed 's/^/# /' out
	few=$root/build/$compiler-send-receive-echo/dcmsec
	lean "$few" && small "$few" 600000
	claim "with the applets that move objects alone, the binary of $compiler has at most 600,000 bytes"
done
few=$root/build/musl-gcc-send-receive-echo/dcmsec
"$few" >out && ! grep -q 'storescu\|storescp\|echoscu\|certs' out && ! "$few" storescu --help >out 2>&1
claim "what is not named is not in it, DCMTK's names included"
fresh -s WERROR=1 APPLETS='storescu receive' all >out 2>&1 || sed 's/^/# /' out
few=$root/build/musl-gcc-storescu-receive/dcmsec
"$few" >out && grep -q '^  send .*(storescu)$' out && grep -q '^  receive ' out && ! grep -q 'storescp\|echo ' out &&
	"$few" storescu --help >out && grep -q -- '--propose-lossless' out
claim "a name of DCMTK's that is named brings the applet behind it"
$qemu "$arm" --version >out && "$DCMSEC" --version | cmp -s - out && $qemu "$arm" >out && "$DCMSEC" | cmp -s - out
claim "it runs and has the same version and applets"

new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
openssl req -x509 $new -subj /CN=ca -keyout ca.key -out ca.pem 2>log &&
	openssl req -x509 $new -subj /CN=us -CA ca.pem -CAkey ca.key -addext basicConstraints=CA:FALSE \
		-keyout us.key -out us.pem 2>>log || cat log
tls="--key us.key --cert us.pem --ca ca.pem"
few=$root/build/musl-gcc-send-receive-echo/dcmsec
for profile in aes basic; do
	"$few" echo --profile $profile $tls 127.0.0.1:9 2>err
	[ $? -eq 2 ] && grep -q "none of the cipher suites of the profile $profile .* without the retired ones" err ||
		{ sed 's/^/# /' err && echo $profile; }
done >bad
[ ! -s bad ] || cat bad
[ ! -s bad ]
claim "a profile of which nothing is left says that it is not in this program"
samples=/usr/lib/python3/dist-packages/pydicom/data/test_files
[ -d $samples ] || { skip "arm64 and native exchange objects over TLS" "python3-pydicom is not installed" && exit 0; }
mkdir objects && cp $samples/CT_small.dcm $samples/image_dfl.dcm $samples/JPEG2000.dcm $samples/waveform_ecg.dcm objects

receiver=
trap '[ -z "$receiver" ] || kill $receiver 2>/dev/null' EXIT
exchange() { # exchange CLAIM SENDER RECEIVER, each a command in one word
	rm -rf in log # the log of the exchange before must not speak for this one
	: >log
	$3 receive $tls --bind 127.0.0.1 --port 0 --out in 2>log &
	receiver=$!
	tries=0
	until grep -q ' listens on ' log || [ $tries -ge 600 ] || ! kill -0 $receiver 2>/dev/null; do
		sleep 0.1
		tries=$((tries + 1))
	done
	port=$(sed -n 's/.* port \([0-9]*\),.*/\1/p' log)
	$2 echo $tls "127.0.0.1:$port" >out 2>&1 && $2 send $tls "127.0.0.1:$port" objects >>out 2>&1
	sent=$?
	kill $receiver && wait $receiver
	ended=$?
	receiver=
	[ $sent -eq 0 ] && [ $ended -eq 0 ] && [ "$(ls in | wc -l)" -eq "$(ls objects | wc -l)" ] ||
		{ sed 's/^/# /' out log && false; }
	claim "$1"
}
exchange "arm64 sends over TLS to native" "$qemu $arm" "$DCMSEC"
mv in first
exchange "native sends over TLS to arm64, and the same files arrive" "$DCMSEC" "$qemu $arm"
diff -r first in >out
claim "both wrote the same files, byte for byte"
