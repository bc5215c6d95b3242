"""Prints what mica prune and onnxsim's pruning find in models, at equal MACs; see Tests/Oracles/pruning_onnxsim.py."""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Tests/Oracles"))

from pruning_onnxsim import compare, model  # noqa: E402

with tempfile.TemporaryDirectory() as name:
    models, folder = Path(os.environ["MICA_MODELS"]), Path(name)
    paths = [Path(argument) for argument in sys.argv[1:]]
    for path in paths or [model(name, models, folder) for name in ("ddddocr_det", "ppocrv4_det", "resnet50")]:
        print(compare(path, folder), flush=True)
