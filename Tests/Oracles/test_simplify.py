"""mica simplify: the same results with fewer nodes, never in a larger file."""

import itertools
import json
import os
import time
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest

import inference_cases
from command import mica, succeed
from networks import NETWORKS
from simplification import Question, ask, difference, is_random, nodes, session, simplified, with_constants
from simplification_graphs import drawn, feeds


def lines(failures: dict[str, str]) -> str:
    return "\n".join(f"{name}: {text}" for name, text in failures.items())


@pytest.mark.parametrize("kind", ["sizes", "names", "constants", "all constants"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_node_models(kind, seed, tmp_path):
    """Every operator's own test model: as it is, with names for sizes, with stored tensors for what it takes."""
    cases = inference_cases.collect()
    match kind:
        case "names":
            cases = [case.symbolic() for case in cases]
        case "constants" | "all constants":
            cases = list(filter(None, (with_constants(case, kind == "all constants") for case in cases)))
    assert len(cases) > 1000
    outcome, results = simplified([case.model for case in cases], tmp_path / "models")
    assert outcome.code == 0, outcome.err
    questions = []
    for case, after in zip(cases, results, strict=True):
        before = case.model.SerializeToString()
        assert len(after) <= len(before), f"{case.name}: {len(before)} bytes became {len(after)}"
        model = onnx.load_from_string(after)
        assert nodes(model) <= nodes(case.model), case.name
        if not is_random(case.model):
            questions.append(Question(case.name, before, after, case=case))
    failures, runs = ask(questions, seed, tmp_path / "runs")
    assert not failures, lines(failures)
    assert runs > len(questions) // 2


@pytest.mark.parametrize("bound", [False, True], ids=["open", "bound"])
def test_drawn_graphs(bound, seed, tmp_path):
    """Runs MICA_SOAK_SECONDS long; sizes of 0 count too, and with --bind the sizes that are bound."""
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", 2))
    before = after = 0
    for turn in itertools.count():
        rng = np.random.default_rng([seed, turn])
        models = [drawn(rng) for _ in range(60)]
        outcome, results = simplified(models, tmp_path / f"models{turn}", *(["--bind", "N=2,M=3"] if bound else []))
        assert outcome.code == 0, outcome.err
        questions = [
            Question(f"{turn}/{place}", model.SerializeToString(), result, feeds(rng)[: 1 if bound else None])
            for place, (model, result) in enumerate(zip(models, results, strict=True))
        ]
        failures, runs = ask(questions, seed, tmp_path / f"runs{turn}")
        assert not failures, lines(failures) + "\n" + onnx.printer.to_text(models[int(next(iter(failures)).split("/")[1])])
        assert runs >= len(models)
        before += sum(map(nodes, models))
        after += sum(nodes(onnx.load_from_string(result)) for result in results)
        if time.monotonic() > end:
            break
    assert after < 0.5 * before, f"{before} nodes became {after}"
