"""Models beside what mica simplifies them to, run in ONNX Runtime on the same inputs.

As a script: `simplification.py SEED LISTING`, where a line of LISTING is a pickled question and the file for the number of
runs that it took; see `asking`.
"""

import pickle
import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import ModelProto, numpy_helper
from onnx.reference import ReferenceEvaluator

import asking
import inference_cases
import inference_runs
from command import Outcome, mica
from inference_cases import Case, Value

#: How far a fraction may be from what it was, relative to the larger of it and 1.
TOLERANCE = {"float16": 2e-3, "float32": 1e-5, "float64": 1e-7}

#: Operators that draw numbers.
RANDOM = {"RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli", "Dropout"}


@dataclass
class Question:
    """A model, what it was simplified to, and inputs for both; more are drawn where there is a case."""

    name: str
    before: bytes
    after: bytes
    feeds: list[dict[str, Value]] = field(default_factory=list)
    case: Case | None = None


def nodes(model: ModelProto) -> int:
    """The nodes of a model with those of subgraphs and functions."""
    return sum(map(_nodes, [model.graph.node, *(function.node for function in model.functions)]))


def _nodes(listed: Iterable[onnx.NodeProto]) -> int:
    count = 0
    for node in listed:
        graphs = [graph for item in node.attribute for graph in ([item.g] if item.HasField("g") else item.graphs)]
        count += 1 + sum(_nodes(graph.node) for graph in graphs)
    return count


def is_random(model: ModelProto) -> bool:
    return any(node.op_type in RANDOM for node in model.graph.node)


def simplified(models: Sequence[ModelProto], folder: Path, *options: object) -> tuple[Outcome, list[bytes | None]]:
    """What mica says of the models, and the files that it writes."""
    folder.mkdir(parents=True)
    pairs = [(folder / f"{place}.onnx", folder / f"{place}.simplified.onnx") for place in range(len(models))]
    for model, (source, _) in zip(models, pairs):
        source.write_bytes(model.SerializeToString())
    outcome = mica("simplify", "--batch", asking.listing(pairs, folder), *options)
    return outcome, [target.read_bytes() if target.exists() else None for _, target in pairs]


def ask(questions: Sequence[Question], seed: int, folder: Path) -> tuple[dict[str, str], int]:
    """The questions on which the two models disagree, each with the first difference, and the runs that both took."""
    folder.mkdir(parents=True)
    pairs = [(folder / f"{place}.question", folder / f"{place}.runs") for place in range(len(questions))]
    for question, (source, _) in zip(questions, pairs):
        source.write_bytes(pickle.dumps(question))
    failures = asking.ask([sys.executable, __file__, str(seed)], pairs, folder)
    runs = sum(int(target.read_text()) for _, target in pairs if target.exists())
    differences = {
        question.name: failures[source]
        for question, (source, target) in zip(questions, pairs)
        # ONNX Runtime may end on the original.
        if source in failures and (target.exists() or source.with_suffix(".phase").read_text() != "original")
    }
    return differences, runs


def session(model: bytes | Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model if isinstance(model, bytes) else str(model), options, providers=["CPUExecutionProvider"]
    )


def difference(before: Value, after: Value) -> str:
    """Where two values differ; empty where they agree."""
    if isinstance(before, list) or before is None or after is None or isinstance(after, list):
        if not isinstance(before, list) or not isinstance(after, list):
            return "" if before is None and after is None else "one is a sequence or nothing"
        if len(before) != len(after):
            return f"{len(before)} members, and {len(after)}"
        return next(filter(None, map(difference, before, after)), "")
    before, after = np.asarray(before), np.asarray(after)
    if (before.dtype, before.shape) != (after.dtype, after.shape):
        return f"{before.dtype}{list(before.shape)}, and {after.dtype}{list(after.shape)}"
    limit = TOLERANCE.get(before.dtype.name)
    if limit is None:
        return "" if before.tobytes() == after.tobytes() or np.array_equal(before, after) else "other elements"
    with np.errstate(all="ignore"):
        left, right = before.astype(np.float64), after.astype(np.float64)
        far = np.abs(left - right) > limit * np.maximum(np.abs(left), 1)
    far &= ~((left == right) | (np.isnan(left) & np.isnan(right)))
    far |= np.isnan(left) != np.isnan(right)
    return f"{left[far].flat[0]}, and {right[far].flat[0]}" if far.any() else ""


