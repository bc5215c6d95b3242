"""Every example checks, and exports to a file that onnx and ONNX Runtime accept."""

import re
import shutil
from pathlib import Path

import pytest

import onnx_file
from command import EXAMPLES, convert, mica, succeed

SOURCES = sorted(EXAMPLES.glob("*.mica"))


def absent_weights(source: Path) -> bool:
    names = re.findall(r'^\s*weights\s+"([^"]+)"', source.read_text(), re.MULTILINE)
    return any(not (source.parent / name).exists() for name in names)


def test_there_are_examples():
    assert {"resnet18", "minilm_l6"} <= {source.stem for source in SOURCES}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_checks(source):
    outcome = succeed("check", source)
    expected = ["warning"] if absent_weights(source) else []
    assert [found.severity for found in outcome.diagnostics] == expected, outcome.err


@pytest.mark.parametrize("opset", [13, 17, 21])
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_exports(source, opset, tmp_path):
    options = ["--random-weights"] if absent_weights(source) else []
    path = convert(source, tmp_path / "example.onnx", "--opset", opset, *options)
    assert list(onnx_file.disagreements(onnx_file.check(path, opset))) == []
    assert onnx_file.session(path).get_outputs()


@pytest.mark.parametrize("source", list(filter(absent_weights, SOURCES)), ids=lambda source: source.stem)
def test_does_not_make_up_weights_unasked(source, tmp_path):
    copy = shutil.copy(source, tmp_path)
    outcome = mica("convert", copy, tmp_path / "example.onnx")
    assert outcome.code == 1
    assert [found.severity for found in outcome.diagnostics] == ["error"], outcome.err
    assert not (tmp_path / "example.onnx").exists()
