"""Damaged models: whatever bytes a file holds, mica ends with 0 or 1, in little memory and time."""

import os
import random
import resource
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from onnx.backend.test.case.node import collect_testcases

from command import ROOT
from simplification_graphs import drawn

BATCH = 200
MEGABYTES = 1024
SECONDS = 120
INTERESTING = [0, 1, 2, 7, 8, 0x0A, 0x12, 0x3F, 0x40, 0x7F, 0x80, 0xFE, 0xFF]


def damaged(data: bytes, draw: random.Random) -> bytes:
    """The bytes with some of them changed, removed, doubled or moved; short changes are the likeliest."""
    work = bytearray(data)
    for _ in range(draw.choice([1, 1, 1, 2, 4, 16])):
        if not work:
            break
        place = draw.randrange(len(work))
        length = min(len(work) - place, draw.choice([1, 1, 2, 4, 8, 64]))
        match draw.randrange(6):
            case 0:
                work[place] ^= 1 << draw.randrange(8)
            case 1:
                work[place] = draw.choice(INTERESTING)
            case 2:
                del work[place : place + length]
            case 3:
                work[place:place] = work[place : place + length]
            case 4:
                other = draw.randrange(len(work))
                work[place : place + length] = work[other : other + length]
            case 5:
                # A varint of ten bytes: lengths, sizes and numbers beyond everything.
                work[place : place + 1] = bytes([0xFF] * 9 + [draw.choice([0x01, 0x00])])
    return bytes(work)


def run(command: list[str], listing: Path) -> subprocess.CompletedProcess:
    limit = MEGABYTES << 20
    return subprocess.run(
        [os.environ.get("MICA_BINARY", ROOT / ".build/release/mica"), *command, "--batch", listing],
        capture_output=True,
        timeout=SECONDS,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )


@pytest.mark.parametrize("command", [["convert", "--infer-shapes"], ["simplify"]], ids=["infer", "simplify"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_damage(command, tmp_path, seed):
    """Runs MICA_SOAK_SECONDS long; the model that ends mica otherwise is kept beside the message."""
    draw = random.Random(seed)
    models = [case.model.SerializeToString() for case in collect_testcases(None)]
    numbers = np.random.default_rng(seed)
    models += [drawn(numbers).SerializeToString() for _ in range(1000)]
    models = [model for model in models if len(model) < 20_000]
    assert len(models) > 1500
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", 2))
    count = written = 0
    while count == 0 or time.monotonic() < end:
        pairs = []
        for index in range(BATCH):
            source = tmp_path / f"{index}.onnx"
            source.write_bytes(damaged(draw.choice(models), draw))
            pairs.append(f"{source}\t{tmp_path / f'{index}.out.onnx'}\n")
        listing = tmp_path / "list"
        listing.write_text("".join(pairs))
        done = run(command, listing)
        count += BATCH
        if done.returncode in (0, 1):
            written += int(done.stdout.split()[1])
            continue
        for pair in pairs:
            listing.write_text(pair)
            alone = run(command, listing)
            assert alone.returncode in (0, 1), f"{pair.split()[0]} ends mica with {alone.returncode}: {alone.stderr[-2000:]}"
        pytest.fail(f"mica ended with {done.returncode} on a list of which no file alone does that")
    # Damage that leaves nothing to infer would test the reader alone.
    assert count > written > count // 20
    print(f"{count} damaged models, {written} of them readable")
