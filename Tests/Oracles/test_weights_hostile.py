"""Files that are damaged or made to harm: each is refused with its reason, quickly, in little memory, and nothing is run."""

import json
import os
import random
import struct
import subprocess
import time
import zipfile
import zlib
from pathlib import Path

import numpy
import pytest
import safetensors.numpy

import weights_files as files

MEMORY = 60_000_000
# What is mapped counts as memory of the process, and so does what is kept of it until a limit is met.
RATIO = 10
SECONDS = 20

OS = b"cos\nsystem\nX\x0b\x00\x00\x00touch owned\x85R."
CALL = b"X\x0b\x00\x00\x00touch owned\x85R."

PICKLES: dict[str, tuple[bytes, str]] = {
    "os.system": (b"\x80\x02" + OS, "os.system"),
    "posix.system": (b"\x80\x02cposix\nsystem\n" + CALL, "posix.system"),
    "eval": (b"\x80\x02cbuiltins\neval\n" + CALL, "builtins.eval"),
    "eval of Python 2": (b"\x80\x02c__builtin__\neval\n" + CALL, "__builtin__.eval"),
    "exec": (b"\x80\x02cbuiltins\nexec\n" + CALL, "builtins.exec"),
    "getattr": (b"\x80\x02cbuiltins\ngetattr\n" + CALL, "builtins.getattr"),
    "subprocess": (b"\x80\x02csubprocess\nPopen\n" + CALL, "subprocess.Popen"),
    "runpy": (b"\x80\x02crunpy\n_run_code\n" + CALL, "runpy._run_code"),
    "stack global": (b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02ls\x85R.", "os.system"),
    "stack global of an allowed module": (b"\x80\x04\x8c\x05torch\x8c\x04load\x93\x8c\x02ls\x85R.", "torch.load"),
    "behind a tensor": (files.state(a=files.tensor([4], [1]), b=OS[:-1]), "os.system"),
    "reduce of a reduce": (b"\x80\x02ccollections\nOrderedDict\n)R)R.", "no known function"),
    "reduce of a tensor": (b"\x80\x02" + files.tensor([4], [1]) + b")R.", "no known function"),
    "reduce of a storage type": (b"\x80\x02ctorch\nFloatStorage\n)R.", "as PyTorch never does"),
    "an object of a class": (b"\x80\x02cos\nsystem\n)\x81.", "os.system"),
    "an object of a function": (b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n)\x81.", "no container"),
    "TorchScript's classes elsewhere": (b"\x80\x02c__torch__.net\nNet\n)\x81.", "__torch__.net.Net"),
    "instance": (b"\x80\x02(X\x02\x00\x00\x00lsios\nsystem\n.", "0x69"),
    "object": (b"\x80\x02(cos\nsystem\no.", "os.system"),
    "extension": (b"\x80\x02\x82\x01.", "0x82"),
    "persistent text": (b"\x80\x02Pstorage\n.", "0x50"),
    "a module of PyTorch": (b"\x80\x02ctorch.nn.modules.linear\nLinear\n)\x81.", "torch.nn.modules.linear.Linear"),
    "rebuilt by another": (
        b"\x80\x02ctorch._tensor\n_rebuild_from_type_v2\n" + files.tuple_of(b"cos\nsystem\n", b"N", b")", b"N") + b"R.",
        "os.system",
    ),
    "text of 2^60 bytes": (b"\x80\x04\x8d" + struct.pack("<Q", 1 << 60) + b"a.", "1152921504606846976 bytes are to follow"),
    "text of 2^31 bytes": (b"\x80\x02X" + struct.pack("<I", 0xFFFF_FFFF) + b"a.", "4294967295 bytes"),
    "integer of 2^31 bytes": (b"\x80\x02\x8b" + struct.pack("<I", 0x7FFF_FFFF) + b"a.", "2147483647 bytes"),
    "bytes of 2^60": (b"\x80\x04\x8e" + struct.pack("<Q", 1 << 60) + b"a.", "bytes are to follow"),
    "no end": (b"\x80\x02]", "bytes are to follow"),
    "empty stack": (b"\x80\x02.", "stack"),
    "no mark": (b"\x80\x02t.", "mark"),
    "nothing kept": (b"\x80\x02h\x05.", "number 5"),
    "storage that is none": (b"\x80\x02X\x01\x00\x00\x00aQ.", "no storage"),
    "more than the storage": (files.state(a=files.tensor([1 << 40], [1])), "beyond its storage"),
    "sizes that overflow": (files.state(a=files.tensor([1 << 40, 1 << 40, 4], [1, 1, 1])), "beyond its storage"),
    "steps that overflow": (files.state(a=files.tensor([4, 4], [1 << 62, 1 << 62])), "beyond its storage"),
    "offset beyond": (files.state(a=files.tensor([2], [1], offset=3)), "beyond its storage"),
    "negative size": (files.state(a=files.tensor([-1], [1])), "never does"),
    "negative step": (files.state(a=files.tensor([2], [-1], offset=3)), "never does"),
    "storage of 2^60 elements": (files.state(a=files.tensor([4], [1], count=1 << 60)), "1152921504606846976"),
    "storage that is not there": (files.state(a=files.tensor([4], [1], key="9")), "'9'"),
    "one name twice": (b"\x80\x02}(" + (files.text("a") + files.tensor([4], [1])) * 2 + b"u.", "'a'"),
}  # fmt: skip


def doubling(rounds: int) -> bytes:
    """A list of tensors in a list twice, in a list twice, …: 2^rounds paths."""
    return b"\x80\x02" + files.tensor([4], [1]) + b"".join(b"q%c0h%ch%c\x86" % (i, i, i) for i in range(rounds)) + b"."


PICKLES |= {
    "2^100 paths": (doubling(100), "too often or too deep"),
    "2^30 paths": (doubling(30), "too often or too deep"),
    "a million lists in each other": (
        b"\x80\x02" + files.tensor([4], [1]) + b"\x85" * 1_000_000 + b".", "too often or too deep",
    ),
    "a million tuples beside each other": (b"\x80\x02" + b"N\x85" * 1_000_000 + b"cos\nsystem\n.", "os.system"),
    "a million lists, the first in the second": (
        b"\x80\x02" + files.tensor([4], [1]) + b"q\x000]" + b"q\x00h\x00](h\x00e" * 200_000 + b".", "too often or too deep",
    ),
    "attributes that double": (
        b"\x80\x02c__torch__\nA\n)\x81q\x000c__torch__\nA\n)\x81q\x010"
        + b"h\x00}X\x01\x00\x00\x00aK\x01sb0" + b"h\x00h\x01b0h\x01h\x00b0" * 200 + b"h\x00.",
        "__torch__.A",
    ),
    "pairs that are copied": (
        b"\x80\x02](" + b"K\x01K\x02\x86" * 5000 + b"eq\x00" + b"0ccollections\nOrderedDict\nh\x00\x85R" * 5000 + b".",
        "again and again",
    ),
    "arguments that are copied": (
        b"\x80\x02](" + b"N" * 100_000 + b"eq\x000" + b"ctorch._utils\n_rebuild_parameter\nh\x00R0" * 20_000 + b".",
        "again and again",
    ),
    "arguments of what makes nothing": (
        b"\x80\x02](" + b"N" * 100_000 + b"eq\x000" + b"ctorch\ndevice\nh\x00R0" * 20_000 + b"cos\nsystem\n.", "os.system",
    ),
    "a long name again and again": (
        b"\x80\x04X" + struct.pack("<I", 100_000) + b"a" * 100_000 + b"q\x000" + b"h\x00h\x00\x930" * 10_000 + b".",
        "names something in 100000 bytes",
    ),
    "names again and again": (
        b"\x80\x04X" + struct.pack("<I", 900) + b"a" * 900 + b"q\x000" + b"h\x00h\x00\x930" * 50_000 + b"cos\nsystem\n.", "os.system",
    ),
    "a long name in lines": (b"\x80\x02c" + b"a" * 5000 + b"\nb\n.", "names something in 5000 bytes"),
    "keys that are no texts": (
        b"\x80\x02}(" + b"NN" * 100_000 + b"uq\x000](" + b"h\x00" * 100_000 + files.tensor([4], [1]) + b"e.",
        "too often or too deep",
    ),
}  # fmt: skip

PICKLES |= {
    f"{module}.{name}": (b"\x80\x02c" + f"{module}\n{name}\n".encode() + CALL, f"{module}.{name}")
    for module, name in [
        ("nt", "system"), ("sys", "exit"), ("socket", "socket"), ("shutil", "rmtree"), ("importlib", "import_module"),
        ("pty", "spawn"), ("code", "interact"), ("webbrowser", "open"), ("builtins", "__import__"), ("builtins", "compile"),
        ("builtins", "open"), ("operator", "attrgetter"), ("ctypes", "CDLL"), ("torch.storage", "_load_from_bytes"),
        ("_posixsubprocess", "fork_exec"), ("platform", "popen"), ("_imp", "create_dynamic"), ("torch.utils.collect_env", "run"),
        ("numpy.testing._private.utils", "runstring"), ("torch.hub", "load"),
    ]
}  # fmt: skip

UNKNOWN = b"cmylib.layers\nmake\n"
PICKLES |= {
    "a name through a module": (b"\x80\x04\x8c\x07logging\x8c\x09os.system\x93\x8c\x02ls\x85R.", "logging.os.system"),
    "a tensor of an unknown function": (files.state(a=UNKNOWN + files.tuple_of(files.tensor([4], [1])) + b"R"), "mylib.layers.make"),
    "a tensor of an unknown class": (files.state(a=UNKNOWN + files.tuple_of(files.tensor([4], [1])) + b"\x81"), "mylib.layers.make"),
    "a tensor of a list of an unknown function": (
        files.state(a=UNKNOWN + b"](" + files.tensor([4], [1]) + b"e\x85R"), "mylib.layers.make",
    ),
    "a storage of an unknown function": (files.state(a=UNKNOWN + files.storage() + b"\x85R"), "mylib.layers.make"),
    "what an unknown function makes is called": (b"\x80\x02" + UNKNOWN + b")R)R.", "no known function"),
    "a whole model": (
        b"\x80\x02cmylib\nNet\n)\x81}" + files.text("weight") + files.tensor([4], [1]) + b"sb.", "mylib.Net",
    ),
}  # fmt: skip

# What the form says first of these, whose storages stand behind the program.
LEGACY = {"no end": "no state dictionary needs", "storage that is not there": "that no tensor is in"}

NUMBERS = numpy.zeros(4, "f4").tobytes()


def refuse(tmp_path, name: str, content: bytes, reason: str, runs: int = 2) -> None:
    (tmp_path / name).write_bytes(content)
    start = time.monotonic()
    for options in ([], ["--statistics"])[:runs]:
        outcome, memory = files.watched("weights", name, *options, cwd=tmp_path)
        assert outcome.code == 1, (outcome.code, outcome.out, outcome.err[:2000])
        assert reason in outcome.err and "weights-file-unreadable" in outcome.err, outcome.err[:2000]
        assert memory < MEMORY + RATIO * len(content), (memory, len(content))
        assert len(outcome.err) < 2000
    assert time.monotonic() - start < SECONDS
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("name", PICKLES)
@pytest.mark.parametrize("form", ["legacy", "archive"])
def test_pickle(tmp_path, name, form):
    program, reason = PICKLES[name]
    data = struct.pack("<Q", 4) + NUMBERS
    if form == "legacy":
        refuse(tmp_path, "m.pt", files.legacy_bytes(program, ["0"], data), LEGACY.get(name, reason))
    else:
        refuse(tmp_path, "m.pt", files.archive_bytes(program, {"0": NUMBERS}), reason)


def test_pickle_names_its_place(tmp_path):
    program, _ = PICKLES["behind a tensor"]
    place = program.index(b"cos\nsystem")
    refuse(tmp_path, "m.pt", files.archive_bytes(program, {"0": NUMBERS}), f"archive/data.pkl: byte {place}: the pickle names 'os.system'")


@pytest.mark.parametrize("name", ["os.system", "eval", "stack global"])
def test_every_pickle_of_a_file_is_watched(tmp_path, name):
    program, reason = PICKLES[name]
    refuse(tmp_path, "bare.pt", program, reason)
    refuse(tmp_path, "version.pt", files.MAGIC + program, reason)
    refuse(tmp_path, "facts.pt", files.MAGIC + files.VERSION + program, reason)
    good = files.legacy_bytes(files.state(a=files.tensor([4], [1])))
    refuse(tmp_path, "keys.pt", good[: good.rindex(b"\x80\x02]")] + program, reason)
    content = files.archive_bytes(files.state(a=files.tensor([4], [1])), {"0": NUMBERS}, **{"constants.pkl": program})
    refuse(tmp_path, "constants.pt", content, reason)


def test_attributes_that_double(tmp_path):
    program, _ = PICKLES["attributes that double"]
    content = files.archive_bytes(program, {"0": NUMBERS}, **{"constants.pkl": b"\x80\x02)."})
    refuse(tmp_path, "m.pt", content, "again and again")


F32 = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
NOTHING = b'":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'

SAFETENSORS = {
    "overlapping": (files.safetensors_bytes({"a": F32, "b": F32 | {"data_offsets": [4, 12]}}, bytes(12)), "inside tensor"),
    "out of range": (files.safetensors_bytes({"a": F32 | {"data_offsets": [8, 16]}}, bytes(8)), "follow the header"),
    "hole": (files.safetensors_bytes({"a": F32 | {"data_offsets": [8, 16]}}, bytes(16)), "no holes"),
    "2^60": (files.safetensors_bytes({"a": F32 | {"shape": [1 << 60]}}, bytes(8)), "takes more bytes"),
    "2^60 offsets": (files.safetensors_bytes({"a": F32 | {"data_offsets": [0, 1 << 60]}}, bytes(8)), "follow the header"),
    "2^60 header": (files.safetensors_bytes({"a": F32}, bytes(8), size=1 << 60), "above the limit"),
    "header beyond the file": (files.safetensors_bytes({"a": F32}, bytes(8), size=90_000_000), "in all"),
    "one name twice": (
        files.safetensors_bytes(b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', bytes(8)),
        "twice",
    ),
    "negative": (files.safetensors_bytes({"a": F32 | {"shape": [-2]}}, bytes(8)), "from 0 on"),
    "deep": (files.safetensors_bytes(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), "deep"),
    "65 axes": (files.safetensors_bytes({"a": {"dtype": "F32", "shape": [0] * 65, "data_offsets": [0, 0]}}), "65 sizes"),
    "no JSON": (files.safetensors_bytes(b"hello, world"), "JSON"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAFETENSORS)
def test_safetensors(tmp_path, name):
    refuse(tmp_path, "m.safetensors", *SAFETENSORS[name])


NPY = {
    "objects": (files.npy_bytes("'|O'", "(1,)", b"\x80\x02" + OS), "Python objects"),
    "objects in a structure": (files.npy_bytes("[('a', '|O')]", "(1,)", bytes(8)), "a structure"),
    "big-endian": (files.npy_bytes("'>f4'", "(1,)", bytes(4)), "big-endian"),
    "too short": (files.npy_bytes("'<f4'", "(1000000000000,)", bytes(4)), "4000000000000 bytes"),
    "overflow": (files.npy_bytes("'<f4'", "(4611686018427387904, 4)", bytes(4)), "64 bits"),
    "overflow beside nothing": (files.npy_bytes("'<f4'", "(0, 4611686018427387904, 4611686018427387904)", bytes(4)), "takes 0 bytes"),
    "negative": (files.npy_bytes("'<f4'", "(-1,)", bytes(4)), "dictionary"),
    "long header": (files.npy_bytes("'<f4'", "(1,)", bytes(4), size=1 << 31), "above the limit"),
    "code": (files.npy_bytes("__import__('os').system('touch owned')", "(1,)"), "dictionary"),
    "deep": (files.npy_bytes("(" * 30_000, "(1,)"), "dictionary"),
}  # fmt: skip


@pytest.mark.parametrize("name", NPY)
def test_npy(tmp_path, name):
    content, reason = NPY[name]
    refuse(tmp_path, "m.npy", content, reason)


def test_objects_in_an_archive_are_left_alone(tmp_path):
    content = files.zip_bytes({"o.npy": NPY["objects"][0], "x.npy": files.array_bytes(numpy.arange(3))})
    (tmp_path / "m.npz").write_bytes(content)
    outcome, _ = files.watched("weights", "m.npz", "--json", cwd=tmp_path)
    first, second = json.loads(outcome.out)["tensors"]
    assert outcome.code == 0 and first["element"] is None and "Python objects" in first["note"]
    assert second["element"] == "i64" and not (tmp_path / "owned").exists()
    outcome, _ = files.watched("convert", "m.npz", "m.safetensors", cwd=tmp_path)
    assert outcome.code == 1 and "Python objects" in outcome.err and not (tmp_path / "m.safetensors").exists()


def test_zeros_that_are_compressed(tmp_path):
    """Much from little is no harm where the array's own header says so: it is read piece by piece, and takes neither memory nor disk."""
    count = 300_000_000
    content = files.zip_bytes({"x.npy": files.npy_bytes("'|u1'", f"({count},)", bytes(count))}, zipfile.ZIP_DEFLATED)
    assert len(content) < count / 900
    (tmp_path / "m.npz").write_bytes(content)
    for options in ([], ["--statistics"]):
        outcome, memory = files.watched("weights", "m.npz", "--json", *options, cwd=tmp_path)
        (entry,) = json.loads(outcome.out)["tensors"]
        assert outcome.code == 0 and entry["bytes"] == count and memory < MEMORY, memory
    assert entry["statistics"]["zeros"] == count


def test_numbers_that_are_compressed(tmp_path):
    numbers = {"ones": numpy.ones(20_000_000, "f4"), "zeros": numpy.zeros((1000, 7)), "last": numpy.array([0] * 100_000 + [3], "u2")}
    numpy.savez_compressed(tmp_path / "m.npz", **numbers)
    outcome, memory = files.watched("weights", "m.npz", "--json", "--statistics", cwd=tmp_path)
    assert memory < MEMORY, memory
    found = {entry["name"]: entry["statistics"] for entry in json.loads(outcome.out)["tensors"]}
    for name, array in numbers.items():
        assert (found[name]["min"], found[name]["max"], found[name]["zeros"]) == (array.min(), array.max(), (array == 0).sum())
    outcome, _ = files.watched("convert", "m.npz", "m.safetensors", cwd=tmp_path)
    copy = safetensors.numpy.load_file(tmp_path / "m.safetensors")
    assert all(copy[name].tobytes() == array.tobytes() for name, array in numbers.items())


def test_zip_bomb(tmp_path):
    """What deflate cannot make, and what the array's header does not say, is refused before anything is unpacked."""
    whole = files.npy_bytes("'|u1'", "(5000000,)", bytes(5_000_000))
    sound = files.zip_bytes({"x.npy": whole}, zipfile.ZIP_DEFLATED)
    refuse(tmp_path, "m.npz", lying(sound, len(whole), 4_000_000_000), "more than deflate can make")
    other = files.npy_bytes("'|u1'", "(1000,)", bytes(5_000_000))
    refuse(tmp_path, "n.npz", files.zip_bytes({"x.npy": other}, zipfile.ZIP_DEFLATED), "takes 1000 bytes")


def test_gigabytes_of_zeros(tmp_path):
    """A file of a megabyte that unpacks to gigabytes is refused for what its directory says, by all that would unpack it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1 << 20)
    head = files.npy_bytes("'|u1'", f"({1500 << 20},)", b"")
    body = packer.compress(head) + b"".join(packer.compress(block) for _ in range(1500)) + packer.flush()
    size = len(head) + (1500 << 20)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(body), size, 5, 0) + b"w.npy"
    entry = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(body), size, 5, 0, 0, 0, 0, 0, 0) + b"w.npy"
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(local) + len(body), 0)
    refuse(tmp_path, "m.npz", local + body + entry + end, "made to harm")
    (tmp_path / "m.mica").write_text(
        'model m(x: f32[N, 4]) -> (y: f32[N, 4]) {\n    weights "m.npz"\n    return fc: Linear(x, out_features=4)\n}\n'
    )
    outcome, _ = files.watched("check", "m.mica", cwd=tmp_path)
    assert outcome.code == 1 and "made to harm" in outcome.err


def lying(content: bytes, old: int, new: int) -> bytes:
    """An archive in which a number of its directory is another."""
    return content.replace(struct.pack("<I", old), struct.pack("<I", new))


def test_an_entry_of_more_than_it_says(tmp_path):
    whole = files.npy_bytes("'|u1'", "(1000,)", bytes(5_000_000))
    said = len(whole) - 5_000_000 + 1000
    content = lying(files.zip_bytes({"x.npy": whole}, zipfile.ZIP_DEFLATED), len(whole), said)
    (tmp_path / "m.npz").write_bytes(content)
    outcome, memory = files.watched("weights", "m.npz", "--statistics", cwd=tmp_path)
    assert outcome.code == 1 and "unpacks to more" in outcome.err and memory < MEMORY


def test_an_entry_that_is_damaged(tmp_path):
    array = numpy.random.default_rng(1).integers(0, 4, 100_000).astype("u1")
    content = bytearray(files.zip_bytes({"x.npy": files.array_bytes(array)}, zipfile.ZIP_DEFLATED))
    content[5000] ^= 0xFF
    (tmp_path / "m.npz").write_bytes(content)
    outcome, _ = files.watched("weights", "m.npz", "--statistics", cwd=tmp_path)
    assert outcome.code == 1 and "damaged" in outcome.err


def test_entries_over_one_another(tmp_path):
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    inner = files.array_bytes(numpy.zeros(100, "u1"))
    data = packed.compress(inner) + packed.flush()
    fields = struct.pack("<HHHHHIII", 20, 0, 8, 0, 0x21, zlib.crc32(inner), len(data), len(inner))
    local = b"PK\x03\x04" + fields + struct.pack("<HH", 5, 0) + b"a.npy" + data
    directory = b"".join(
        b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHHHII", 5, 0, 0, 0, 0, 0, 0) + name
        for name in (b"a.npy", b"b.npy")
    )
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 2, 2, len(directory), len(local), 0)
    refuse(tmp_path, "m.npz", local + directory + end, "lies over")


def test_archives_that_are_cut_off(tmp_path):
    content = files.zip_bytes({"x.npy": files.array_bytes(numpy.arange(1000))})
    refuse(tmp_path, "m.npz", content[:-30], "no directory")
    refuse(tmp_path, "n.npz", lying(content, len(content) - 22 - 51, 0xFFFF_FF00), "")
    refuse(tmp_path, "o.npz", files.zip_bytes({"a.txt": b"hello"}), "neither arrays")


GGUF = {
    "2^60 tensors": (files.gguf_bytes([], [], tensor_count=1 << 60), "bytes are to follow"),
    "2^60 facts": (files.gguf_bytes([], [], fact_count=1 << 60), "bytes are to follow"),
    "text of 2^60 bytes": (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 60), "1152921504606846976 bytes"),
    "array of 2^60 numbers": (
        files.gguf_bytes([files.gguf_text("a") + struct.pack("<IIQ", 9, 4, 1 << 62)], []), "bytes are to follow",
    ),
    "array of 2^60 texts": (
        files.gguf_bytes([files.gguf_text("a") + struct.pack("<IIQ", 9, 8, 1 << 60)], []), "bytes are to follow",
    ),
    "tensors over one another": (files.gguf_bytes([], [("a", [8], 0, 0), ("b", [8], 0, 16)], bytes(64)), "'b' overlaps 'a'"),
    "beyond the file": (files.gguf_bytes([], [("a", [8], 0, 32)], bytes(32)), "beyond the end"),
    "2^63 offset": (files.gguf_bytes([], [("a", [8], 0, (1 << 64) - 32)], bytes(32)), "beyond the end"),
    "overflow": (files.gguf_bytes([], [("a", [1 << 40, 1 << 40], 0, 0)], bytes(32)), "whole number"),
    "a part of a block": (files.gguf_bytes([], [("a", [33], 2, 0)], bytes(64)), "whole number"),
    "one name twice": (files.gguf_bytes([], [("a", [8], 0, 0)] * 2, bytes(32)), "two tensors"),
    "version": (files.gguf_bytes([], [], version=9), "version 9"),
    "alignment of nothing": (
        files.gguf_bytes([files.gguf_text("general.alignment") + struct.pack("<II", 4, 0)], []), "general.alignment",
    ),
    "2^32 axes": (b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + files.gguf_text("a") + struct.pack("<I", 0xFFFF_FFFF), "axes"),
}  # fmt: skip


@pytest.mark.parametrize("name", GGUF)
def test_gguf(tmp_path, name):
    refuse(tmp_path, "m.gguf", *GGUF[name])


def pickle_of(program: bytes) -> bytes:
    return files.archive_bytes(program, {"0": NUMBERS})


TENSOR = b"](ctorch._utils\n_rebuild_tensor_v2\nq\x00" + files.tuple_of(
    files.storage(), files.integer(0), files.tuple_of(files.integer(4)), files.tuple_of(files.integer(1)), b"\x89", b"N",
) + b"q\x01R"  # fmt: skip

# Much in few bytes, and numbers that no checkpoint has: each meets a limit that is a constant.
LARGE = {
    "memo of 3 million entries": ("m.pt", lambda: pickle_of(b"\x80\x04N" + b"\x94" * 3_000_000 + b"."), "entries of the memo"),
    "memo with gaps": (
        "m.pt", lambda: pickle_of(b"\x80\x02N" + b"".join(b"r" + struct.pack("<I", 7 * i + 5) for i in range(200_000)) + b"."),
        "entries of the memo",
    ),
    "2 million values": ("m.pt", lambda: pickle_of(b"\x80\x02" + b"N" * 2_000_000 + b"."), "values at a time"),
    "2 million marks": ("m.pt", lambda: pickle_of(b"\x80\x02" + b"(" * 2_000_000 + b"."), "marks"),
    "3 million dictionaries": ("m.pt", lambda: pickle_of(b"\x80\x02" + b"}0" * 3_000_000 + b"."), "dictionaries"),
    "3 million lists": ("m.pt", lambda: pickle_of(b"\x80\x02" + b"N\x850" * 3_000_000 + b"."), "more than a checkpoint has"),
    "a list that grows": ("m.pt", lambda: pickle_of(b"\x80\x02]" + (b"(" + b"N" * 1000 + b"e") * 4500 + b"."), "more values"),
    "a dictionary that grows": ("m.pt", lambda: pickle_of(b"\x80\x02}" + b"K\x01Ns" * 2_500_000 + b"."), "more values"),
    "a tensor again and again": (
        "m.pt", lambda: pickle_of(b"\x80\x02" + TENSOR + b"h\x00h\x01R" * 500_000 + b"e."), "more tensors",
    ),
    "long names again and again": (
        "m.pt",
        lambda: pickle_of(
            b"\x80\x02}(" + files.text("a" * 100_000) + b"q\x00" + files.tensor([4], [1]) + b"q\x01"
            + b"".join(files.integer(i) + b"}h\x00h\x01s" for i in range(5000)) + b"u."
        ),
        "than a checkpoint has",
    ),
    "20 million axes": (
        "m.safetensors",
        lambda: files.safetensors_bytes(b'{"a":{"dtype":"F32","shape":[' + b"0," * 20_000_000 + b'0],"data_offsets":[0,0]}}'),
        "above the limit",
    ),
    "a million tensors": (
        "m.safetensors",
        lambda: files.safetensors_bytes(b"{" + b",".join(b'"%d' % index + NOTHING for index in range(1_000_000)) + b"}"),
        "more than 262144 tensors",
    ),
    "a million facts": (
        "m.safetensors",
        lambda: files.safetensors_bytes(b'{"__metadata__":{' + b",".join(b'"%d":""' % index for index in range(1_000_000)) + b"}}"),
        "more than 65536 strings",
    ),
    "facts of 20 MB": (
        "m.safetensors", lambda: files.safetensors_bytes(b'{"__metadata__":{"a":"' + b"b" * 20_000_000 + b'"}}'), "above the limit",
    ),
    "brackets without end": ("m.safetensors", lambda: files.safetensors_bytes(b'{"a":' + b"[]," * 5_000_000 + b"}"), "dtype"),
    "an index of 400,000": (
        "m.safetensors.index.json",
        lambda: json.dumps({"weight_map": {str(name): "one.safetensors" for name in range(400_000)}}).encode(),
        "more than 262144 tensors",
    ),
    "a million tensors of GGUF": (
        "m.gguf", lambda: files.gguf_bytes([], [(str(index), [0], 0, 0) for index in range(1_000_000)]), "more than 262144 tensors",
    ),
    "a million facts of GGUF": (
        "m.gguf",
        lambda: files.gguf_bytes([files.gguf_text(str(index)) + struct.pack("<IB", 0, 1) for index in range(1_000_000)], []),
        "more than 65536",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_large(tmp_path, name):
    file, content, reason = LARGE[name]
    refuse(tmp_path, file, content(), reason, runs=1)


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        ({"weight_map": {"a": "../m.safetensors"}}, "a file beside the index"),
        ({"weight_map": {"a": "/etc/passwd"}}, "a file beside the index"),
        ({"weight_map": {"a": "m.safetensors.index.json"}}, "a file beside the index"),
        ({"weight_map": {"b": "one.safetensors"}}, "does not have it"),
        ({"weight_map": {"a": 3}}, "no file name"),
        ({"weight_map": []}, "weight_map"),
        ([], "JSON object"),
        ({"weight_map": {"a": "one.safetensors"}, "metadata": {"a": "b" * 2_000_000}}, "above the limit"),
    ],
)
def test_index(tmp_path, index, reason):
    (tmp_path / "one.safetensors").write_bytes(files.safetensors_bytes({"a": F32}, bytes(8)))
    refuse(tmp_path, "m.safetensors.index.json", json.dumps(index).encode(), reason)


def test_damaged_files_never_end_the_program(models, tmp_path, seed):
    """Drawn changes of sound files: read or refused, never more."""
    drawn = random.Random(seed)
    sound = {
        "a.pt": files.archive_bytes(files.state(a=files.tensor([2, 2], [1, 2])), {"0": NUMBERS}),
        "b.pt": files.legacy_bytes(files.state(a=files.tensor([2, 2], [2, 1])), ["0"], struct.pack("<Q", 4) + NUMBERS),
        "c.pth": (models / "lpips/weights/v0.1/alex.pth").read_bytes(),
        "d.npz": files.zip_bytes({"x.npy": files.array_bytes(numpy.arange(20))}, zipfile.ZIP_DEFLATED),
        "e.npy": files.array_bytes(numpy.arange(20)),
        "f.gguf": files.gguf_bytes([files.gguf_text("k") + struct.pack("<IIQ", 9, 4, 2) + bytes(8)], [("a", [2, 4], 0, 0)], bytes(32)),
        "g.safetensors": files.safetensors_bytes({"a": F32}, bytes(8)),
    }  # fmt: skip
    for _ in range(40):
        name = drawn.choice(list(sound))
        content = bytearray(sound[name])
        for _ in range(drawn.randrange(1, 4)):
            place = drawn.randrange(len(content))
            match drawn.randrange(3):
                case 0: content[place] = drawn.randrange(256)
                case 1: del content[place : place + drawn.randrange(1, 9)]
                case 2: content[place:place] = drawn.choice([b"\xff" * 8, bytes(8), b"(", b"R", b"\x85", b"."])
            if not content:
                break
        (tmp_path / name).write_bytes(content)
        outcome, memory = files.watched("weights", name, "--statistics", cwd=tmp_path)
        assert outcome.code in (0, 1) and memory < MEMORY, (name, bytes(content), outcome)


@pytest.mark.parametrize("command", [["weights", "m.safetensors", "--statistics"], ["convert", "m.safetensors", "out.npz"]])
def test_a_file_that_is_shortened_while_it_is_read(tmp_path, command):
    count = 4_000_000_000
    header = {"a": {"dtype": "F32", "shape": [count // 4], "data_offsets": [0, count]}}
    path = tmp_path / "m.safetensors"
    path.write_bytes(files.safetensors_bytes(header))
    os.truncate(path, path.stat().st_size + count)
    binary = os.path.abspath(os.environ.get("MICA_BINARY", files.ROOT / ".build/release/mica"))
    process = subprocess.Popen([binary, *command], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # It is in the middle when it has mapped the file and begun to touch it.
    while process.poll() is None and int(Path(f"/proc/{process.pid}/statm").read_text().split()[2]) * 4096 < 80_000_000:
        time.sleep(0.001)
    os.truncate(path, 5000)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1, (process.returncode, out, err)
    assert "m.safetensors' was shortened while it was read" in err and out == ""
    assert sorted(each.name for each in tmp_path.iterdir()) == ["m.safetensors"]


@pytest.mark.parametrize("name", ["m.safetensors", "m.pth", "m.npz", "m.gguf", "m.onnx"])
def test_what_git_lfs_has_not_fetched_is_told(tmp_path, name):
    (tmp_path / name).write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{'5' * 64}\nsize 12345\n")
    outcome, _ = files.watched("weights", name, cwd=tmp_path)
    assert outcome.code == 1 and "Git LFS left a pointer here" in outcome.err and "git lfs pull" in outcome.err, outcome
