"""Every example checks; what it exports to is test_opsets.py's."""

import re
import shutil
from pathlib import Path

import pytest

import architecture
from command import EXAMPLES, mica, succeed

SOURCES = sorted(EXAMPLES.glob("*.mica"))


def absent_weights(source: Path) -> list[str]:
    """The weights files that its models name and that are not beside it, in order."""
    names = re.findall(r'^\s*weights\s+"([^"]+)"', source.read_text(), re.MULTILINE)
    return [name for name in names if not (source.parent / name).exists()]


def test_there_are_examples():
    assert {"resnet18", "minilm_l6"} <= {source.stem for source in SOURCES}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_checks(source):
    outcome = succeed("check", source)
    expected = ["weights-file-missing"] * len(absent_weights(source))
    assert [found.identifier for found in outcome.diagnostics] == expected, outcome.err


@pytest.mark.parametrize("source", list(filter(absent_weights, SOURCES)), ids=lambda source: source.stem)
def test_does_not_make_up_weights_unasked(source, tmp_path):
    copy = shutil.copy(source, tmp_path)
    for name in architecture.models(source):
        _, *model = architecture.source(name)
        outcome = mica("convert", copy, tmp_path / "example.onnx", *model)
        assert outcome.code == 1
        assert [found.severity for found in outcome.diagnostics] == ["error"], outcome.err
        assert not (tmp_path / "example.onnx").exists()
