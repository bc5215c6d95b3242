"""mica simplify: the same results with fewer nodes, never in a larger file."""

import itertools
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import inference_cases
from command import ROOT, mica, succeed
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
        assert runs > 0.9 * len(models)
        before += sum(map(nodes, models))
        after += sum(nodes(onnx.load_from_string(result)) for result in results)
        if time.monotonic() > end:
            break
    assert after < 0.5 * before, f"{before} nodes became {after}"


# MARK: - Networks that others exported


@dataclass(frozen=True)
class Slimmed:
    """What a tool makes of a network, and how long it takes, its start included."""

    nodes: int
    bytes: int
    seconds: float


def by_onnxslim(source: Path, target: Path) -> Slimmed:
    begin = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "onnxslim", source, target], capture_output=True, text=True)
    seconds = time.monotonic() - begin
    assert done.returncode == 0 and target.exists(), done.stdout + done.stderr
    return Slimmed(nodes(onnx.load(target)), target.stat().st_size, seconds)


def by_mica(source: Path, target: Path) -> Slimmed:
    begin = time.monotonic()
    report = json.loads(succeed("simplify", source, target, "--json").out)
    seconds = time.monotonic() - begin
    found = Slimmed(nodes(onnx.load(target)), target.stat().st_size, seconds)
    assert report["nodes"]["after"] == found.nodes and report["bytes"]["after"] == found.bytes
    return found


def test_networks(models, tmp_path):
    """The same results, never more bytes, and as few nodes as onnxslim on all networks but those that it makes larger."""
    table = [f"{'network':28}{'nodes':>6}{'mica':>6}{'onnxslim':>9}{'bytes':>10}{'mica':>10}{'onnxslim':>10}{'s':>6}{'s':>7}"]
    as_few = 0
    for name, network in NETWORKS.items():
        source = models / network.file
        ours = by_mica(source, tmp_path / f"{name}.onnx")
        theirs = by_onnxslim(source, tmp_path / f"{name}.slim.onnx")
        before = Slimmed(nodes(onnx.load(source)), source.stat().st_size, 0)
        table.append(
            f"{name:28}{before.nodes:6}{ours.nodes:6}{theirs.nodes:9}{before.bytes:10}{ours.bytes:10}{theirs.bytes:10}"
            f"{ours.seconds:6.2f}{theirs.seconds:7.2f}"
        )
        print(table[-1], flush=True)
        assert ours.bytes <= before.bytes, name
        assert ours.nodes <= before.nodes, name
        as_few += ours.nodes <= theirs.nodes
        compare_runs(name, source, tmp_path / f"{name}.onnx")
    assert as_few >= 16, "\n".join(table)


def compare_runs(name: str, source: Path, target: Path) -> None:
    network = NETWORKS[name]
    model = onnx.load(source)
    after = onnx.load(target, load_external_data=False)
    assert list(after.graph.input) == list(model.graph.input) and list(after.graph.output) == list(model.graph.output)
    before, after = session(source), session(target)
    for run in range(len(network.shapes)):
        given = network.arrays(model, run, seed=1)
        if "scales" in given:
            # The scales of the noise that the network draws; the one between is that of the length.
            given["scales"] = np.array([0, 1, 0], np.float32)
        for item, left, right in zip(before.get_outputs(), before.run(None, given), after.run(None, given), strict=True):
            assert not difference(left, right), f"{name}, run {run}, {item.name}: {difference(left, right)}"


def test_bound_sizes(models, tmp_path):
    """With sizes given for an input's dimensions nothing computes shapes, and the input has these sizes."""
    network = NETWORKS["paraphrase_minilm_l3"]
    source, target = models / network.file, tmp_path / "bound.onnx"
    succeed("simplify", source, target, "--bind", "batch_size=2,sequence_length=7")
    model = onnx.load(target)
    assert [dim.dim_value for dim in model.graph.input[0].type.tensor_type.shape.dim] == [2, 7]
    assert not {"Shape", "ConstantOfShape", "Concat"} & {node.op_type for node in model.graph.node}
    open_nodes = json.loads(succeed("simplify", source, tmp_path / "open.onnx", "--json").out)["nodes"]["after"]
    assert nodes(model) < open_nodes
    given = network.arrays(onnx.load(source), 0, seed=1)
    for left, right in zip(session(source).run(None, given), session(target).run(None, given), strict=True):
        assert not difference(left, right)


def test_again_changes_nothing(models, tmp_path):
    """A model that has been simplified stays as it is."""
    for name in ("silero_vad", "ppocrv4_rec", "piper_joe_medium"):
        once, twice = tmp_path / f"{name}.onnx", tmp_path / f"{name}.twice.onnx"
        succeed("simplify", models / NETWORKS[name].file, once)
        report = json.loads(succeed("simplify", once, twice, "--json").out)
        assert report["changes"] == [], name
        assert once.read_bytes() == twice.read_bytes()


