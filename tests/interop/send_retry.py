# SPDX-License-Identifier: MIT
"""A sender with several associations and peers that reject, refuse, cut and come back: what is tried again,
what is not, and that nothing with an answer is sent twice."""
import threading
import time

from harness import T, WAIT, Authority, Server, claim, free_port, need
from outbox import Archive, instance, instances, make_objects
from peers import Receiver, secure, send
from rawpeer import ABORT, ASSOCIATE_RJ, pdu

QUICK = ("--retry-wait", "20ms")
TIMERS = ("--associate-timeout", "20s", "--dimse-timeout", "20s", "--artim", "2s", "--connect-timeout", "20s")


def abort(wire):
    wire.put(pdu(ABORT, bytes(4)))


def reject(wire, result, source, reason):
    wire.put(pdu(ASSOCIATE_RJ, bytes([0, result, source, reason])))


def tally(r, stored, failed=0):
    s = r.events[-1]
    return s["event"] == "summary" and s["stored"] == stored and s["failed"] + s["unsent"] == failed


def said_once(archive):
    """No object that was stored was given again."""
    return all(0 not in answers[:-1] for answers in archive.said.values())


def cuts(folder, wanted):
    for what, end in (("closed", lambda w: w.close()), ("reset", lambda w: w.reset()), ("aborted", abort)):
        def act(archive, wire, connection, k):
            if k == 3 and connection < 4:
                end(wire)
                return None
            return 0
        with Archive(act) as peer:
            r = send(peer.port, folder, options=(*QUICK, *TIMERS, "--retry", "3"))
            claim(f"every third object {what} on: with --retry all are stored", r.returncode == 0
                  and tally(r, len(wanted)) and set(peer.said) == wanted, r.out)
            claim(f"... {what}: none that had its answer is sent again", said_once(peer), peer.said)
            retries = [e for e in r.events if e["event"] == "retry" or "retried" in e]
            claim(f"... {what}: three objects were begun again, which is counted",
                  r.events[-1]["retried"] == 3 and len(peer.given) == len(wanted) + 3, retries)


def at_each_stage(folder, wanted):
    """Cut before and within the association, and before the release is answered."""
    def cut(when):
        def act(archive, wire, connection, k):
            if connection == 1 and k == when:
                return None
            return 0
        return act
    for when, what in ((0, "the association"), (1, "the first answer"), (5, "the last answer")):
        with Archive(cut(when)) as peer:
            r = send(peer.port, folder, options=(*QUICK, *TIMERS, "--retry", "2"))
            claim(f"a connection that is cut before {what}: with --retry all are stored", r.returncode == 0
                  and tally(r, len(wanted)) and said_once(peer), r.out)
    with Archive(cut(0)) as peer:
        r = send(peer.port, folder, options=TIMERS)
        claim("without --retry a connection that moved nothing is the last", r.returncode in (4, 6)
              and peer.connections == 1 and tally(r, 0, len(wanted)), r.out)
    with Archive(cut(1)) as peer:
        r = send(peer.port, folder, options=TIMERS)
        claim("without --retry the object under way has failed, and the others are sent", r.returncode == 1
              and tally(r, len(wanted) - 1, 1), r.out)


def gives_up(folder, wanted):
    with Archive(lambda a, w, c, k: None) as peer:
        r = send(peer.port, folder, options=(*QUICK, *TIMERS, "--retry", "2"))
        told = [e for e in r.events if e["event"] == "retry"]
        claim("a peer that closes always: tried three times, then given up", peer.connections == 3
              and r.returncode in (4, 6) and tally(r, 0, len(wanted)), f"{peer.connections} {r.out}")
        claim("each retry is told with its number, its wait and the reason",
              [e["attempt"] for e in told] == [1, 2] and all(e["wait_ms"] <= 60 and e["reason"] for e in told)
              and "retry 2 of 2" in r.stderr, told)
    r = send(free_port(), folder, options=(*QUICK, "--retry", "2"))
    claim("nobody listens: tried three times, then exit code 4", r.returncode == 4
          and len([e for e in r.events if e["event"] == "retry"]) == 2, r.out)
    r = send(free_port(), folder, options=(*QUICK, "--retry", "2", "--jobs", "4"))
    claim("... and no faster with several associations", r.returncode == 4
          and len([e for e in r.events if e["event"] == "retry"]) == 2, r.out)
    poison = instance(2)

    def act(archive, wire, connection, k):
        return None if archive.given and archive.given[-1] == (connection, poison) else 0
    with Archive(act) as peer:
        r = send(peer.port, folder, options=(*QUICK, *TIMERS, "--retry", "2"))
        claim("an object that always ends the association is given up, and all others are stored",
              r.returncode == 1 and tally(r, len(wanted) - 1, 1)
              and [u for _, u in peer.given].count(poison) == 3, r.out)


