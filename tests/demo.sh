#!/bin/sh
# SPDX-License-Identifier: MIT
# The main job, here: a receiver, real objects sent to it over mutual TLS, and what came of it. Each
# command is shown before it runs and can be repeated by hand. usage: demo.sh DCMSEC
set -eu
cd "$(dirname "$0")/.."
dcmsec=${1:-./dcmsec}
[ dcmsec -ef "$dcmsec" ] && dcmsec=./dcmsec
from=/usr/lib/python3/dist-packages/pydicom/data/test_files
receiver=
bold= normal=
[ -t 1 ] && bold=$(printf '\033[1m') normal=$(printf '\033[0m')

say() { printf '\n%s\n' "$*"; }
show() { printf '%s$ %s%s\n' "$bold" "$*" "$normal"; }
run() {
	show "$*"
	eval "$*"
}
give_up() {
	echo "demo: $*" >&2
	exit 1
}
end_receiver() {
	[ -z "$receiver" ] || kill "$receiver" 2>/dev/null || :
	[ -z "$receiver" ] || wait "$receiver" || :
	receiver=
}
trap end_receiver EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

[ -d "$from" ] || give_up "there are no sample objects in $from: apt-get install python3-pydicom"

say "1. Keys and certificates: an authority, and what it signs for each side."
run 'rm -rf demo && mkdir -p demo/outbox' || give_up "the folder demo belongs to somebody else: remove it"
run "new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30'"
run "sign='-CA demo/ca.pem -CAkey demo/ca.key -addext basicConstraints=CA:FALSE'"
{
	run 'openssl req -x509 $new -subj "/O=Demo/CN=Demo CA" -keyout demo/ca.key -out demo/ca.pem'
	for who in archive scanner; do
		run "openssl req -x509 \$new \$sign -subj /O=Demo/CN=$who -keyout demo/$who.key -out demo/$who.pem"
	done
} 2>demo/openssl.log || give_up "openssl: $(cat demo/openssl.log)"

say "2. Real objects: images of several kinds, compressed and not, a report, an electrocardiogram."
run "samples=$from"
run 'cp -r $samples/dicomdirtests/[79]* demo/outbox'
run 'cp $samples/CT_small.dcm $samples/MR_small_RLE.dcm $samples/JPEG2000.dcm demo/outbox'
run 'cp $samples/SC_rgb_jpeg_gdcm.dcm $samples/ExplVR_BigEnd.dcm $samples/image_dfl.dcm demo/outbox'
run 'cp $samples/test-SR.dcm $samples/waveform_ecg.dcm demo/outbox'

# The usual port where it is free, otherwise another one: the receiver says which.
start_receiver() {
	: >demo/receive.log
	"$dcmsec" receive --key demo/archive.key --cert demo/archive.pem --ca demo/ca.pem --bind 127.0.0.1 \
		--port "$1" -v --out demo/inbox --name '{PatientID}/{StudyInstanceUID}/{SOPInstanceUID}.dcm' \
		2>demo/receive.log &
	receiver=$!
	until grep -q ' listens on ' demo/receive.log; do
		kill -0 "$receiver" 2>/dev/null || {
			wait "$receiver" || :
			receiver=
			return 1
		}
		sleep 0.05
	done
	port=$(sed -n 's/.* listens on .* port \([0-9]*\).*/\1/p' demo/receive.log)
}
say "3. The receiver, in the background. It asks every peer for a certificate."
start_receiver 2762 || start_receiver 0 || give_up "the receiver does not start: $(cat demo/receive.log)"
show "$dcmsec receive --key demo/archive.key --cert demo/archive.pem --ca demo/ca.pem --bind 127.0.0.1 \\
    --port $port -v --out demo/inbox --name '{PatientID}/{StudyInstanceUID}/{SOPInstanceUID}.dcm' \\
    2>demo/receive.log &"
grep ' listens on ' demo/receive.log

say "4. The sender: does the receiver answer? Then everything in demo/outbox."
tls="--key demo/scanner.key --cert demo/scanner.pem --ca demo/ca.pem"
run "$dcmsec echo $tls 127.0.0.1:$port" 2>&1
run "$dcmsec send $tls -v 127.0.0.1:$port demo/outbox 2>demo/send.log" || give_up "$(cat demo/send.log)"
tail -n 1 demo/send.log

say "5. What was agreed, and what travelled (how many objects, which kind, which transfer syntax)."
run "grep -h 'secure link' demo/send.log"
run "sed -n 's/.*: stored (\\(.*\\))\$/\\1/p' demo/send.log | sort | uniq -c"

say "6. The receiver ends, and the objects are in demo/inbox."
show 'kill %1'
end_receiver
tail -n 1 demo/receive.log
run "find demo/inbox -name '*.dcm' | sort | head -n 3"
sent=$(find demo/outbox -type f | wc -l)
got=$(find demo/inbox -type f | wc -l)
[ "$sent" -eq "$got" ] || give_up "$sent objects were sent, and $got are there"
say "$sent objects sent, $got in demo/inbox. Keys, certificates and both logs are in demo/ too."
