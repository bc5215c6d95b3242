"""What an engine says of the node tests' values, held against the values."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import onnx

import inference_engines
from inference_cases import Case, Seen, is_tensor, producers
from inference_excluded import is_excluded
from inference_runs import Run, agrees
from inference_verdict import Verdict, judge, spelled, spelled_value, types

#: What a model says of each value by name; None where the engine gave no model.
Types = Mapping[str, onnx.TypeProto] | None


@dataclass
class Answers:
    """What an engine says of every case."""

    types: list[Types] = field(repr=False)
    #: Why there is no answer, by the name of the case.
    failures: dict[str, str] = field(default_factory=dict)
    #: What the engine printed.
    messages: str = field(default="", repr=False)


@dataclass(frozen=True)
class Contradiction:
    """A type that a run of the model shows to be wrong."""

    case: str
    operator: str
    value: str
    claimed: str
    seen: str
    #: How the run differs from the recorded one.
    run: str

    def __str__(self) -> str:
        return (
            f"{self.operator}: {self.case}: `{self.value}` is said to be {self.claimed}, was {self.seen} ({self.run})"
        )


def answers(engine: str, cases: list[Case], folder: Path) -> Answers:
    """Asks the engine of all cases; `folder` is new."""
    folder.mkdir()
    pairs = [(folder / f"{case.name}.onnx", folder / f"{case.name}.inferred.onnx") for case in cases]
    for case, (source, _) in zip(cases, pairs):
        onnx.save(case.model, source)
    failures = inference_engines.infer(engine, pairs, folder / "work")
    found = [types(onnx.load(target)) if target.exists() else None for _, target in pairs]
    messages = folder / "work" / "messages"
    return Answers(
        found,
        {source.stem: why for source, why in failures.items()},
        messages.read_text() if messages.exists() else "",
    )


def verdicts(cases: list[Case], said: Answers, tensors: bool = True) -> Iterator[tuple[Case, str, Verdict]]:
    """The verdict on each recorded output that is a tensor, or on each other one."""
    for case, known in zip(cases, said.types):
        for output in case.model.graph.output:
            if is_tensor(output) == tensors:
                right = Verdict.FAILURE if known is None else _judge(case, known, output.name)
                yield case, output.name, right


def _judge(case: Case, known: Mapping[str, onnx.TypeProto], name: str) -> Verdict:
    return judge(known.get(name), case.results[name], case.sizes)


def counts(cases: list[Case], said: Answers, tensors: bool = True) -> Counter[Verdict]:
    return Counter(verdict for _, _, verdict in verdicts(cases, said, tensors))


def recorded_contradictions(cases: list[Case], said: Answers) -> list[Contradiction]:
    """The outputs whose recorded values are not as said."""
    return [
        _contradiction(case, name, known.get(name), case.results[name], "the recorded run")
        for case, known in zip(cases, said.types)
        if known is not None
        for name in case.results
        if _judge(case, known, name) == Verdict.WRONG
    ]


@dataclass(frozen=True)
class Comparison:
    """How what was said of every value fared in other runs."""

    values: int
    #: The first of each value of a case.
    contradictions: list[Contradiction]
    #: The contradictions by runs of ONNX Runtime that onnx's own reference implementation refuses or sees otherwise.
    disputed: list[Contradiction]


def compared(cases: list[Case], said: Answers, runs: list[list[Run]], seed: int, symbolic: bool) -> Comparison:
    """Compares the answers to the symbolic cases; or else to the cases as they are, with the runs on their sizes."""
    values = 0
    found: dict[tuple[str, str], Contradiction] = {}
    disputed: dict[tuple[str, str], Contradiction] = {}
    for case, known, own in zip(cases, said.types, runs):
        for run in own if known is not None else []:
            if (run.other_sizes and not symbolic) or is_excluded(case, run):
                continue
            sizes = run.sizes if symbolic else case.sizes
            for name, value in run.values.items():
                values += 1
                if (case.name, name) not in found and judge(known.get(name), value, sizes) == Verdict.WRONG:
                    what = _contradiction(case, name, known.get(name), value, _spelled_run(run))
                    kind = found if agrees(case, seed, run, name) else disputed
                    kind.setdefault((case.name, name), what)
    return Comparison(values, list(found.values()), list(disputed.values()))


def _contradiction(case: Case, name: str, type: onnx.TypeProto | None, value: Seen | None, run: str) -> Contradiction:
    node = producers(case).get(name)
    return Contradiction(case.name, node.op_type if node else "input", name, spelled(type), spelled_value(value), run)


def _spelled_run(run: Run) -> str:
    changes = [f"other values of {', '.join(run.other_values)}"] if run.other_values else []
    if run.other_sizes:
        changes.append("sizes " + ", ".join(f"{name}={size}" for name, size in run.sizes.items()))
    return "; ".join(changes) or "ONNX Runtime on the recorded inputs"
