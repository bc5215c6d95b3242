"""How many models come back equal from Mica's text, and from the text of the `onnx` package; a table.

    python text_table.py MODELS [SEED]

MODELS is the folder of the published models. Two models are equal as in onnx_roundtrip.py. `rewritten` goes from ONNX to
ONNX without text.
"""

import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import onnx
import onnx.backend.test.data
import onnx.parser
import onnx.printer
from onnx.backend.test.case.node import collect_testcases

import onnx_everything
import text_generated
import text_models
from command import mica
from onnx_roundtrip import normal

ROUNDTRIP = Path(__file__).with_name("onnx_roundtrip.py")


def equal(pairs: list[tuple[Path, Path]], folder: Path) -> int:
    """How many pairs are equal; a file that is missing is not."""
    there = [(source, back) for source, back in pairs if back.exists()]
    listing = folder / "pairs.list"
    listing.write_text("".join(f"{source}\t{back}\n" for source, back in there))
    done = subprocess.run([sys.executable, ROUNDTRIP, "--list", listing], capture_output=True, text=True)
    lines = done.stdout.splitlines()
    return int(lines[-1].split()[0]) if there else 0


def convert(pairs: list[tuple[Path, Path]], folder: Path) -> None:
    listing = folder / "convert.list"
    listing.write_text("".join(f"{source}\t{target}\n" for source, target in pairs))
    mica("convert", "--batch", listing)


def through_mica(sources: list[Path], folder: Path) -> tuple[int, int, int]:
    """How many are equal after text and when written anew, and how many bytes of `@raw` the texts have."""
    texts = [folder / f"{index}.mica" for index in range(len(sources))]
    backs = [text.with_suffix(".back.onnx") for text in texts]
    anew = [text.with_suffix(".anew.onnx") for text in texts]
    convert(list(zip(sources, texts, strict=True)), folder)
    convert([(text, back) for text, back in zip(texts, backs, strict=True) if text.exists()], folder)
    convert(list(zip(sources, anew, strict=True)), folder)
    raw = sum(part.index('")') for text in texts if text.exists() for part in text.read_text().split('@raw("')[1:])
    return equal(list(zip(sources, backs, strict=True)), folder), equal(list(zip(sources, anew, strict=True)), folder), raw


def through_onnx(sources: list[Path]) -> int:
    """How many are equal after the `onnx` package's printer and parser."""
    count = 0
    for source in sources:
        try:
            model = onnx.load(source)
            back = onnx.parser.parse_model(onnx.printer.to_text(model))
            count += normal(model, source.parent) == normal(back, source.parent)
        except Exception:
            continue
    return count


def suites(models: Path, seed: int, folder: Path) -> dict[str, list[Path]]:
    nodes, hard, generated = folder / "nodes", folder / "hard", folder / "generated"
    for made in (nodes, hard, generated):
        made.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for index, case in enumerate(collect_testcases(None)):
            onnx.save(case.model, nodes / f"{index}.onnx")
    text_models.main(hard)
    onnx_everything.main(str(hard))
    text_generated.main(generated, seed, 500)
    return {
        "node tests": sorted(nodes.glob("*.onnx")),
        "data models": sorted(Path(onnx.backend.test.data.__path__[0]).rglob("*.onnx")),
        "published": sorted(models.rglob("*.onnx")),
        "hard": sorted(hard.glob("*.onnx")),
        f"generated {seed}": sorted(generated.glob("*.onnx")),
    }


def main(models: Path, seed: int) -> int:
    print(f"{'models':16}{'of':>6}{'mica text':>11}{'rewritten':>11}{'onnx text':>11}{'bytes of @raw':>15}")
    complete = True
    with tempfile.TemporaryDirectory() as scratch:
        for name, sources in suites(models, seed, Path(scratch)).items():
            folder = Path(scratch) / f"{name} texts"
            folder.mkdir()
            text, anew, raw = through_mica(sources, folder)
            print(f"{name:16}{len(sources):6}{text:11}{anew:11}{through_onnx(sources):11}{raw:15}", flush=True)
            complete = complete and text == anew == len(sources)
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
