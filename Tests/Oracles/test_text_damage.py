"""Damaged models, written as text and anew: an error or a sound file, never a crash, never a part of a file."""

import json
import os
import random
import resource
import signal
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
MICA = os.environ.get("MICA_BINARY", ROOT / ".build/release/mica")


def run(listing: Path) -> subprocess.CompletedProcess:
    limit = MEGABYTES << 20
    return subprocess.run(
        [MICA, "convert", "--batch", listing],
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


def survive(contents: list[bytes], folder: Path, weights: Path | None = None) -> int:
    """Converts files of these contents both ways, beside a file of weights that they name, and gives how many became text.

    What is written is whole: a text elaborates, a model can be read again as what it is of could be; nothing else is left
    in the folder.
    """
    folder.mkdir(exist_ok=True)
    beside = set()
    if weights and weights.exists():
        beside = {folder / weights.name}
        os.link(weights, folder / weights.name)
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
    assert set(folder.iterdir()) == {listing, *beside, *(source for source, _ in pairs), *(target for _, target in written)}
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


@pytest.fixture
def separated(models, tmp_path) -> list[Path]:
    """The published models in a folder each, with all but small weights in a file beside the graph."""
    paths = []
    for number, source in enumerate(sorted(models.rglob("*.onnx"))):
        path = tmp_path / f"separated{number}" / "model.onnx"
        path.parent.mkdir()
        onnx.save(
            onnx.load(source), path, save_as_external_data=True, location="weights", size_threshold=256, convert_attribute=True
        )
        paths.append(path)
    return paths


def flip(content: bytearray, draw: random.Random) -> int:
    """Changes one to eight bytes of a file, and gives how many."""
    count = draw.choice([1, 1, 2, 8])
    for _ in range(count):
        # Most of a large file is weights: half of the bytes are among the graph's, at its ends.
        reach = draw.choice([len(content), min(len(content), 50_000)])
        content[draw.choice([draw.randrange(reach), -1 - draw.randrange(reach)])] ^= draw.randrange(1, 256)
    return count


def test_flipped(contents, tmp_path, seed):
    """Random bytes of each published model changed, weights and all."""
    draw = random.Random(seed)
    end = time.monotonic() + SOAK
    texts = files = 0
    while files == 0 or time.monotonic() < end:
        for number, content in enumerate(contents):
            work = [bytearray(content) for _ in range(10 if len(content) < 1 << 23 else 2)]
            for copy in work:
                flip(copy, draw)
            texts += survive([bytes(copy) for copy in work], tmp_path / f"{number}")
            files += len(work)
    print(f"{files} damaged files, {texts} of them written as text")
    assert 0 < texts <= files


def test_flipped_graphs(separated, tmp_path, seed):
    """Random bytes of each published model's graph changed, its weights being elsewhere; 10,000 bytes of each in a soak."""
    draw = random.Random(seed)
    wanted = 10_000 if SOAK >= 600 else 20
    for path in separated:
        content = path.read_bytes()
        weights = path.with_name("weights")
        # As many at a time as are written within the limit: each with all of the weights.
        at_once = max(10, min(200, (1 << 30) // weights.stat().st_size)) if weights.exists() else 200
        folder = tmp_path / path.parent.name / "damaged"
        folder.mkdir()
        flips = files = texts = 0
        while flips < wanted:
            work = [bytearray(content) for _ in range(min(at_once, wanted - flips))]
            flips += sum(flip(copy, draw) for copy in work)
            files += len(work)
            texts += survive([bytes(copy) for copy in work], folder, weights)
        print(f"{path.parent.name}: {flips} bytes in {files} files, {texts} of them written as text")
        assert 0 < texts <= files


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


@pytest.fixture
def huge(tmp_path) -> Path:
    """Weights of 2 GB that take no disk."""
    header = json.dumps({"w": {"dtype": "F32", "shape": [1 << 29], "data_offsets": [0, 1 << 31]}}).encode()
    with (tmp_path / "huge.safetensors").open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + (1 << 31))
    return tmp_path


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_leaves_no_temporary_file(number, huge):
    """What ends a command in the middle of writing leaves the target as it was, and nothing beside it."""
    (huge / "out.npz").write_bytes(b"before")
    # Where the tests run in the background, or under nohup, some signals are ignored from the start.
    process = subprocess.Popen(
        [MICA, "convert", "huge.safetensors", "out.npz"], cwd=huge, preexec_fn=lambda: signal.signal(number, signal.SIG_DFL)
    )
    limit = time.monotonic() + 60
    while not list(huge.glob(".out.npz.mica-*")) and time.monotonic() < limit:
        assert process.poll() is None, "it ended before it wrote"
    process.send_signal(number)
    assert process.wait(60) == -number
    assert sorted(path.name for path in huge.iterdir()) == ["huge.safetensors", "out.npz"]
    assert (huge / "out.npz").read_bytes() == b"before"


def test_a_signal_leaves_no_temporary_folder(models, tmp_path):
    """Models that are run on samples stand in a folder, which goes with all that is in it."""
    (tmp_path / "folder").mkdir()
    command = [MICA, "prune", models / "ddddocr/common_det.onnx", tmp_path / "out.onnx", "--reconstruct", "--samples", "64"]
    process = subprocess.Popen(
        [*command, "--bind", "batch=1"], env=os.environ | {"TMPDIR": str(tmp_path / "folder")}, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    )
    limit = time.monotonic() + 120
    while not list((tmp_path / "folder").glob(".mica-*/*")) and time.monotonic() < limit:
        assert process.poll() is None, "it ended before it ran the model"
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == -signal.SIGINT
    assert not list((tmp_path / "folder").glob(".mica-*")) and not (tmp_path / "out.onnx").exists()


def test_a_file_beyond_the_limit_is_an_error(huge):
    """The limit of the shell (ulimit -f) is a full disk like any other, and no end of the program."""
    outcome = subprocess.run(
        [MICA, "convert", "huge.safetensors", "out.npz"], cwd=huge, capture_output=True, text=True, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)),
    )  # fmt: skip
    assert outcome.returncode == 1 and "error[unwritable-file]" in outcome.stderr and "File too large" in outcome.stderr
    assert [path.name for path in huge.iterdir()] == ["huge.safetensors"]


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


