"""A mistake gives one line that names the place and both facts, exit code 1, and no file."""

import re
import textwrap
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from command import EXAMPLES, mica

# Each case: a text, in which the diagnostic must lie between the two marks ¦; what its message must match; and the
# shapes in the weights file w.safetensors.
CASES = {
    "channels in a sum": (
        """
        model m(a: f32[N, 4, 8, 8], b: f32[N, 6, 8, 8]) -> (y: f32[N, 4, 8, 8]) {
            y = ¦a + b¦
            return y
        }
        """,
        r"(?=.*\b4\b)(?=.*\b6\b)",
        {},
    ),
    "channels of an output": (
        """
        model m(image: f32[N, 3, 8, 8]) -> (y: f32[N, 12, 8, 8]) {
            x = image |> conv1: Conv2d(out_channels=5, kernel_size=3, padding=1)
            ¦return x¦
        }
        """,
        r"(?=.*\b12\b)(?=.*\b5\b)",
        {},
    ),
    "channels of an ascription": (
        """
        model m(image: f32[N, 3, 8, 8]) -> (y: f32[...]) {
            ¦x: f32[N, 12, 8, 8] = image |> conv1: Conv2d(out_channels=5, kernel_size=3, padding=1)¦
            return x
        }
        """,
        r"(?=.*\b12\b)(?=.*\b5\b)",
        {},
    ),
    "channels of a matrix product": (
        """
        model m(a: f32[N, 7], b: f32[9, 4]) -> (y: f32[N, 4]) {
            return ¦a @ b¦
        }
        """,
        r"(?=.*\b7\b)(?=.*\b9\b)",
        {},
    ),
    "channels in a block": (
        """
        block Residual(x: T[N, C, H, W], channels: int) -> T[N, C, H, W] {
            y = x |> conv1: Conv2d(out_channels=channels, kernel_size=3, padding=1)
            return ¦x + y¦
        }
        model m(image: f32[N, 24, 8, 8]) -> (y: f32[N, 24, 8, 8]) {
            return r: Residual(image, channels=32)
        }
        """,
        r"(?=.*\b24\b)(?=.*\b32\b)",
        {},
    ),
    "unknown value": (
        """
        model m(image: f32[N, 3]) -> (y: f32[N, 3]) {
            return Relu(¦imgae¦)
        }
        """,
        r"(?=.*\bimgae\b)(?=.*\bimage\b)",
        {},
    ),
    "unknown callee": (
        """
        model m(image: f32[N, 3, 8, 8]) -> (y: f32[...]) {
            return conv1: ¦Conv2¦(image, out_channels=5, kernel_size=3)
        }
        """,
        r"(?=.*\bConv2\b)(?=.*\bConv2d\b)",
        {},
    ),
    "unknown configuration": (
        """
        model m(image: f32[N, 3]) -> (y: f32[...]) {
            return fc: Linear(image, ¦out_feature=5¦)
        }
        """,
        r"(?=.*\bout_feature\b)(?=.*\bout_features\b)",
        {},
    ),
    "broken syntax": (
        """
        model m(image: f32[N, 3]) -> (y: f32[N, 3]) {
            x = ¦=¦ Relu(image)
            return image
        }
        """,
        r".*=",
        {},
    ),
    "no tensor of that name": (
        """
        model m(x: f32[N, 4]) -> (y: f32[N, 10]) {
            weights "w.safetensors"
            return ¦head: Linear(x, out_features=10)¦
        }
        """,
        r"(?=.*\bhead\.weight\b)(?=.*\bw\.safetensors\b)",
        {"head.bias": (10,)},
    ),
    "a tensor of another shape": (
        """
        model m(x: f32[N, 6]) -> (y: f32[N, 10]) {
            weights "w.safetensors"
            return ¦fc: Linear(x, out_features=10, bias=false)¦
        }
        """,
        r"(?=.*\bfc\.weight\b)(?=.*\[10, 6\])(?=.*\[10, 4\])",
        {"fc.weight": (10, 4)},
    ),
    "no weights file": (
        """
        model m(x: f32[N, 4]) -> (y: f32[N, 10]) {
            ¦weights "absent.safetensors"¦
            return fc: Linear(x, out_features=10)
        }
        """,
        r"(?=.*\babsent\.safetensors\b)",
        {},
    ),
}


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with an earlier output and a folder for temporary files."""
    (tmp_path / "scratch").mkdir()
    (tmp_path / "old.onnx").write_bytes(b"earlier")
    return tmp_path


def write(folder: Path, name: str) -> tuple[int, int, int]:
    """Writes the case's files; returns the line of its place, its first column and the one after its last."""
    marked, _, shapes = CASES[name]
    before, between, after = ("use onnx 21\n" + textwrap.dedent(marked)).split("¦")
    (folder / "wrong.mica").write_text(before + between + after)
    save_file({name: np.ones(shape, np.float32) for name, shape in shapes.items()}, folder / "w.safetensors")
    column = len(before) - before.rfind("\n")
    return before.count("\n") + 1, column, column + len(between)


