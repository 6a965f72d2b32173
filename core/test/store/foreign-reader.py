"""A reader of stores, written from `docs/store-format.md` alone and with nothing but Python.

`foreign-reader.py store <store> <name>` prints the environment of a name with its trees; `foreign-reader.py directory
<directory>` prints a directory in the form of a tree. Both as JSON, with bytes as latin-1.
"""

import hashlib, json, os, re, stat, struct, sys

# --- BLAKE3, from its paper ------------------------------------------------------------------------------------------

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
ORDER = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
MIXES = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15), (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
MASK = 0xFFFFFFFF


def compress(chaining, words, counter, length, flags):
    s = [*chaining, *IV[:4], counter & MASK, counter >> 32, length, flags]
    for _ in range(7):
        for each, (a, b, c, d) in enumerate(MIXES):
            for word, first, second in ((words[2 * each], 16, 12), (words[2 * each + 1], 8, 7)):
                s[a] = s[a] + s[b] + word & MASK
                s[d] ^= s[a]
                s[d] = (s[d] >> first | s[d] << 32 - first) & MASK
                s[c] = s[c] + s[d] & MASK
                s[b] ^= s[c]
                s[b] = (s[b] >> second | s[b] << 32 - second) & MASK
        words = [words[at] for at in ORDER]
    return [s[at] ^ s[at + 8] for at in range(8)]


def blake3(data, counter=0, flags=ROOT):
    if len(data) > 1024:
        left = 1 << (len(data) - 1).bit_length() - 1
        words = blake3(data[:left], counter, 0) + blake3(data[left:], counter + left // 1024, 0)
        return compress(IV, words, 0, 64, PARENT | flags)
    chaining, blocks = IV, [data[at : at + 64] for at in range(0, len(data), 64)] or [b""]
    for at, block in enumerate(blocks):
        last = at == len(blocks) - 1
        now = (CHUNK_START if at == 0 else 0) | (CHUNK_END | flags if last else 0)
        chaining = compress(chaining, struct.unpack("<16I", block.ljust(64, b"\0")), counter, len(block), now)
    return chaining


def digest(data):
    return struct.pack("<8I", *blake3(data)).hex()


# --- the store -------------------------------------------------------------------------------------------------------


def record(kind, version, *names):
    with open(os.path.join(*names), "rb") as file:
        first, body = file.read().split(b"\n", 1)
    title, found = first.rsplit(b" ", 1)
    assert title == f"karapace {kind} v{version}".encode(), title
    assert digest(title + b"\n" + body) == found.decode(), names
    return json.loads(body)


class Bytes:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        found = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return found[0] if len(found) == 1 else found

    def text(self):
        return self.take(f"{self.take('I')}s")


def tree(store, name):
    with open(f"{store}/trees/{name[:2]}/{name[2:]}", "rb") as file:
        data = file.read()
    assert digest(data) == name
    timed = {b"karapace/tree/v1\n": False, b"karapace/tree/v2\n": True}[data[:17]]
    source = Bytes(data[17:])
    entries = [entry(store, source, timed) for _ in range(source.take("I"))]
    assert source.at == len(source.data)
    return entries


def entry(store, source, timed):
    kind, flags, path = source.take("c").decode(), source.take("B"), source.text()
    if kind == "h":
        return {"type": kind, "path": path, "target": source.text()}
    mode, uid, gid = source.take("HII")
    seconds, nanoseconds = source.take("qI") if timed else (0, 0)
    start = source.at
    attributes = {name: value for name, value in ((source.text(), source.text()) for _ in range(source.take("I")))}
    encoded = source.data[start : source.at]
    found = {"type": kind, "path": path, "mode": mode, "uid": uid, "gid": gid, "attributes": attributes}
    if timed:
        found["mtime"] = seconds * 10**9 + nanoseconds
    if kind == "f":
        found["size"], name = source.take("Q"), source.take("32s").hex()
        found["sha256"] = content(store, name, found, encoded)
    elif kind == "l":
        found["target"] = source.text()
    elif kind in "cb":
        found["device"] = source.take("II")
    elif kind == "d":
        found["opaque"] = flags == 1
    return found


# What takes Python more than a moment to hash is hashed by others.
LONGEST = 64 * 1024


def content(store, name, found, encoded):
    data = b""
    if found["size"] > 0:
        kind = f"{found['mode']:o}.{found['uid']}.{found['gid']}"
        kind += f".{digest(encoded)}" if found["attributes"] else ""
        with open(f"{store}/objects/{name[:2]}/{name[2:]}.{kind}", "rb") as file:
            data = file.read()
    assert len(data) == found["size"]
    assert len(data) > LONGEST or digest(data) == name
    return hashlib.sha256(data).hexdigest()


def environment(store, name):
    record("store", 2, store, "format")
    home = f"{store}/environments/{record('name', 1, store, 'names', name)['env_id']}"
    found = record("environment", 2, home, "environment.json")
    index = record("index", 1, home, "index.json")
    layers = [record("layer", 1, store, "layers", layer["key"]) for layer in found["layers"]]
    assert [layer["tree"]["digest"] for layer in layers] == [layer["tree"] for layer in found["layers"]]
    snapshots = [record("snapshot", 1, home, "snapshots", each) for each in index["snapshots"]]
    for each in snapshots:
        said = json.dumps({"layers": each["layers"], "tree": each["tree"]}, separators=(",", ":"), sort_keys=True)
        assert digest(b"karapace/snapshot/v1\n" + said.encode()) == each["snapshot_id"]
    return {
        "lock": record("lock", 1, home, "lock.json")["env_id"],
        "names": index["names"],
        "upper": walk(f"{home}/gen-{found['generation']}/upper", True),
        "layers": [tree(store, layer["tree"]["digest"]) for layer in layers],
        "snapshots": [{"message": each["message"], "entries": tree(store, each["tree"])} for each in snapshots],
    }


# --- directories -----------------------------------------------------------------------------------------------------

TYPES = {stat.S_IFREG: "f", stat.S_IFDIR: "d", stat.S_IFLNK: "l", stat.S_IFIFO: "p", stat.S_IFCHR: "c", stat.S_IFBLK: "b"}
KEPT = re.compile(rb"user\.(?!overlay\.)|security\.capability|system\.posix_acl_")


def walk(directory, timed):
    root = os.fsencode(directory)
    paths = [b""]
    for above, directories, files in os.walk(root):
        paths += [os.path.relpath(os.path.join(above, name), root) for name in directories + files]
    first = {}
    return [inode(root, path, timed, first) for path in sorted(paths)]


def inode(root, path, timed, first):
    place = os.path.join(root, path) if path else root
    stats = os.lstat(place)
    kind = TYPES[stat.S_IFMT(stats.st_mode)]
    whiteout = kind == "c" and stats.st_rdev == 0
    if kind != "d" and not whiteout and first.setdefault(stats.st_ino, path) != path:
        return {"type": "h", "path": path, "target": first[stats.st_ino]}
    names = [] if kind in "lpcb" else [os.fsencode(name) for name in os.listxattr(place)]
    values = {name: os.getxattr(place, name) for name in names}
    found = {"type": kind, "path": path, "mode": stats.st_mode & 0o7777, "uid": stats.st_uid, "gid": stats.st_gid}
    found["attributes"] = {name: values[name] for name in sorted(values) if KEPT.match(name)}
    if timed:
        found["mtime"] = 0 if whiteout else stats.st_mtime_ns
    if kind == "f":
        with open(place, "rb") as file:
            found["size"], found["sha256"] = stats.st_size, hashlib.sha256(file.read()).hexdigest()
    elif kind == "l":
        found["target"] = os.readlink(place)
    elif kind in "cb":
        found["device"] = (os.major(stats.st_rdev), os.minor(stats.st_rdev))
    elif kind == "d":
        found["opaque"] = values.get(b"user.overlay.opaque") == b"y"
    return found


def printable(value):
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return {printable(key): printable(each) for key, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, (list, tuple)) else value


verb, place, *rest = sys.argv[1:]
print(json.dumps(printable(environment(place, *rest) if verb == "store" else walk(place, False))))