# MARK: - What is said


def test_tied_tensors_stay_tied(tmp_path):
    """Two layers that share a weight share it still, and equal weights become one."""
    weight = np.arange(12, dtype=np.float32).reshape(3, 4)
    text = [
        helper.make_node("Gemm", ["x", "w"], ["a"], transB=1),
        helper.make_node("Gemm", ["a", "copy"], ["b"], transB=0),
        helper.make_node("Gemm", ["b", "w"], ["y"], transB=1),
    ]
    graph = helper.make_graph(
        text,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 3])],
        [numpy_helper.from_array(weight, "w"), numpy_helper.from_array(weight, "copy")],
    )
    onnx.save(helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)]), tmp_path / "in.onnx")
    report = json.loads(succeed("simplify", tmp_path / "in.onnx", tmp_path / "out.onnx", "--json").out)
    model = onnx.load(tmp_path / "out.onnx")
    assert [tensor.name for tensor in model.graph.initializer] == ["w"]
    assert [list(node.input) for node in model.graph.node] == [["x", "w"], ["a", "w"], ["b", "w"]]
    assert [change["verb"] for change in report["changes"]] == ["tied", "removed"]


def test_what_rounding_accounts_for(seed, tmp_path):
    """Sums that cancel may be added in another order; another term of them is told."""
    rng = np.random.default_rng(seed)
    terms = rng.uniform(100, 300, 64).astype(np.float32)
    cancelling = np.stack([terms, -terms], 1).reshape(1, -1)
    order = rng.permutation(cancelling.size)
    other = np.where(np.arange(cancelling.size) == 5, cancelling + np.float32(0.01), cancelling)

    def model(weights: np.ndarray, places: np.ndarray) -> bytes:
        nodes = [helper.make_node("Gather", ["x", "places"], ["z"], axis=1), helper.make_node("MatMul", ["z", "w"], ["y"])]
        graph = helper.make_graph(
            nodes,
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, weights.shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1])],
            [numpy_helper.from_array(places, "places"), numpy_helper.from_array(weights.T[places], "w")],
        )
        return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()

    inward = np.arange(cancelling.size)
    given = [{"x": rng.uniform(0.9, 1.1, cancelling.shape).astype(np.float32)}]
    before = model(cancelling, inward)
    orders = [Question(f"order {turn}", before, model(cancelling, rng.permutation(order)), given) for turn in range(20)]
    kept = model(abs(cancelling), inward)
    wrong = [
        Question("a term", before, model(other, order), given),
        Question("a sum of positive terms", kept, model(abs(cancelling) * np.float32(1.0001), order), given),
    ]
    failures, runs = ask([*orders, *wrong], seed, tmp_path / "runs")
    assert runs == len(orders) + len(wrong)
    assert list(failures) == [question.name for question in wrong], failures


def simplify(model: onnx.ModelProto, folder: Path) -> onnx.ModelProto:
    onnx.save(model, folder / "in.onnx")
    succeed("simplify", folder / "in.onnx", folder / "out.onnx")
    return onnx.load(folder / "out.onnx")


def agree(before: onnx.ModelProto, after: onnx.ModelProto, given: dict[str, np.ndarray]) -> None:
    runs = [session(model.SerializeToString()).run(None, given) for model in (before, after)]
    for left, right in zip(*runs, strict=True):
        assert not difference(left, right)


def test_functions(tmp_path):
    """The body of a function is simplified, without what its attributes decide and without stored tensors."""
    model = onnx.parser.parse_model(
        """<ir_version: 10, opset_import: ["": 17, "own": 1]> g (float[N, 3] x) => (float[N, 3] y) {
             a = own.twice<axis = 1>(x)
             b = own.twice<axis = 0>(a)
             y = Identity(b)
           }
           <domain: "own", opset_import: ["": 17]> twice <axis>(x) => (y) {
             a = Identity(x)
             b = Softmax<axis: int = @axis>(a)
             c = Softmax<axis: int = @axis>(a)
             one = Constant<value = float {1.0}>()
             d = Add(b, c)
             e = Transpose<perm = [1, 0]>(d)
             f = Transpose<perm = [1, 0]>(e)
             unused = Relu(f)
             y = Add(f, one)
           }"""
    )
    after = simplify(model, tmp_path)
    assert [node.op_type for node in after.functions[0].node] == ["Softmax", "Softmax", "Constant", "Add", "Add"]
    assert [node.op_type for node in after.graph.node] == ["twice", "twice"]
    agree(model, after, {"x": np.arange(6, dtype=np.float32).reshape(2, 3)})


