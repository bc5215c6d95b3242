"""ONNX Runtime's results for the node tests on other inputs than the recorded ones.

As a script: `inference_runs.py SEED LISTING`, where a line of LISTING is a pickled case and the file for its runs; see
`asking`.
"""

import os
import pickle
import sys
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnx.reference
import onnxruntime

import asking
from inference_cases import Case, Seen, Value, seen

#: How often other values, and how often other sizes, are tried for a model; at least twice for each input.
TRIES = 16

WORDS = np.array(["", "a", "a b", "b,c,,d", "a@b.de", "  x y ", "www.c.org", "déjà vu"], dtype=object)


@dataclass
class Run:
    """The types of all that a model computed in one run."""

    #: The place of the run's inputs among those that are tried.
    attempt: int
    #: The sizes of the model's inputs, in their order; None for an input that is no tensor.
    shapes: dict[str, tuple[int, ...] | None]
    #: The inputs that differ from the recorded ones in their values alone, or in their sizes.
    other_values: list[str] = field(default_factory=list)
    other_sizes: list[str] = field(default_factory=list)
    values: dict[str, Seen | None] = field(default_factory=dict)

    @property
    def sizes(self) -> dict[str, int]:
        """The sizes of the model's inputs by the names that the symbolic case has for them."""
        return {
            f"i{index}d{axis}": size
            for index, shape in enumerate(self.shapes.values())
            for axis, size in enumerate(shape or ())
        }


def run(cases: list[Case], seed: int, folder: Path) -> list[list[Run]]:
    """The runs of each case that ONNX Runtime accepts, the recorded one first; none where it does not know the model."""
    folder.mkdir()
    pairs = [(folder / f"{index}.case", folder / f"{index}.runs") for index in range(len(cases))]
    for case, (source, _) in zip(cases, pairs):
        source.write_bytes(pickle.dumps(case))
    asking.ask([sys.executable, __file__, str(seed)], pairs, folder)
    return [pickle.loads(target.read_bytes()) if target.exists() else [] for _, target in pairs]


def feeds(case: Case, seed: int) -> list[dict[str, Value]]:
    """All inputs that are tried, the recorded ones first."""
    return list(_feeds(case, np.random.default_rng([seed, zlib.crc32(case.name.encode())])))


def _runs(case: Case, seed: int) -> list[Run]:
    tried = feeds(case, seed)
    for model in _models(case):
        try:
            session = _Session(model)
            runs = [session.run(0, tried[0])]
        except Exception:
            continue
        for attempt, other in enumerate(tried[1:], start=1):
            try:
                runs.append(session.run(attempt, other))
            except Exception:
                continue
            runs[-1].other_sizes = [name for name in other if _differ(seen(other[name]), case, name)]
            runs[-1].other_values = [
                name for name in other if other[name] is not case.feeds[name] and name not in runs[-1].other_sizes
            ]
        return runs
    return []


def _differ(type: Seen | None, case: Case, name: str) -> bool:
    return isinstance(case.feeds[name], np.ndarray) and type != seen(case.feeds[name])


