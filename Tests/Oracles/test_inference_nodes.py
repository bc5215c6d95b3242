"""What mica infers of the onnx package's node tests: against their recorded results, and against ONNX Runtime's others."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import onnx
import pytest

import dimension
import inference_runs
import onnx_roundtrip
from command import ROOT, succeed
from inference_cases import Case, Seen, collect, subgraphs
from inference_comparison import Answers, answers, compared, counts, recorded_contradictions
from inference_verdict import Verdict, judge

FLOAT, INT64 = onnx.TensorProto.FLOAT, onnx.TensorProto.INT64


@dataclass(frozen=True)
class Asked:
    """Cases, what mica says of them, and the folder of the models."""

    cases: list[Case]
    said: Answers
    folder: Path


@pytest.fixture(scope="module")
def nodes(tmp_path_factory) -> Asked:
    cases = collect()
    folder = tmp_path_factory.mktemp("nodes") / "models"
    return Asked(cases, answers("mica", cases, folder), folder)


@pytest.fixture(scope="module")
def symbolic(nodes, tmp_path_factory) -> Asked:
    cases = [case.symbolic() for case in nodes.cases]
    folder = tmp_path_factory.mktemp("symbolic") / "models"
    return Asked(cases, answers("mica", cases, folder), folder)


def lines(items: object) -> str:
    return "\n".join(map(str, items))


def test_recorded_results(nodes):
    """Most results are known in full before anything runs, and none is other than said."""
    assert not nodes.said.failures
    wrong = recorded_contradictions(nodes.cases, nodes.said)
    assert not wrong, lines(wrong)
    found = counts(nodes.cases, nodes.said)
    assert found.total() > 2200
    assert found[Verdict.FULL] >= 1940, found
    others = counts(nodes.cases, nodes.said, tensors=False)
    assert others.total() > 20 and others[Verdict.WRONG] == 0


def test_recorded_results_with_names_for_sizes(symbolic):
    """The same where the models name every size that they take, and each name counts as what it was.

    Each name may be 0, so that a Reshape to one input's sizes of what another input gave leaves open what it copies.
    """
    assert not symbolic.said.failures
    wrong = recorded_contradictions(symbolic.cases, symbolic.said)
    assert not wrong, lines(wrong)
    found = counts(symbolic.cases, symbolic.said)
    assert found[Verdict.FULL] >= 1450, found


def test_other_inputs(nodes, symbolic, seed, tmp_path):
    """What is said holds in every run that is valid, for what goes on between nodes too, and not by luck in one."""
    runs = inference_runs.run(nodes.cases, seed, tmp_path / "runs")
    assert sum(map(bool, runs)) > 1700, "ONNX Runtime knows hardly any model"
    for asked, has_names, least in [(nodes, False, 200_000), (symbolic, True, 300_000)]:
        found = compared(asked.cases, asked.said, runs, seed, has_names)
        assert found.values > least
        assert not found.contradictions, lines(found.contradictions)


@pytest.mark.parametrize("names", [False, True], ids=["sizes", "names"])
def test_valid_models_have_no_problems(nodes, symbolic, names):
    """Every model runs, so that nothing is wrong with it; what is open about its sizes is a hint at most."""
    messages = (symbolic if names else nodes).said.messages
    problems = re.findall(r"^.* (?:error|warning)\[.*$", messages, re.MULTILINE)
    assert not problems, lines(problems)


def test_names_are_declared_ones(symbolic):
    """A size that is said is worked out from the sizes of what the model takes: no other name is in it."""
    for case, known in zip(symbolic.cases, symbolic.said.types, strict=True):
        named = {
            item.dim_param
            for type in known.values()
            if type.HasField("tensor_type")
            for item in type.tensor_type.shape.dim
            if item.dim_param
        }
        for text in named:
            assert dimension.evaluate(text, case.sizes) is not None, f"{case.name}: {text}"


def test_nothing_else_changes(nodes):
    """But for the types of values, the model that is written is the one that was read."""
    for case in nodes.cases:
        source, target = nodes.folder / f"{case.name}.onnx", nodes.folder / f"{case.name}.inferred.onnx"
        before, after = (onnx.load(path) for path in (source, target))
        assert [value.name for value in after.graph.output] == [value.name for value in before.graph.output]
        for model in (before, after):
            for graph in subgraphs(model.graph):
                del graph.value_info[:]
                for output in graph.output:
                    output.ClearField("type")
        left, right = (onnx_roundtrip.normal(model, str(nodes.folder)) for model in (before, after))
        assert left == right, f"{case.name}: {onnx_roundtrip.first_difference(left, right)}"


@pytest.mark.parametrize(
    "text, size",
    [
        ("2*N + 1", 15),
        ("(N + 1)/2 - H/3", -2),
        ("N/2", 3),
        ("ceil((N + 1)/3) + ceil(N/2)", 7),
        ("-N/2", -4),
        ("N % 2 + H", 21),
        ("2*H % N*3", 19),
        ("min(N, H, `a b`)*N**2", 196),
        ("max(N, H) - `a b`", 16),
        ("M + 1", None),
        ("1/(N - 7)", None),
    ],
)
def test_sizes_are_read(text, size):
    assert dimension.evaluate(text, {"N": 7, "H": 20, "a b": 4}) == size


@pytest.mark.parametrize("text", ["", "2*", "N N", "sum(N)", "(N", "N)", "?"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError):
        dimension.evaluate(text, {"N": 7})


@pytest.mark.parametrize(
    "element, sizes, verdict",
    [
        (FLOAT, [2, 3], Verdict.FULL),
        (FLOAT, ["N", "N + 1"], Verdict.FULL),
        (FLOAT, ["N", "M"], Verdict.PARTIAL),
        (FLOAT, [None, 3], Verdict.PARTIAL),
        (FLOAT, None, Verdict.RANK_UNKNOWN),
        (FLOAT, [None, 4], Verdict.WRONG),
        (FLOAT, [2, "N"], Verdict.WRONG),
        (FLOAT, [None], Verdict.WRONG),
        (INT64, None, Verdict.WRONG),
    ],
)
def test_claims_are_judged(element, sizes, verdict):
    claim = onnx.helper.make_tensor_type_proto(element, sizes)
    assert judge(claim, Seen(FLOAT, (2, 3)), {"N": 2}) == verdict
    sequence = onnx.helper.make_sequence_type_proto(claim)
    assert judge(sequence, Seen(sequence=(Seen(FLOAT, (2, 3)),)), {"N": 2}) == verdict
    assert judge(sequence, Seen(FLOAT, (2, 3)), {"N": 2}) == Verdict.WRONG
    assert judge(claim, None, {}) == Verdict.WRONG


def test_every_operator_has_a_rule_that_is_tested(nodes):
    """Of each operator a result becomes known in a node test, or else one of mica's own tests calls it."""
    catalogue = json.loads(succeed("operators", "--json", "--domain", "ai.onnx").out)
    standard = {schema.name for schema in onnx.defs.get_all_schemas() if not schema.domain}
    listed = {entry["name"]: entry for entry in catalogue}
    assert len(standard) > 200 and standard <= listed.keys()
    assert not [name for name in standard if "inference" not in listed[name]["rules"]]
    known = set()
    for case, types in zip(nodes.cases, nodes.said.types, strict=True):
        for node in case.model.graph.node:
            if any(name in types and types[name].WhichOneof("value") for name in node.output):
                known.add(node.op_type)
    own = "".join(path.read_text() for path in sorted((ROOT / "Tests" / "OperatorsTests").glob("*.swift")))
    own += "".join(path.read_text() for path in Path(__file__).parent.glob("test_inference_*.py"))
    untested = [name for name in sorted(standard - known) if not re.search(rf"\b{name}[ (\"']", own)]
    assert not untested, untested
