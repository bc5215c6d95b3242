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


def difference(before: Value, after: Value, rounding: float = 0) -> str:
    """Where two values differ; empty where they agree, or differ by no more than the rounding."""
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
        far = np.abs(left - right) > np.maximum(limit * np.maximum(np.abs(left), 1), rounding)
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
            if text and _rounds(question, given, expected):
                continue
        except Exception as problem:
            text = f"does not run: {problem}".replace("\n", " ")[:300]
        if text and _is_valid(question.before, given, expected):
            return f"{text}, for { {name: getattr(value, 'shape', None) for name, value in given.items()} }", len(runs)
    return "", len(runs)


def _rounds(question: Question, given: dict[str, Value], expected: list[Value]) -> bool:
    """Whether a difference comes of rounding to float32 alone: computed in float64, the two models agree.

    There they may differ by as much as the original does when each of its numbers changes in the last bit, and of some
    that are computed beforehand: a sum that cancels, of terms of 200 say, is no more exact than 1e-5 of these, in
    whatever order it is added.
    """
    before, after = _in_float64(question.before), _in_float64(question.after)
    wide = {name: _widened(value) for name, value in given.items()}
    rng = np.random.default_rng(0)
    try:
        exact, found = (ReferenceEvaluator(model).run(None, wide) for model in (before, after))
        moved = [_shaken(before, wide, rng) for _ in range(4)]
    except Exception:
        return False
    for place, value in enumerate(expected):
        rounding = 8 * max(_distance(exact[place], values[place]) for values in moved)
        if difference(_as(value, exact[place]), _as(value, found[place]), rounding):
            return False
    return True


def _shaken(model: ModelProto, given: dict[str, Value], rng: np.random.Generator) -> list[Value]:
    """The outputs where each number in float64 is another within half of the last bit that float32 has."""

    def shake(value: Value) -> Value:
        if getattr(value, "dtype", None) != np.float64:
            return value
        return value * (1 + rng.uniform(-1, 1, value.shape) * np.finfo(np.float32).eps / 2)

    copied = ModelProto.FromString(model.SerializeToString())
    for tensor in _tensors(copied):
        if tensor.data_type == onnx.TensorProto.DOUBLE:
            tensor.CopyFrom(numpy_helper.from_array(shake(numpy_helper.to_array(tensor)), tensor.name))
    return ReferenceEvaluator(copied).run(None, {name: shake(value) for name, value in given.items()})


def _distance(value: Value, other: Value) -> float:
    if getattr(value, "dtype", None) != np.float64 or np.shape(value) != np.shape(other):
        return 0
    far = np.abs(value - other)
    return float(far.max(initial=0)) if np.isfinite(far).all() else 0


def _as(pattern: Value, value: Value) -> Value:
    return value.astype(pattern.dtype) if isinstance(pattern, np.ndarray) and isinstance(value, np.ndarray) else value


def _widened(value: Value) -> Value:
    return value.astype(np.float64) if getattr(value, "dtype", None) == np.float32 else value


def _in_float64(model: bytes) -> ModelProto:
    """The model with float64 wherever it says float32."""
    wide = onnx.load_from_string(model)
    for tensor in _tensors(wide):
        if tensor.data_type == onnx.TensorProto.FLOAT:
            tensor.CopyFrom(numpy_helper.from_array(_widened(numpy_helper.to_array(tensor)), tensor.name))
    for graph in _graphs(wide):
        for value in (*graph.input, *graph.output, *graph.value_info):
            if value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT:
                value.type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
        for node in graph.node:
            for item in node.attribute:
                if node.op_type == "Cast" and item.name == "to" and item.i == onnx.TensorProto.FLOAT:
                    item.i = onnx.TensorProto.DOUBLE
    return wide


def _graphs(model: ModelProto) -> list[onnx.GraphProto]:
    graphs = [model.graph]
    for graph in graphs:
        graphs += [inner for node in graph.node for item in node.attribute for inner in (item.g, *item.graphs) if inner.node]
    return graphs


def _tensors(model: ModelProto) -> Iterable[onnx.TensorProto]:
    for graph in _graphs(model):
        yield from graph.initializer
        yield from (item.t for node in graph.node for item in node.attribute if item.HasField("t"))


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
