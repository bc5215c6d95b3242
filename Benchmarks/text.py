"""Medians of alternating runs: an ONNX file as Mica text and back, beside the onnx package's printer and beside `cat`.

What mica does is timed as a whole process, its proof of the text included; what the onnx package does is timed inside a running
Python.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import onnx
import onnx.printer

from infer import MICA, compare, unshared_peak

sys.path.append(os.fspath(Path(__file__).parents[1] / "Tests" / "Oracles"))
from transformer import transformer  # noqa: E402


def mica(*arguments: str | Path) -> None:
    subprocess.run([MICA, "convert", *arguments], check=True, capture_output=True)


def printed(source: Path, target: Path) -> None:
    target.write_text(onnx.printer.to_text(onnx.load(source)))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        source, text, target, other = (Path(name, file) for file in ("m.onnx", "m.mica", "back.onnx", "other"))
        onnx.save(transformer(layers=12, hidden=768, count=12), source)
        size = f"{source.stat().st_size / 1e6:.0f} MB"
        compare(
            f"transformer of {size} to text",
            {
                "mica convert": lambda: mica(source, text),
                "mica convert --operators": lambda: mica("--operators", source, text.with_suffix(".operators.mica")),
                "onnx.load, onnx.printer.to_text": lambda: printed(source, other),
            },
        )
        print(f"  unshared memory of mica, peak: {unshared_peak('convert', source, text):.1f} MiB")
        print(f"  lines: {text.read_text().count(chr(10))}, bytes: {text.stat().st_size} (mica), {other.stat().st_size} (onnx)")
        compare(
            f"text to ONNX, {size}",
            {
                "mica convert": lambda: mica(text, target),
                "cat IN > OUT": lambda: subprocess.run(["sh", "-c", f"cat {source} > {other}"], check=True),
            },
        )
        print(f"  unshared memory of mica, peak: {unshared_peak('convert', text, target):.1f} MiB")


if __name__ == "__main__":
    main()
