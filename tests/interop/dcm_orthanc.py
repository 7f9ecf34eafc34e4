# SPDX-License-Identifier: MIT
"""Against Orthanc in both directions, plain and over DICOM TLS: what it keeps, fetched through its REST
interface, and what it sends on, have the elements of what was sent."""
import json
import os
import shutil
import urllib.error
import urllib.request

import pydicom

from dcmtk import PALETTES, UN_UIDS, differences
from harness import DCMSEC, WAIT, Authority, Server, T, claim, free_port, listening, run, skip
from peers import PLAIN, Receiver, distinct, sample_objects, secure, send

ORTHANC = shutil.which("Orthanc", path=os.environ.get("PATH", "") + ":/usr/sbin")
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Orthanc(Server):
    """An archive of its own, empty at the start."""

    def __init__(self, name, tls=None):
        folder = T / name
        folder.mkdir()
        self.http, dicom = free_port(), free_port()
        config = {"Name": name, "StorageDirectory": str(folder / "db"), "IndexDirectory": str(folder / "db"),
                  "HttpPort": self.http, "DicomPort": dicom, "DicomAet": "ORTHANC", "RemoteAccessAllowed": False,
                  "AuthenticationEnabled": False, "HttpServerEnabled": True, "Plugins": [], "SaveJobs": False,
                  "DicomCheckCalledAet": True, "OverwriteInstances": False, "DicomModalities": {}}
        if tls:
            (key, certificate), authority = tls
            config.update({"DicomTlsEnabled": True, "DicomTlsCertificate": str(certificate),
                           "DicomTlsPrivateKey": str(key), "DicomTlsTrustedCertificates": str(authority.path),
                           "DicomTlsRemoteCertificateRequired": True})
        path = folder / "orthanc.json"
        path.write_text(json.dumps(config))
        super().__init__(ORTHANC, path, port=dicom, cwd=folder)
        self.up = self.up and listening(self.http, process=self.process)

    def ask(self, path, data=None, method=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}{path}", method=method,
                                         data=None if data is None else json.dumps(data).encode())
        with HTTP.open(request, timeout=WAIT) as answer:
            return answer.read()

    def instances(self):
        """Its identifiers by SOP Instance UID."""
        return {i["MainDicomTags"]["SOPInstanceUID"]: i["ID"] for i in json.loads(self.ask("/instances?expand"))}


def into(orthanc, objects, how, link):
    r = send(orthanc.port, *(o.path for o in objects), link=link, options=("--called", "ORTHANC"))
    kept, wrong, refused = orthanc.instances(), [], 0
    for o in objects:
        event = r.told.get(str(o.path), {})
        if event.get("status") == "0000":
            if o.instance not in kept:
                wrong.append(f"{o.name}: acknowledged, but not there")
                continue
            fetched = T / "fetched.dcm"
            fetched.write_bytes(orthanc.ask(f"/instances/{kept[o.instance]}/file"))
            wrong += differences(o, fetched)
        elif o.sop_class == PALETTES and "SOP class not supported" in event.get("reason", ""):
            refused += 1
        elif o.path.name in UN_UIDS and event.get("result") == "failed":
            refused += 1
        else:
            wrong.append(f"{o.name}: {event}")
    claim(f"send to Orthanc {how}: {len(objects) - refused} of {len(objects)} are kept with the same elements, "
          "the others refused with a reason", not wrong and len(kept) > 110, "\n".join(wrong))


def back(orthanc, objects, how, link, use_tls):
    """Orthanc sends all that it has to us."""
    by_uid, kept = {o.instance: o for o in objects}, orthanc.instances()
    out = T / ("back-" + how.replace(" ", "-"))
    with Receiver(out, "--no-sync", link=link) as receiver:
        orthanc.ask("/modalities/ours", {"AET": "DCMSEC", "Host": "127.0.0.1", "Port": receiver.port,
                                         "UseDicomTls": use_tls}, "PUT")
        try:
            answer = json.loads(orthanc.ask("/modalities/ours/store", sorted(kept.values()), "POST"))
        except urllib.error.HTTPError as e:
            answer = {"HTTP": e.code, "text": e.read()[:300]}
        receiver.stop()
        told = receiver.events("object")
    wrong = [str(e) for e in told if e["status"] != "0000"]
    for event in told:
        o = by_uid.get(event["sop_instance"])
        wrong += [f"unknown: {event}"] if o is None else differences(o, out / event["file"])
    missing = kept.keys() - {e["sop_instance"] for e in told}
    claim(f"Orthanc {how} to receive: its {len(kept)} instances arrive with the same elements",
          not wrong and not missing and answer.get("FailedInstancesCount") == 0,
          "\n".join(wrong) + f"\nmissing {missing}\n{answer}\n{receiver.text()[-600:]}")


def trouble(orthanc, link):
    r = send(orthanc.port, sample_objects()[0].path, link=link, options=("--called", "SOMEBODY"))
    claim("Orthanc rejects a wrong called AE title, and send says so and ends with 6",
          r.returncode == 6 and "called AE title" in r.stderr, r.stderr)
    r = run(DCMSEC, "echo", *link, "--called", "ORTHANC", f"127.0.0.1:{orthanc.port}")
    claim("Orthanc answers echo", r.returncode == 0, r.out)


def main():
    objects = distinct(sample_objects())
    with Orthanc("plain") as orthanc:
        if not orthanc.up:
            return claim("Orthanc starts", False, orthanc.text()[-2000:])
        into(orthanc, objects, "plain", PLAIN)
        back(orthanc, objects, "plain", PLAIN, False)
        trouble(orthanc, PLAIN)
    authority = Authority(T / "pki", key="rsa")
    client, server = authority.node("client", key="rsa"), authority.node("orthanc", key="rsa")
    with Orthanc("tls", (server, authority)) as orthanc:
        into(orthanc, objects, "over TLS", secure(client, authority))
        back(orthanc, objects, "over TLS", secure(client, authority), True)
        r = send(orthanc.port, objects[0].path, link=("--no-client-cert", "--ca", authority.path),
                 options=("--called", "ORTHANC"))
        claim("Orthanc turns an anonymous client away, and send says that a certificate is missing",
              r.returncode == 5 and "certificate" in r.stderr, f"{r.returncode} {r.stderr}")


if ORTHANC:
    main()
else:
    skip("Orthanc in both directions, plain and over TLS", "Orthanc is not installed")