def test_inputs_with_tensors(tmp_path):
    """Such an input can be given from version 4 of the format on, and before that it never can."""
    for version, count in [(4, 2), (3, 0)]:
        model = onnx.parser.parse_model(
            f"""<ir_version: {version}, opset_import: ["": 8]> g (float[2] x, float[2] w, float[2] v) => (float[2] y)
               <float[2] w = {{1, 1}}, float[2] v = {{2, 2}}> {{
                 a = Mul(x, w)
                 b = Sqrt(v)
                 y = Add(a, b)
               }}"""
        )
        if version == 3:
            # The parser leaves initializers out of the inputs only where they are not listed.
            assert len(model.graph.input) == 3
        after = simplify(model, tmp_path)
        assert len(after.graph.input) == 1 + count
        assert len(after.graph.node) == (3 if count else 1)
        agree(model, after, {"x": np.array([1, 2], np.float32)})
        if count:
            agree(model, after, {"x": np.ones(2, np.float32), "w": np.full(2, 3, np.float32), "v": np.ones(2, np.float32)})


def test_branches_with_equal_names(tmp_path):
    """The values of a branch that is decided move beside others of the same names."""
    model = onnx.parser.parse_model(
        """<ir_version: 8, opset_import: ["": 17]> g (float[N] x, bool c) => (float[N] y, float[N] z)
           <bool yes = {1}> {
             y = If(yes)<
               then_branch = t () => (float[N] r) { h = Neg(x) r = Abs(h) },
               else_branch = e () => (float[N] r) { h = Exp(x) r = Log(h) }>
             z = If(c)<
               then_branch = t () => (float[N] r) { h = Sin(x) r = Cos(h) },
               else_branch = e () => (float[N] r) { h = Tan(x) r = Mul(h, y) }>
           }"""
    )
    after = simplify(model, tmp_path)
    assert nodes(after) == 7
    onnx.checker.check_model(after, full_check=True)
    for condition in (True, False):
        agree(model, after, {"x": np.array([1, 2], np.float32), "c": np.array(condition)})


def test_says_what_it_did(tmp_path):
    model = onnx.parser.parse_model(
        """<ir_version: 8, opset_import: ["": 17]> g (float[N, 4] x) => (float[N, 4] y) {
             a = Identity(x)
             b = Identity(a)
             two = Constant<value = float {2.0}>()
             c = Mul(b, two)
             unused = Relu(c)
             y = Neg(c)
           }"""
    )
    onnx.save(model, tmp_path / "in.onnx")
    out = succeed("simplify", tmp_path / "in.onnx", tmp_path / "out.onnx").out
    assert out.splitlines()[0].startswith(f"wrote {tmp_path / 'out.onnx'}: 2 nodes of 6, ")
    assert out.splitlines()[1:] == [
        "  removed 1 Relu that nothing takes",
        "  removed 2 Identity",
        "  turned 1 Constant into initializers",
    ]


def test_mistakes(tmp_path):
    """What is wrong is said in a line, and nothing is written."""
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["": 17]> g (float[N] x) => (float[N] y) { y = Neg(z) }'
    )
    onnx.save(model, tmp_path / "broken.onnx")
    outcome = mica("simplify", "broken.onnx", "out.onnx", cwd=tmp_path)
    assert outcome.code == 1 and [problem.identifier for problem in outcome.diagnostics] == ["cannot-simplify"]
    model.graph.node[0].input[0] = "x"
    onnx.save(model, tmp_path / "whole.onnx")
    outcome = mica("simplify", "whole.onnx", "out.onnx", "--bind", "K=3", cwd=tmp_path)
    assert outcome.code == 1 and "no input has a dimension called `K`; there are `N`" in outcome.err
    assert mica("simplify", "missing.onnx", "out.onnx", cwd=tmp_path).code == 1
    assert mica("simplify", "whole.onnx", "out.txt", cwd=tmp_path).code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.onnx", "whole.onnx"]


@pytest.mark.parametrize("name", ["ds_cnn_s", "gru", "loop"])
def test_mica_text(name, tmp_path):
    """A Mica file is simplified as the model that it makes."""
    example = ROOT / "Examples" / f"{name}.mica"
    succeed("convert", example, tmp_path / "whole.onnx")
    succeed("simplify", example, tmp_path / "simplified.onnx")
    before, after = (onnx.load(tmp_path / f"{kind}.onnx") for kind in ("whole", "simplified"))
    assert nodes(after) <= nodes(before)
    onnx.checker.check_model(after, full_check=True)
    given = {value.name: array(value) for value in before.graph.input}
    runs = [session(tmp_path / f"{kind}.onnx").run(None, given) for kind in ("whole", "simplified")]
    for left, right in zip(*runs, strict=True):
        assert not difference(left, right)


def array(value: onnx.ValueInfoProto) -> np.ndarray:
    sizes = [dim.dim_value or 2 for dim in value.type.tensor_type.shape.dim]
    element = helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
    return np.random.default_rng(0).uniform(1, 3, sizes).astype(element)