@pytest.mark.parametrize(
    ("ranges", "reason"),
    [
        ([(0, 8), (4, 8)], "some of which are tensor 'w0''s"),
        ([(8, 8), (0, 8), (4, 8)], "some of which are tensor"),
        ([(0, 8), (0, 8)], None),
        ([(0, 8), (8, 8), (16, 8)], None),
    ],
)
def test_external_data_overlaps_in_no_part(ranges, reason, tmp_path):
    """Two tensors may be the same bytes, and else have none in common."""
    (tmp_path / "data").write_bytes(bytes(range(32)))
    names = [f"w{index}" for index in range(len(ranges))]
    made = text_models.model([onnx.helper.make_node("Sum", ["x", *names], ["y"])])
    for name, (offset, length) in zip(names, ranges, strict=True):
        tensor = made.graph.initializer.add(name=name, data_type=1, dims=[2], data_location=onnx.TensorProto.EXTERNAL)
        for key, value in [("location", "data"), ("offset", offset), ("length", length)]:
            tensor.external_data.add(key=key, value=str(value))
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    outcome = mica("convert", tmp_path / "m.onnx", tmp_path / "m.mica")
    assert outcome.code == (1 if reason else 0), outcome.err
    assert (reason or "") in outcome.err
    assert (tmp_path / "m.mica").exists() == (reason is None)


def test_a_model_is_not_its_own_external_data(tmp_path):
    made = text_models.model([onnx.helper.make_node("Add", ["x", "w"], ["y"])])
    tensor = made.graph.initializer.add(name="w", data_type=1, dims=[2], data_location=onnx.TensorProto.EXTERNAL)
    for key, value in [("location", "m.onnx"), ("offset", "0"), ("length", "8")]:
        tensor.external_data.add(key=key, value=value)
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    outcome = mica("check", tmp_path / "m.onnx")
    assert outcome.code == 1 and "the model itself" in outcome.err


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
