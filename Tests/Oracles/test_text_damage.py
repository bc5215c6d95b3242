"""Damaged models, written as text and anew: an error or a sound file, never a crash, never a part of a file."""

import os
import random
import resource
import subprocess
import time
from pathlib import Path

import onnx
import pytest
from google.protobuf.message import DecodeError

import onnx_everything
import text_generated
import text_models
from command import ROOT, mica
from test_inference_mutations import damaged

MEGABYTES = 4096
SECONDS = 300
CUTS = 200
SOAK = float(os.environ.get("MICA_SOAK_SECONDS", "0"))


def run(listing: Path) -> subprocess.CompletedProcess:
    limit = MEGABYTES << 20
    return subprocess.run(
        [os.environ.get("MICA_BINARY", ROOT / ".build/release/mica"), "convert", "--batch", listing],
        capture_output=True,
        timeout=SECONDS,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )


def is_readable(path: Path) -> bool:
    """Whether the onnx package takes a file."""
    try:
        onnx.ModelProto().ParseFromString(path.read_bytes())
    except DecodeError:
        return False
    return True


def survive(contents: list[bytes], folder: Path) -> int:
    """Converts files of these contents both ways, and gives how many could be written as text.

    What is written is whole: a text elaborates, a model can be read again as what it is of could be; nothing else is left
    in the folder.
    """
    folder.mkdir(exist_ok=True)
    pairs = []
    for index, content in enumerate(contents):
        source = folder / f"{index}.onnx"
        source.write_bytes(content)
        pairs += [(source, folder / f"{index}.mica"), (source, folder / f"{index}.out.onnx")]
    listing = folder / "list"
    listing.write_text("".join(f"{source}\t{target}\n" for source, target in pairs))
    done = run(listing)
    if done.returncode not in (0, 1):
        for source, target in pairs:
            listing.write_text(f"{source}\t{target}\n")
            alone = run(listing)
            assert alone.returncode in (0, 1), f"{source} ends mica with {alone.returncode}: {alone.stderr[-2000:]}"
        pytest.fail(f"mica ended with {done.returncode} on a list of which no file alone does that")
    errors = done.stderr.decode(errors="replace")
    written = [(source, target) for source, target in pairs if target.exists()]
    for source, target in pairs:
        assert target.exists() or f"{source}:1:1: error[" in errors or f"{target}:1:1: error[" in errors, source
    assert set(folder.iterdir()) == {listing, *(source for source, _ in pairs), *(target for _, target in written)}
    for source, target in written:
        if target.suffix == ".onnx" and is_readable(source):
            assert is_readable(target), source
    texts = [target for _, target in written if target.suffix == ".mica"]
    listing.write_text("".join(f"{text}\t{text.with_suffix('.back.onnx')}\n" for text in texts))
    back = run(listing)
    assert back.returncode == 0, back.stderr[-2000:]
    for path in folder.iterdir():
        path.unlink()
    return len(texts)


@pytest.fixture
def contents(models) -> list[bytes]:
    """The published models, the small ones first."""
    return sorted((path.read_bytes() for path in models.rglob("*.onnx")), key=len)


def test_truncated(contents, tmp_path, seed):
    """Each published model cut at places all over it; at 200 in a soak, in the smaller ones in any case."""
    draw = random.Random(seed)
    for number, content in enumerate(contents):
        cuts = CUTS if SOAK or len(content) < 1 << 21 else 10
        places = sorted(draw.sample(range(len(content)), cuts))
        for start in range(0, cuts, 20):
            survive([content[:place] for place in places[start : start + 20]], tmp_path / f"{number}")


def test_flipped(contents, tmp_path, seed):
    """Random bytes of each published model changed, 10,000 files of each in a soak."""
    draw = random.Random(seed)
    end = time.monotonic() + SOAK
    texts = count = 0
    wanted = 10_000 if SOAK else 10
    for _ in range(0, wanted, 10):
        for number, content in enumerate(contents):
            work = [bytearray(content) for _ in range(10 if len(content) < 1 << 23 else 2)]
            for copy in work:
                for _ in range(draw.choice([1, 1, 2, 8])):
                    # Most of a model is weights: half of the bytes are among the graph's, at its ends.
                    reach = draw.choice([len(copy), min(len(copy), 50_000)])
                    copy[draw.choice([draw.randrange(reach), -1 - draw.randrange(reach)])] = draw.randrange(256)
            texts += survive([bytes(copy) for copy in work], tmp_path / f"{number}")
            count += len(work)
        if SOAK and time.monotonic() > end:
            break
    print(f"{count} damaged files, {texts} of them written as text")
    assert 0 < texts <= count


def test_small_models(tmp_path, seed):
    """Damage to models that have a bit of everything."""
    draw = random.Random(seed)
    (tmp_path / "models").mkdir()
    text_models.main(tmp_path / "models")
    onnx_everything.main(str(tmp_path / "models"))
    whole = [path.read_bytes() for path in sorted((tmp_path / "models").glob("*.onnx"))]
    whole += [text_generated.Generator(seed + index).model().SerializeToString() for index in range(100)]
    end = time.monotonic() + max(SOAK, 5)
    texts = count = 0
    while time.monotonic() < end:
        texts += survive([damaged(draw.choice(whole), draw) for _ in range(200)], tmp_path / "damaged")
        count += 200
    assert count > texts > count // 20
    print(f"{count} damaged files, {texts} of them written as text")


def varint(number: int) -> bytes:
    parts = []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def test_hostile_lengths(tmp_path):
    """Messages that claim more than there is, sizes whose product overflows, and messages inside each other without end."""
    cases = []
    for field in range(1, 26):
        for length in [1, 127, 2**31 - 1, 2**32, 2**63 - 1, 2**64 - 1]:
            cases.append(varint(field << 3 | 2) + varint(length))
            cases.append(varint(7 << 3 | 2) + varint(20) + varint(field << 3 | 2) + varint(length))
    for sizes in [[2**62, 2**62], [2**63 - 1], [2**31, 2**31, 2**31], [-1], [0, 2**63 - 1]]:
        for element in [1, 8, 16, 22]:
            made = text_models.model([onnx.helper.make_node("Relu", ["x"], ["y"])])
            made.graph.initializer.add(name="w", data_type=element, dims=sizes)
            cases.append(made.SerializeToString())
    nested = b""
    for _ in range(2000):
        nested = varint(1 << 3 | 2) + varint(len(nested)) + nested
    cases.append(varint(7 << 3 | 2) + varint(len(nested)) + nested)
    survive(cases, tmp_path / "cases")


@pytest.mark.parametrize("location", ["../secret", "/etc/hostname", "a/../../secret", "link", "link/secret", "", ".", "nul\0l", "missing"])
def test_external_data_stays_inside(location, tmp_path):
    """No file outside of the model's folder is read for it, by whatever path."""
    (tmp_path / "secret").write_bytes(b"\0" * 64)
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret" if location == "link" else tmp_path)
    made = text_models.model([onnx.helper.make_node("Add", ["x", "w"], ["y"])])
    tensor = made.graph.initializer.add(name="w", data_type=1, dims=[2], data_location=onnx.TensorProto.EXTERNAL)
    for key, value in [("location", location), ("offset", "0"), ("length", "8")]:
        tensor.external_data.add(key=key, value=value)
    (folder / "m.onnx").write_bytes(made.SerializeToString())
    for target in ["m.mica", "out.onnx"]:
        outcome = mica("convert", folder / "m.onnx", folder / target)
        assert outcome.code == 1 and "error[unreadable-file]" in outcome.err
        assert not (folder / target).exists()
