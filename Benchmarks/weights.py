"""Medians of alternating runs: `mica weights` beside `cat` and NumPy, on files of 400 MB in the page cache; and a sparse one."""

import json
import os
import struct
import sys
import tempfile
from pathlib import Path

import numpy
from convert import compare, python

MICA = os.environ["MICA_BINARY"]
BYTES = 400_000_000
TENSORS = 100
STATISTICS = """
import sys, numpy
from safetensors import safe_open
with safe_open(sys.argv[1], "numpy") as file:
    for name in file.keys():
        x = file.get_tensor(name)
        x.min(), x.max(), x.mean(), x.std(), (x == 0).sum(), (~numpy.isfinite(x)).sum()
"""


def header(dtype: str, width: int, size: int) -> bytes:
    each = size // TENSORS
    entries = {
        f"layers.{index}.weight": {"dtype": dtype, "shape": [each // width], "data_offsets": [index * each, (index + 1) * each]}
        for index in range(TENSORS)
    }
    text = json.dumps(entries).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


def dense(path: Path, dtype: str, width: int) -> None:
    numbers = numpy.random.default_rng(1)
    with path.open("wb") as file:
        file.write(header(dtype, width, BYTES))
        for _ in range(TENSORS):
            values = numbers.standard_normal(BYTES // TENSORS // width, "f4")
            match dtype:
                case "F32": file.write(values.tobytes())
                case "F16": file.write(values.astype("f2").tobytes())
                case "BF16": file.write((values.view("u4") >> 16).astype("u2").tobytes())


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for dtype, width in [("F32", 4), ("F16", 2), ("BF16", 2)]:
            path = folder / f"{dtype}.safetensors"
            dense(path, dtype, width)
            commands = {
                "cat FILE > /dev/null": ["sh", "-c", f"cat {path} > /dev/null"],
                "mica weights --statistics": [MICA, "weights", "--statistics", str(path)],
            }
            if dtype == "F32":
                commands["numpy, the same statistics"] = python(STATISTICS, path)
            compare(f"{dtype}, 400 MB: statistics of all tensors", commands)
            path.unlink()
        sparse = folder / "sparse.safetensors"
        sparse.write_bytes(header("F32", 4, 20_000_000_000))
        with sparse.open("r+b") as file:
            file.truncate(sparse.stat().st_size + 20_000_000_000)
        compare(
            "20 GB, sparse: the table",
            {
                "mica weights": [MICA, "weights", str(sparse)],
                "python, importing nothing": [sys.executable, "-c", ""],
            },
        )


if __name__ == "__main__":
    main()