def agrees(case: Case, seed: int, run: Run, name: str) -> bool:
    """Whether the reference implementation in the onnx package accepts the run and gives the value the same type."""
    try:
        evaluator = onnx.reference.ReferenceEvaluator(next(_models(case)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            results = evaluator.run(None, feeds(case, seed)[run.attempt])
        return seen(dict(zip(evaluator.output_names, results))[name]) == run.values[name]
    except Exception:
        return False


def _models(case: Case) -> Iterator[onnx.ModelProto]:
    """The case's model, with what its nodes compute as outputs too if ONNX Runtime can have it so."""
    symbolic = case.symbolic().model
    full = onnx.ModelProto()
    full.CopyFrom(symbolic)
    known = {value.name for value in [*full.graph.input, *full.graph.output]}
    inner = [name for node in full.graph.node for name in node.output if name and name not in known]
    full.graph.output.extend(onnx.ValueInfoProto(name=name) for name in inner)
    if inner:
        yield full
    yield symbolic
    yield case.model


class _Session:
    def __init__(self, model: onnx.ModelProto):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 4
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        self.names = [value.name for value in model.graph.output]

    def run(self, attempt: int, feeds: dict[str, Value]) -> Run:
        shapes = {name: value.shape if isinstance(value, np.ndarray) else None for name, value in feeds.items()}
        return Run(attempt, shapes, values=self._values(feeds))

    def _values(self, feeds: dict[str, Value]) -> dict[str, Seen | None]:
        """The types of the results; where there are sequences, NumPy has to have the element types too."""
        if any(value is None or isinstance(value, list) or value.dtype == object for value in feeds.values()):
            return self._values_by_numpy(feeds)
        given = {name: _ort_value(value) for name, value in feeds.items()}
        results = self.session.run_with_ort_values(self.names, given)
        if any(result.has_value() and not result.is_tensor() for result in results):
            return self._values_by_numpy(feeds)
        return {
            name: Seen(result.element_type(), tuple(result.shape())) if result.has_value() else None
            for name, result in zip(self.names, results)
        }

    def _values_by_numpy(self, feeds: dict[str, Value]) -> dict[str, Seen | None]:
        return {name: seen(result) for name, result in zip(self.names, self.session.run(self.names, feeds))}


def _ort_value(value: np.ndarray) -> onnxruntime.OrtValue:
    value = np.ascontiguousarray(value).reshape(value.shape)
    if value.dtype.kind == "V":
        element = onnx.helper.np_dtype_to_tensor_dtype(value.dtype)
        raw = value.view({1: np.uint8, 2: np.uint16}[value.dtype.itemsize])
        return onnxruntime.OrtValue.ortvalue_from_numpy_with_onnx_type(raw, element)
    return onnxruntime.OrtValue.ortvalue_from_numpy(value)


def _feeds(case: Case, random: np.random.Generator) -> Iterator[dict[str, Value]]:
    """The recorded inputs; then with other values of one or of several inputs; then with other sizes."""
    yield case.feeds
    names = list(case.feeds)
    for attempt in range(max(TRIES, 4 * len(names)) if names else 0):
        chosen = (
            [names[attempt // 2 % len(names)]]
            if attempt % 2 == 0
            else [name for name in names if random.random() < 0.6]
        )
        others = {name: _other(case.feeds[name], random) for name in chosen}
        if others:
            yield {**case.feeds, **others}
    shaped = [name for name, value in case.feeds.items() if isinstance(value, np.ndarray) and value.shape]
    for attempt in range(TRIES if shaped else 0):
        shapes = {name: list(case.feeds[name].shape) for name in shaped}
        if attempt % 2 == 0:
            name = random.choice(shaped)
            axis = random.integers(len(shapes[name]))
            shapes[name][axis] = _other_size(shapes[name][axis], random)
        else:
            known = sorted({size for shape in shapes.values() for size in shape})
            renamed = {size: _other_size(size, random) if random.random() < 0.5 else size for size in known}
            shapes = {name: [renamed[size] for size in shape] for name, shape in shapes.items()}
        yield {**case.feeds, **{name: _resized(case.feeds[name], shapes[name], random) for name in shaped}}


def _other_size(size: int, random: np.random.Generator) -> int:
    if random.random() < 0.05:
        return 0
    return int(random.integers(1, 2 * size + 3) if size <= 8 else random.integers(size - 4, size + 5))


def _resized(value: np.ndarray, shape: list[int], random: np.random.Generator) -> np.ndarray:
    if list(value.shape) == shape:
        return value
    resized = np.resize(value, shape) if value.size else np.zeros(shape, value.dtype)
    return resized if random.random() < 0.5 else _other(resized, random)


def _other(value: Value, random: np.random.Generator) -> Value:
    """Another value of the same type: of a tensor's sizes, with any number of a sequence's items."""
    if value is None:
        return None
    if isinstance(value, list):
        return [_other(value[random.integers(len(value))], random) for _ in range(random.integers(6)) if value]
    if value.dtype == object:
        return random.choice(np.concatenate([value.reshape(-1), WORDS]), value.shape)
    if value.dtype == bool:
        return random.random(value.shape) < random.choice([0, 0.3, 0.7, 1])
    element = onnx.TensorProto.DataType.Name(onnx.helper.np_dtype_to_tensor_dtype(value.dtype))
    if "FLOAT" in element or element == "DOUBLE":
        return _other_numbers(value, random).astype(value.dtype)
    if "INT" in element:
        return _other_integers(value, random).astype(value.dtype)
    return value


def _other_numbers(value: np.ndarray, random: np.random.Generator) -> np.ndarray:
    match random.integers(6):
        case 0:
            return random.permutation(value.reshape(-1)).reshape(value.shape)
        case 1:
            return value.astype(float) * random.choice([0.25, 0.5, 2, 3])
        case 2:
            return random.uniform(0.3, 3, value.shape)
        case 3:
            return random.integers(-2, 5, value.shape).astype(float)
        case 4:
            return np.full(value.shape, random.choice([0, 0.5, 1, 2]))
        case _:
            return random.standard_normal(value.shape)


def _other_integers(value: np.ndarray, random: np.random.Generator) -> np.ndarray:
    match random.integers(7):
        case 0:
            return random.permutation(value.reshape(-1)).reshape(value.shape)
        case 1:
            return value.astype(np.int64) + random.integers(-1, 2, value.shape)
        case 2:
            return value.astype(np.int64) + (random.random(value.shape) < 0.3) * random.integers(-3, 4, value.shape)
        case 3:
            return random.integers(-3, 4, value.shape)
        case 4:
            return random.integers(1, 5, value.shape)
        case 5:
            return random.integers(0, max(1, int(value.max(initial=0))) + 1, value.shape)
        case _:
            return np.full(value.shape, random.integers(-1, 4))


def main(seed: str, listing: str) -> None:
    report = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in Path(listing).read_text().splitlines():
        source, target = line.split("\t")
        runs = _runs(pickle.loads(Path(source).read_bytes()), int(seed))
        Path(target).write_bytes(pickle.dumps(runs))
        print(file=report, flush=True)


if __name__ == "__main__":
    os.environ["ALLOW_RELEASED_ONNX_OPSET_ONLY"] = "0"
    # Pickled objects name the module of their class, which is not to be `__main__`.
    import inference_runs

    inference_runs.main(*sys.argv[1:])