def rejections(folder, wanted):
    def busy(result, source, reason, times):
        def act(archive, wire, connection, k):
            if k == 0 and connection <= times:
                reject(wire, result, source, reason)
                return None
            return 0
        return act
    with Archive(busy(2, 3, 1, 2)) as peer:
        r = send(peer.port, folder, options=(*QUICK, *TIMERS, "--retry", "2"))
        claim("rejected for now twice, then accepted: all are stored", r.returncode == 0
              and tally(r, len(wanted)) and peer.connections == 3, r.out)
    with Archive(busy(2, 3, 2, 9)) as peer:
        r = send(peer.port, folder, options=(*QUICK, *TIMERS, "--retry", "1"))
        claim("rejected for now too often: exit code 6", r.returncode == 6 and peer.connections == 2, r.out)
    with Archive(busy(1, 1, 7, 1)) as peer:
        r = send(peer.port, folder, options=(*QUICK, *TIMERS, "--retry", "5"))
        claim("rejected for good: not tried again, exit code 6", r.returncode == 6 and peer.connections == 1
              and tally(r, 0, len(wanted)), r.out)


def statuses(folder, wanted):
    def first(status):
        def act(archive, wire, connection, k):
            uid = archive.given[-1][1] if archive.given else ""
            return status if k and uid == instance(1) and not archive.said.get(uid) else 0
        return act
    for status in (0xA700, 0xA7FF):
        with Archive(first(status)) as peer:
            r = send(peer.port, folder, options=(*QUICK, *TIMERS, "--retry", "1"))
            claim(f"{status:04X}, then success: stored, on the same association", r.returncode == 0
                  and tally(r, len(wanted)) and peer.connections == 1 and said_once(peer), r.out)
    with Archive(first(0xA700)) as peer:
        r = send(peer.port, folder, options=TIMERS)
        claim("A700 without --retry: refused, exit code 1", r.returncode == 1 and tally(r, len(wanted) - 1, 1), r.out)
    for status in (0xA900, 0xC000, 0x0110, 0x0122, 0x0124):
        with Archive(first(status)) as peer:
            r = send(peer.port, folder, options=(*QUICK, *TIMERS, "--retry", "5"))
            claim(f"{status:04X}: refused once, not tried again", r.returncode == 1 and tally(r, len(wanted) - 1, 1)
                  and peer.said[instance(1)] == [status], r.out)
    with Archive(lambda a, w, c, k: 0xA700 if k else 0) as peer:
        r = send(peer.port, folder, options=(*QUICK, *TIMERS, "--retry", "2"))
        claim("A700 for ever: each object tried three times, then exit code 1", r.returncode == 1
              and tally(r, 0, len(wanted)) and all(len(s) == 3 for s in peer.said.values()), r.out)


def jobs(authority):
    wanted = set()
    for series in range(1, 7):
        wanted |= make_objects(T / "many", 8, series, 20000 * series)
    node = authority.node("pacs")
    for name, link, server in (("plain", ("--plain",), ("--plain",)),
                               ("TLS", secure(authority.node("ct1"), authority), secure(node, authority))):
        with Receiver(T / f"jobs-{name}", link=server) as peer:
            r = send(peer.port, T / "many", link=link, options=("--jobs", "4"))
            ups = [e for e in r.events if e["event"] == "association"]
            claim(f"--jobs 4, {name}: all stored, over four associations at most", r.returncode == 0
                  and 1 <= len(ups) <= 4 and tally(r, len(wanted)) and instances(T / f"jobs-{name}") == wanted, f"{len(ups)} {r.stderr}")
    with Receiver(T / "jobs-window") as peer:
        r = send(peer.port, T / "many", options=("--jobs", "2", "--window", "8"))
        claim("--jobs 2 --window 8: all stored", r.returncode == 0 and instances(T / "jobs-window") == wanted, r.stderr)
    with Receiver(T / "jobs-one") as peer:
        r = send(peer.port, T / "many" / "1-0000.dcm", options=("--jobs", "8"))
        ups = [e for e in r.events if e["event"] == "association"]
        claim("--jobs 8 with one object: one association", r.returncode == 0 and len(ups) == 1, ups)
    ordered(wanted)
    few(wanted)


def together(n, status=0):
    """Answers nobody before n associations have brought their first object, so that all are in use."""
    def act(archive, wire, connection, k):
        if k:
            archive.wait(lambda: len({c for c, _ in archive.given}) >= n)
        return status
    return act


