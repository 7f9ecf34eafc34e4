# SPDX-License-Identifier: MIT
"""What a disk may hold after a power cut: a model of files and folders fed with the traced calls of a program. Only
fsync and fdatasync make anything last: of a file its bytes, of a folder its names. Of the rest any part may be
there: each write not, half, as zeros or whole, each name or not, a file that moves to another folder in both or in
neither."""
import itertools
import os
import random


class Change:
    """Something that was done and need not last. what: ("name", folder, name, node or None) or
    ("data", node, offset, bytes) or ("size", node, size)."""

    def __init__(self, *what):
        self.what = what

    @property
    def of(self):
        return self.what[1]

    def choices(self):
        return ("none", "half", "zero", "all") if self.what[0] == "data" else ("none", "all")


class Disk:
    """Nodes are numbers; content is bytes of a file, or {name: node} of a folder. lasting is what is safe, seen what
    programs see."""

    def __init__(self, root):
        """root: a path that is there already with all that is in it, safe."""
        self.root, self.lasting, self.seen, self.pending, self.events = str(root), {}, {}, [], []
        self.count = itertools.count()
        self.top = self._adopt(self.root)

    def _adopt(self, path):
        node = next(self.count)
        if os.path.isdir(path):
            inner = {name: self._adopt(os.path.join(path, name)) for name in sorted(os.listdir(path))}
            self.lasting[node], self.seen[node] = dict(inner), dict(inner)
        else:
            with open(path, "rb") as f:
                self.lasting[node] = self.seen[node] = f.read()
        return node

    def find(self, path):
        """(folder, name, node); None where the folder is none of ours."""
        path = os.path.normpath(path)
        if path == self.root:
            return None, None, self.top
        if not path.startswith(self.root + "/"):
            return None
        *folders, name = path[len(self.root) + 1:].split("/")
        at = self.top
        for part in folders:
            at = self.seen.get(at, {}).get(part)
            if not isinstance(self.seen.get(at), dict):
                return None
        return at, name, self.seen[at].get(name)

    # ---- what programs do

    def make(self, path, content):
        place = self.find(path)
        if place and place[2] is None:
            node = next(self.count)
            self.lasting[node], self.seen[node] = type(content)(), content
            self.name(place[0], place[1], node)

    def name(self, folder, name, node):
        self.seen[folder] = dict(self.seen[folder])
        if node is None:
            self.seen[folder].pop(name, None)
        else:
            self.seen[folder][name] = node
        self.pending.append(Change("name", folder, name, node))

    def write(self, path, data):
        place = self.find(path)
        if place and place[2] is not None:
            node = place[2]
            self.pending.append(Change("data", node, len(self.seen[node]), data))
            self.seen[node] += data

    def cut(self, path, size):
        place = self.find(path)
        if place and place[2] is not None:
            self.seen[place[2]] = self.seen[place[2]][:size]
            self.pending.append(Change("size", place[2], size))

    def sync(self, path):
        place = self.find(path)
        if place and place[2] is not None:
            node = place[2]
            self.lasting[node] = self.seen[node]
            self.pending = [c for c in self.pending if c.of != node]

    def link(self, old, new):
        a, b = self.find(old), self.find(new)
        if a and b and a[2] is not None:
            self.name(b[0], b[1], a[2])

    def rename(self, old, new):
        a, b = self.find(old), self.find(new)
        self.link(old, new)
        if a and b and a[2] is not None:
            self.name(a[0], a[1], None)

    def unlink(self, path):
        place = self.find(path)
        if place and place[2] is not None:
            self.name(place[0], place[1], None)

    def do(self, line):
        """A line of a trace, see tests/tools/fault.c. True: something changed, or was said to somebody."""
        call, fd, path, path2, detail, result, data = line.split("\t")
        result, detail, data = int(result), int(detail), bytes.fromhex(data)
        if result < 0:
            return False
        if call in ("open", "openat") and detail & os.O_CREAT:
            self.make(path, b"")
        elif call in ("mkdir", "mkdirat"):
            self.make(path, {})
        elif call in ("write", "writev", "sendto"):
            if path.startswith("socket:") or int(fd) in (1, 2):
                self.events.append(("socket" if path.startswith("socket:") else f"out{fd}", data[:result]))
            else:
                self.write(path, data[:result])
        elif call in ("fsync", "fdatasync"):
            self.sync(path)
        elif call.startswith("rename"):
            self.rename(path, path2)
        elif call.startswith("link"):
            self.link(path, path2)
        elif call.startswith("unlink"):
            self.unlink(path)
        elif call == "ftruncate":
            self.cut(path, detail)
        elif call == "pwrite":
            raise NotImplementedError("the place of a write is not traced")
        else:
            return False
        return True

    # ---- and what is left

    def left(self, chosen):
        """{path: content} of the files, when of each pending change so much has come to the disk."""
        nodes = dict(self.lasting)
        for change, choice in zip(self.pending, chosen):
            kind, node, *what = change.what
            if choice == "none":
                continue
            if kind == "name":
                nodes[node] = dict(nodes[node])
                if what[1] is None:
                    nodes[node].pop(what[0], None)
                else:
                    nodes[node][what[0]] = what[1]
            elif kind == "data":
                at, data = what
                data = {"half": data[:len(data) // 2], "zero": bytes(len(data)), "all": data}[choice]
                old = nodes[node]
                nodes[node] = old[:at].ljust(at, b"\0") + data + old[at + len(data):]
            else:
                nodes[node] = nodes[node][:what[0]]
        files = {}

        def walk(node, path):
            if isinstance(nodes[node], dict):
                for name, inner in nodes[node].items():
                    walk(inner, f"{path}/{name}")
            else:
                files[path] = nodes[node]
        walk(self.top, self.root)
        return files

    def states(self, most=300, seed=8):
        """All of them, or where these are too many nothing, everything, every one alone and every one missing, every
        beginning, and some at random."""
        choices = [c.choices() for c in self.pending]
        number = 1
        for c in choices:
            number *= len(c)
        if number <= most:
            yield from map(self.left, itertools.product(*choices))
            return
        n = len(choices)
        for yes, no in (("all", "none"), ("none", "all")):
            yield self.left([yes] * n)
            for i in range(n):
                yield self.left([no] * i + [yes] + [no] * (n - i - 1))
        for i in range(n):
            yield self.left(["all"] * i + ["none"] * (n - i))
        dice = random.Random(seed)
        for _ in range(most // 2):
            yield self.left([dice.choice(c) for c in choices])
