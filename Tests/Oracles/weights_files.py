"""Files of weights in every form, written byte by byte, and mica run on them with its memory watched."""

import collections
import dataclasses
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import numpy

from command import ROOT, Outcome

MAGIC = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
VERSION = b"\x80\x02M\xe9\x03."


# A process begins with the memory of the one that started it: this one has little.
WATCHER = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(json.dumps([done.returncode, done.stdout.decode(), done.stderr.decode(), memory]))
"""


def watched(*arguments: object, cwd: Path | None = None) -> tuple[Outcome, int]:
    """Runs mica, and returns its outcome and the most memory that it held, in bytes."""
    binary = os.path.abspath(os.environ.get("MICA_BINARY", ROOT / ".build/release/mica"))
    command = [sys.executable, "-S", "-c", WATCHER, binary, *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=True, text=True)
    code, out, err, memory = json.loads(done.stdout)
    return Outcome(code, out, err), memory


def safetensors_bytes(header: dict | bytes, data: bytes = b"", size: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if size is None else size) + text + data


def npy_bytes(descr: str, shape: str, data: bytes = b"", order: str = "False", size: int | None = None) -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", len(header) if size is None else size) + header + data


def array_bytes(array: numpy.ndarray) -> bytes:
    file = io.BytesIO()
    numpy.save(file, array, allow_pickle=False)
    return file.getvalue()


def zip_bytes(entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def legacy_bytes(program: bytes, keys: list[str] = (), data: bytes = b"") -> bytes:
    """A file of torch.save's before PyTorch 1.6, its object made by `program`."""
    facts = b"\x80\x02}X\r\x00\x00\x00little_endian\x88s."
    listed = b"\x80\x02](" + b"".join(b"X" + struct.pack("<I", len(key)) + key.encode() for key in keys) + b"e."
    return MAGIC + VERSION + facts + program + listed + data


def archive_bytes(program: bytes, storages: dict[str, bytes] | None = None, **others: bytes) -> bytes:
    """A file of torch.save's since PyTorch 1.6, its object made by `program`."""
    entries = {"archive/data.pkl": program, "archive/version": b"3\n"}
    entries |= {f"archive/data/{key}": data for key, data in (storages or {}).items()}
    entries |= {f"archive/{name}": data for name, data in others.items()}
    return zip_bytes(entries)


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def integer(value: int) -> bytes:
    digits = value.to_bytes((value.bit_length() + 8) // 8, "little", signed=True)
    return b"\x8a" + bytes([len(digits)]) + digits


def tuple_of(*values: bytes) -> bytes:
    return b"(" + b"".join(values) + b"t"


def storage(key: str = "0", count: int = 4, kind: str = "FloatStorage", module: str = "torch") -> bytes:
    return tuple_of(text("storage"), f"c{module}\n{kind}\n".encode(), text(key), text("cpu"), integer(count)) + b"Q"


def tensor(sizes: list[int], strides: list[int], offset: int = 0, **of_storage) -> bytes:
    """Instructions that make a tensor."""
    arguments = tuple_of(
        storage(**of_storage), integer(offset), tuple_of(*map(integer, sizes)), tuple_of(*map(integer, strides)),
        b"\x89", b"ccollections\nOrderedDict\n)R",
    )  # fmt: skip
    return b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"R"


def state(**tensors: bytes) -> bytes:
    """A program that makes a dictionary of tensors."""
    return b"\x80\x02}(" + b"".join(text(name) + made for name, made in tensors.items()) + b"u."


def gguf_text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf_bytes(metadata: list[bytes], tensors: list[tuple[str, list[int], int, int]], data: bytes = b"", **said) -> bytes:
    """Tensors as name, sizes (outermost first), type and offset."""
    # Grown in place: there may be a million tensors.
    header = bytearray(b"GGUF")
    header += struct.pack(
        "<IQQ", said.get("version", 3), said.get("tensor_count", len(tensors)), said.get("fact_count", len(metadata))
    )
    header += b"".join(metadata)
    for name, sizes, kind, offset in tensors:
        header += gguf_text(name) + struct.pack("<I", len(sizes))
        header += b"".join(struct.pack("<Q", size) for size in reversed(sizes)) + struct.pack("<IQ", kind, offset)
    return bytes(header + b"\0" * (-len(header) % 32) + data)


class Pickled:
    """A tensor, as Python pickles PyTorch's: of a storage that stands outside of the pickle."""

    def __init__(self, array: numpy.ndarray, key: str):
        self.array, self.key = array, key


class StatePickler(pickle.Pickler):
    """Python's own pickler, with stand-ins for the names of PyTorch that tensors are made of."""

    def __init__(self, file):
        super().__init__(file, protocol=2)
        for module in ("torch", "torch._utils"):
            sys.modules.setdefault(module, types.ModuleType(module))
        self.storage = sys.modules["torch"].__dict__.setdefault("FloatStorage", type("FloatStorage", (), {"__module__": "torch"}))
        function = types.FunctionType((lambda *_: None).__code__, {}, "_rebuild_tensor_v2")
        function.__module__, function.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
        self.rebuild = sys.modules["torch._utils"].__dict__.setdefault("_rebuild_tensor_v2", function)

    def persistent_id(self, value):
        return ("storage", self.storage, value.key, "cpu", value.array.size) if isinstance(value, KeptStorage) else None

    def reducer_override(self, value):
        if not isinstance(value, Pickled):
            return NotImplemented
        strides = tuple(step // value.array.itemsize for step in value.array.strides)
        return self.rebuild, (KeptStorage(value.array, value.key), 0, value.array.shape, strides, False, collections.OrderedDict())


@dataclasses.dataclass
class KeptStorage:
    array: numpy.ndarray
    key: str


def pickled_bytes(value: object, arrays: dict[str, numpy.ndarray]) -> bytes:
    """A file of torch.save's since PyTorch 1.6 that holds a value with `Pickled` tensors in it."""
    file = io.BytesIO()
    StatePickler(file).dump(value)
    return archive_bytes(file.getvalue(), {key: array.tobytes() for key, array in arrays.items()})
