"""Shape inference by mica and by others, over many models, in processes of their own.

As a script: `inference_engines.py ENGINE LISTING`; see `asking`.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import onnx

import asking
from command import mica


def _onnx(model: onnx.ModelProto) -> onnx.ModelProto:
    return onnx.shape_inference.infer_shapes(model)


def _onnx_with_data(model: onnx.ModelProto) -> onnx.ModelProto:
    return onnx.shape_inference.infer_shapes(model, data_prop=True)


def _onnxruntime(model: onnx.ModelProto) -> onnx.ModelProto:
    from onnxruntime.tools.symbolic_shape_infer import SymbolicShapeInference

    inferred = SymbolicShapeInference.infer_shapes(model, auto_merge=True)
    if inferred is None:
        raise ValueError("only operator set 7 and above")
    return inferred


def _onnx_shape_inference(model: onnx.ModelProto) -> onnx.ModelProto:
    import onnx_ir
    from onnx_shape_inference import infer_symbolic_shapes

    return onnx_ir.to_proto(infer_symbolic_shapes(onnx_ir.from_proto(model), warn_on_missing=False))


OTHERS: dict[str, Callable[[onnx.ModelProto], onnx.ModelProto]] = {
    "onnx": _onnx,
    "onnx, data_prop": _onnx_with_data,
    "ONNX Runtime": _onnxruntime,
    "onnx-shape-inference": _onnx_shape_inference,
}


def infer(engine: str, pairs: asking.Pairs, folder: Path) -> dict[Path, str]:
    """Writes the second model of each pair from the first, in a new folder; returns why not, for the first of others."""
    folder.mkdir()
    if engine == "mica":
        return _infer_by_mica(pairs, folder)
    return asking.ask([sys.executable, __file__, engine], pairs, folder)


def _infer_by_mica(pairs: asking.Pairs, folder: Path) -> dict[Path, str]:
    """As `infer`, in one process; what it had not written when it ended badly is tried model by model."""
    outcome = mica("convert", "--batch", asking.listing(pairs, folder), "--infer-shapes")
    (folder / "messages").write_text(outcome.err)
    failures = {}
    for source, target in pairs:
        messages = [line for line in outcome.err.splitlines() if line.startswith(f"{source}:") and " error[" in line]
        if target.exists():
            continue
        if outcome.code not in (0, 1) and not messages:
            alone = mica("convert", source, target, "--infer-shapes")
            if alone.code == 0:
                continue
            messages = alone.err.splitlines() or [f"ended with {alone.code}"]
        failures[source] = messages[0] if messages else f"no reason given, ended with {outcome.code}"
    return failures


def main(engine: str, listing: str) -> None:
    report = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in Path(listing).read_text().splitlines():
        source, target = line.split("\t")
        try:
            onnx.save(OTHERS[engine](onnx.load(source)), target)
            answer = ""
        except Exception as error:
            answer = f"{type(error).__name__}: {error}".replace("\n", " ")[:200]
        print(answer, file=report, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