def fail(folder: Path, *arguments: object):
    """Runs mica in the folder; it must leave every file as it was."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    outcome = mica(*arguments, cwd=folder, environment={"TMPDIR": str(folder / "scratch")})
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before, f"files appeared, changed or went: {after.keys() ^ before.keys()}"
    return outcome


@pytest.mark.parametrize("target", ["new.onnx", "old.onnx"])
@pytest.mark.parametrize("name", CASES)
def test_convert_names_the_place_and_both_facts(folder, name, target):
    line, first, end = write(folder, name)
    outcome = fail(folder, "convert", "wrong.mica", target)
    assert outcome.code == 1, outcome.err
    assert [found.severity for found in outcome.diagnostics] == ["error"], outcome.err
    error = outcome.diagnostics[0]
    assert (error.file, error.line) == ("wrong.mica", line), outcome.err
    assert first <= error.column < end, outcome.err
    assert re.match(CASES[name][1], error.message), outcome.err


@pytest.mark.parametrize("name", [name for name in CASES if "weights file" not in name])
def test_check_says_the_same(folder, name):
    write(folder, name)
    check, convert = fail(folder, "check", "wrong.mica"), fail(folder, "convert", "wrong.mica", "new.onnx")
    assert check.code == 1
    assert check.diagnostics == convert.diagnostics != []


def test_check_warns_of_an_absent_weights_file(folder):
    write(folder, "no weights file")
    outcome = fail(folder, "check", "wrong.mica")
    assert outcome.code == 0, outcome.err
    assert [found.severity for found in outcome.diagnostics] == ["warning"]
    assert "absent.safetensors" in outcome.diagnostics[0].message


@pytest.mark.parametrize("command", [["check"], ["summary"], ["convert", "new.onnx"]])
def test_absent_source(folder, command):
    outcome = fail(folder, command[0], "absent.mica", *command[1:])
    assert outcome.code == 1
    assert re.fullmatch(r"absent\.mica:\d+:\d+: error\[[a-z-]+\]: .*No such file.*\n", outcome.err, re.IGNORECASE)


def test_unwritable_target(folder):
    outcome = fail(folder, "convert", EXAMPLES / "resnet18.mica", folder / "no" / "such" / "folder.onnx")
    assert outcome.code == 1
    assert len(outcome.err.splitlines()) == 1 and "folder.onnx" in outcome.err


SOURCES = {
    "empty": b"",
    "not text": b"\x00\xff\xfe",
    "a word": b"model",
    "deep": b"{" * 100_000,
    "deep expression": b"model m(x: f32[N]) -> (y: f32[N]) {\n    return " + b"(" * 100_000,
    "cut short": "model é(".encode(),
}


@pytest.mark.parametrize("content", SOURCES.values(), ids=SOURCES.keys())
def test_hostile_source(folder, content):
    (folder / "wrong.mica").write_bytes(content)
    outcome = fail(folder, "convert", "wrong.mica", "new.onnx")
    assert outcome.code == 1
    assert outcome.diagnostics and outcome.diagnostics[0].file == "wrong.mica"


HEADERS = {"none": b"", "empty": b"{}", "full": b'{"fc.weight":{"dtype":"F32","shape":[10,4],"data_offsets":[0,160]}}'}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
@pytest.mark.parametrize("length", [0, 2, 2**40, 2**64 - 1])
def test_hostile_weights(folder, header, length):
    """Headers that lie about their length, or promise more bytes than there are."""
    write(folder, "a tensor of another shape")
    (folder / "w.safetensors").write_bytes(length.to_bytes(8, "little") + header)
    (folder / "wrong.mica").write_text((folder / "wrong.mica").read_text().replace("N, 6", "N, 4"))
    outcome = fail(folder, "convert", "wrong.mica", "new.onnx")
    assert outcome.code == 1
    assert any("w.safetensors" in found.message or "fc.weight" in found.message for found in outcome.diagnostics)


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["check"],
        ["check", "--no-such-option", "x.mica"],
        ["summary"],
        ["summary", "x.mica", "--bind", "N"],
        ["convert"],
        ["convert", "x.mica"],
        ["convert", "x.mica", "x.onnx", "--opset", "many"],
    ],
    ids=" ".join,
)
def test_usage(folder, arguments):
    outcome = fail(folder, *arguments)
    assert outcome.code == 2
    assert outcome.out == "" and outcome.err != ""


HELP = [["--version"], ["--help"], ["check", "--help"], ["convert", "--help"]]


@pytest.mark.parametrize("arguments", HELP, ids=" ".join)
def test_help_and_version(folder, arguments):
    outcome = fail(folder, *arguments)
    assert (outcome.code, outcome.err) == (0, "")
    assert re.search(r"\d+\.\d+\.\d+" if arguments == ["--version"] else "USAGE|Usage", outcome.out)
