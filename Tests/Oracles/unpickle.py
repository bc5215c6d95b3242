"""Tensors of PyTorch files, read without PyTorch: Python's own unpickler with a list of the names that it may find."""

import collections
import pickle
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy

MAGIC = 0x1950A86A20F9469CFC6C
TYPES = {"Float": "f4", "Double": "f8", "Half": "f2", "Long": "i8", "Int": "i4", "Byte": "u1", "Bool": "?"}


@dataclass
class Storage:
    dtype: numpy.dtype
    key: str
    count: int


@dataclass
class Tensor:
    storage: Storage
    offset: int
    sizes: tuple
    strides: tuple


class Module:
    """Whatever class of a TorchScript archive: a bag of attributes."""


class Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if module == "torch._utils" and name in ("_rebuild_tensor", "_rebuild_tensor_v2"):
            return lambda storage, offset, sizes, strides, *_: Tensor(storage, offset, tuple(sizes), tuple(strides))
        if module == "torch" and name.endswith("Storage"):
            return numpy.dtype(TYPES[name.removesuffix("Storage")])
        if (module, name) == ("torch.jit._pickle", "build_intlist"):
            return lambda values: values
        if module.startswith("__torch__"):
            return Module
        raise pickle.UnpicklingError(f"{module}.{name}")

    def persistent_load(self, identifier):
        kind, dtype, key, _, count, *_ = identifier
        assert kind == "storage"
        return Storage(dtype, key, count)


def walk(value, path: list[str]):
    if isinstance(value, Tensor):
        yield ".".join(path), value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, [*path, str(key)])
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from walk(inner, [*path, str(index)])
    elif isinstance(value, Module):
        yield from walk(vars(value), path)


def array(tensor: Tensor, data: bytes) -> numpy.ndarray:
    elements = numpy.frombuffer(data, tensor.storage.dtype)
    strides = [step * elements.itemsize for step in tensor.strides]
    return numpy.lib.stride_tricks.as_strided(elements[tensor.offset :], tensor.sizes, strides)


def read_archive(path: Path) -> dict[str, numpy.ndarray]:
    with zipfile.ZipFile(path) as archive:
        (pickled,) = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        folder = pickled.removesuffix("data.pkl")
        found = {}
        for name, storages, prefix in [("data.pkl", "data/", ""), ("constants.pkl", "constants/", "CONSTANTS.c")]:
            if folder + name not in archive.namelist():
                continue
            with archive.open(folder + name) as file:
                value = Unpickler(file).load()
            for path_in, tensor in walk(value, []):
                found[prefix + path_in] = array(tensor, archive.read(folder + storages + tensor.storage.key))
        return found


def read_legacy(path: Path) -> dict[str, numpy.ndarray]:
    with path.open("rb") as file:
        assert Unpickler(file).load() == MAGIC
        assert Unpickler(file).load() == 1001
        assert Unpickler(file).load()["little_endian"]
        tensors = dict(walk(Unpickler(file).load(), []))
        widths = {tensor.storage.key: tensor.storage.dtype.itemsize for tensor in tensors.values()}
        data = {}
        for key in Unpickler(file).load():
            count = int.from_bytes(file.read(8), "little")
            data[key] = file.read(count * widths[key])
        assert not file.read()
        return {name: array(tensor, data[tensor.storage.key]) for name, tensor in tensors.items()}


def read(path: Path) -> dict[str, numpy.ndarray]:
    return read_archive(path) if zipfile.is_zipfile(path) else read_legacy(path)