def _compare(question: Question, seed: int, phase: Path) -> tuple[str, int]:
    """The first difference, and the runs that both took; what the original does not take counts for nothing."""
    phase.write_text("original")
    try:
        before = session(question.before)
    except Exception:
        return "", 0
    taken = {item.name for item in before.get_inputs()}
    feeds = question.feeds + (inference_runs.feeds(question.case, seed) if question.case else [])
    runs = []
    for given in feeds:
        given = {name: value for name, value in given.items() if name in taken}
        try:
            runs.append((given, before.run(None, given)))
        except Exception:
            continue
    phase.write_text("simplified")
    try:
        after = session(question.after)
    except Exception as problem:
        return f"does not load: {problem}".replace("\n", " ")[:300], 0
    for left, right in ((before.get_inputs(), after.get_inputs()), (before.get_outputs(), after.get_outputs())):
        if [(item.name, item.type) for item in left] != [(item.name, item.type) for item in right]:
            return "other inputs or outputs", 0
    for given, expected in runs:
        try:
            found = after.run(None, given)
            pairs = zip(before.get_outputs(), expected, found, strict=True)
            text = next((f"{item.name}: {text}" for item, *both in pairs if (text := difference(*both))), "")
        except Exception as problem:
            text = f"does not run: {problem}".replace("\n", " ")[:300]
        if text and _is_valid(question.before, given, expected):
            return f"{text}, for { {name: getattr(value, 'shape', None) for name, value in given.items()} }", len(runs)
    return "", len(runs)


def _is_valid(model: bytes, given: dict[str, Value], expected: list[Value]) -> bool:
    """Whether a run of the original means something: ONNX Runtime takes inputs that are wrong, and gives what it finds.

    It must give the same again, and the reference implementation must take the inputs too and give as much.
    """
    try:
        for _ in range(3):
            again = session(model).run(None, given)
            if any(map(difference, expected, again)):
                return False
        loaded = onnx.load_from_string(model)
        # A kernel without elements is read from beyond its end.
        kernels = {name for node in loaded.graph.node if "Conv" in node.op_type for name in node.input[1:]}
        if any(name in kernels and getattr(value, "size", 1) == 0 for name, value in given.items()):
            return False
        found = ReferenceEvaluator(loaded).run(None, given)
    except NotImplementedError:
        return True
    except Exception:
        return False
    return list(map(inference_cases.seen, found)) == list(map(inference_cases.seen, expected))


def with_constants(case: Case, all_inputs: bool) -> Case | None:
    """The case with its inputs as stored tensors, all or all but the first; None where it has no tensors to store."""
    model = ModelProto()
    model.CopyFrom(case.model)
    kept = list(model.graph.input)[: 0 if all_inputs else 1]
    for value in list(model.graph.input)[len(kept) :]:
        given = case.feeds[value.name]
        if not isinstance(given, np.ndarray):
            return None
        try:
            tensor = numpy_helper.from_array(given, value.name)
        except Exception:
            return None
        if tensor.data_type != value.type.tensor_type.elem_type:
            return None
        model.graph.initializer.append(tensor)
    if not model.graph.initializer:
        return None
    del model.graph.input[:]
    model.graph.input.extend(kept)
    model.ir_version = max(model.ir_version, 4)
    return Case(case.name, model, {value.name: case.feeds[value.name] for value in kept}, case.results)


def main() -> None:
    seed, listing = int(sys.argv[1]), Path(sys.argv[2])
    warnings.simplefilter("ignore")
    for line in listing.read_text().splitlines():
        source, target = map(Path, line.split("\t"))
        text, runs = _compare(pickle.loads(source.read_bytes()), seed, source.with_suffix(".phase"))
        target.write_text(str(runs))
        print(text, flush=True)


if __name__ == "__main__":
    main()
