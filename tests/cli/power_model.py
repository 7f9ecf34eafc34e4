# SPDX-License-Identifier: MIT
"""The model of a power cut (tests/lib/powercut.py) by itself: what the standard promises lasts, and no more."""
from harness import T, claim
from powercut import Disk

box = T / "box"
box.mkdir()
(box / "old").write_bytes(b"old")


def contents(disk):
    """The states as sets of (name below the box, content)."""
    skip = len(str(box)) + 1
    return {frozenset((path[skip:], data) for path, data in state.items()) for state in disk.states()}


def after(*steps):
    disk = Disk(box)
    for verb, *words in steps:
        getattr(disk, verb)(*(f"{box}/{w}" if isinstance(w, str) else w for w in words))
    return contents(disk)


old = ("old", b"old")
claim("what was there stays", after() == {frozenset([old])})
claim("a new file may be there empty, torn, as zeros, whole, or not at all",
      after(("make", "a", b""), ("write", "a", b"1234"))
      == {frozenset([old]), *(frozenset([old, ("a", data)]) for data in (b"", b"12", bytes(4), b"1234"))})
claim("a synced file may lack its name, and with the name it is whole",
      after(("make", "a", b""), ("write", "a", b"1234"), ("sync", "a")) == {frozenset([old]), frozenset([old, ("a", b"1234")])})
claim("with the folder synced too it is there", after(
    ("make", "a", b""), ("write", "a", b"1234"), ("sync", "a"), ("sync", ".")) == {frozenset([old, ("a", b"1234")])})
claim("a synced name without a synced file may be of an empty one", frozenset([old, ("a", b"")]) in after(
    ("make", "a", b""), ("write", "a", b"1234"), ("sync", ".")))
claim("of two writes the second may be there without the first", frozenset([old, ("a", b"\0\0cd")]) in after(
    ("make", "a", b""), ("sync", "."), ("write", "a", b"ab"), ("write", "a", b"cd")))
moved = (("make", "d", {}), ("sync", "."), ("rename", "old", "d/new"))
claim("a file that moves to another folder may be in both, or in neither, until that is synced",
      {frozenset(), frozenset([old, ("d/new", b"old")])} <= after(*moved))
claim("once it is, it is there for certain", all(("d/new", b"old") in s for s in after(*moved, ("sync", "d"))))
claim("a file in a new folder needs the folder's own name",
      after(("make", "d", {}), ("make", "d/a", b""), ("sync", "d/a"), ("sync", "d"))
      == {frozenset([old]), frozenset([old, ("d/a", b"")])})
claim("a name that is given to another file is one of the two, never none",
      after(("make", "a", b""), ("write", "a", b"x"), ("sync", "a"), ("sync", "."), ("rename", "a", "old"), ("sync", "a"))
      == {frozenset([old, ("a", b"x")]), frozenset([("old", b"x"), ("a", b"x")]), frozenset([old]), frozenset([("old", b"x")])})
claim("linked, synced, unlinked: it is always under one of its names",
      all(s for s in after(("make", "d", {}), ("sync", "."), ("link", "old", "d/old"), ("sync", "d"), ("unlink", "old"))))
claim("many pending changes still have a state with none, and one with all",
      {frozenset([old]), frozenset([old, *((f"f{i}", b"") for i in range(20))])}
      <= after(*(("make", f"f{i}", b"") for i in range(20))))