def ordered(wanted):
    with Archive(together(4)) as peer:
        r = send(peer.port, T / "many", options=("--jobs", "4", *TIMERS))
        claim("--jobs 4: four associations bring objects at the same time", r.returncode == 0
              and peer.connections == 4 and tally(r, len(wanted)), r.out)
    with Archive(together(3)) as peer:
        r = send(peer.port, T / "many", options=("--jobs", "3", "--keep-order", *TIMERS))
        kept, one = True, True
        for series in range(1, 7):
            mine = [(c, u) for c, u in peer.given if u.split(".")[-2] == str(series)]
            kept &= [u for _, u in mine] == [instance(i, series) for i in range(8)]
            one &= len({c for c, _ in mine}) == 1
        claim("--keep-order: each series arrives in its order, over one association", kept and one
              and r.returncode == 0 and peer.connections == 3, peer.given)

    def act(archive, wire, connection, k):
        uid = archive.given[-1][1] if k else ""
        return 0xA700 if k and uid.endswith(".3") and not archive.said.get(uid) else 0
    with Archive(act) as peer:
        r = send(peer.port, T / "many", options=("--keep-order", "--retry", "3", *QUICK, *TIMERS))
        good = True
        for series in range(1, 7):
            mine = [u for _, u in peer.given if u.split(".")[-2] == str(series)]
            good &= mine == [instance(i, series) for i in (0, 1, 2, 3, 3, 4, 5, 6, 7)]
        claim("--keep-order: nothing overtakes an object of its series that is tried again", good
              and r.returncode == 0, peer.given)


def few(wanted):
    """A peer that takes two associations at a time, and rejects more, for now."""
    open_now = []

    def act(archive, wire, connection, k):
        with archive.lock:
            if k == 0 and len(open_now) >= 2:
                reject(wire, 2, 3, 2)
                return None
            if k == 0:
                open_now.append(connection)
        if k:
            archive.wait(lambda: len(open_now) == 2)
        return 0
    with Archive(act) as peer:
        r = send(peer.port, T / "many", options=("--jobs", "6", *TIMERS))
        claim("--jobs 6 to a peer that takes two: all stored over these, and no failure", r.returncode == 0
              and tally(r, len(wanted)) and len(open_now) == 2, r.out)


def restarted(authority):
    """Our receiver killed in the middle and started again on its port, plain and TLS."""
    wanted = make_objects(T / "restart", 60, size=200000)
    node = authority.node("again")
    for name, link, server in (("plain", ("--plain",), ("--plain",)),
                               ("TLS", secure(authority.node("ct2"), authority), secure(node, authority))):
        out = T / f"restart-{name}"
        first = Receiver(out, link=server)
        result = []
        sender = threading.Thread(target=lambda: result.append(send(
            first.port, T / "restart", link=link, options=("--retry", "1000", "--retry-wait", "50ms", "--jobs", "2"))))
        sender.start()
        end = time.monotonic() + WAIT
        while len(first.files()) < 5 and time.monotonic() < end:
            time.sleep(0.005)
        first.process.kill()
        first.process.wait()
        command = [str(a) for a in first.process.args]
        again = Server(*command, port=first.port)
        sender.join(WAIT * 2)
        claim(f"a receiver killed and started again, {name}: all objects arrive, exit code 0",
              result and result[0].returncode == 0 and instances(out) == wanted and tally(result[0], len(wanted)),
              result and result[0].out[-2000:])
        again.stop()
        first.file.close()


def dcmtk():
    if not need("storescp", "DCMTK's receiver with several associations"):
        return
    wanted = make_objects(T / "dcmtk", 20)
    for name, more, jobs_count in (("that forks", ("--fork",), "3"), ("of one process", (), "2")):
        out = T / f"dcmtk-{name.replace(' ', '-')}"
        out.mkdir()
        port = free_port()
        with Server("storescp", *more, "-od", out, port, port=port):
            r = send(port, T / "dcmtk", options=("--jobs", jobs_count, "--associate-timeout", "5s", "--retry", "3"))
            claim(f"a storescp {name}, --jobs {jobs_count}: all stored", r.returncode == 0 and tally(r, 20)
                  and instances(out) == wanted, r.out)


ca = Authority(T / "ca")
small = make_objects(T / "small", 5)
cut = make_objects(T / "cut", 12)
cuts(T / "cut", cut)
at_each_stage(T / "small", small)
gives_up(T / "small", small)
rejections(T / "small", small)
statuses(T / "small", small)
jobs(ca)
restarted(ca)
dcmtk()
