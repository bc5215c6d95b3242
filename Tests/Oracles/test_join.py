"""mica join and mica rename, beside onnx.compose and in ONNX Runtime."""

import numpy as np
import onnx
import onnx.compose
import pytest
from onnx import TensorProto, helper, numpy_helper

from command import mica, succeed
from onnx_file import dimensions, session
from transformer import transformer

FLOAT = TensorProto.FLOAT


def tensor(name, *sizes, seed=0):
    return numpy_helper.from_array(np.random.default_rng([seed, len(name), *sizes]).standard_normal(sizes).astype(np.float32), name)


def model(nodes, inputs, outputs, tensors=(), opset=17, **fields):
    graph = helper.make_graph(
        [helper.make_node(kind, ins, outs, name=name, **attributes) for name, kind, ins, outs, attributes in nodes],
        fields.pop("graph", "g"),
        [helper.make_tensor_value_info(name, FLOAT, sizes) for name, sizes in inputs.items()],
        [helper.make_tensor_value_info(name, FLOAT, sizes) for name, sizes in outputs.items()],
        list(tensors),
    )
    return helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", opset)], **fields)


def encoder(opset=17, **fields):
    return model(
        [("fc", "MatMul", ["x", "w"], ["h"], {}), ("act", "Relu", ["h"], ["out"], {})],
        {"x": ["N", 4]},
        {"out": ["N", 8]},
        [tensor("w", 4, 8)],
        opset,
        **fields,
    )


def decoder(opset=17, width=8, rows="B", **fields):
    """Its names are those of the encoder, and it gives one of its inputs back."""
    return model(
        [("fc", "MatMul", ["x", "w"], ["h"], {}), ("act", "Add", ["h", "shift"], ["out"], {})],
        {"x": [rows, width], "shift": ["B", 3]},
        {"out": ["B", 3], "x": [rows, width]},
        [tensor("w", width, 3, seed=1)],
        opset,
        **fields,
    )


@pytest.fixture
def join(tmp_path):
    def run(first, second, *options, out="out.onnx"):
        onnx.save(first, tmp_path / "a.onnx")
        onnx.save(second, tmp_path / "b.onnx")
        return mica("join", "a.onnx", "b.onnx", out, *options, cwd=tmp_path)

    return run


def runs_as(folder, first, second, joined, feeds, connections):
    """Whether the joined model gives what the two give one after the other."""
    a, b = (session(folder / name) for name in ("a.onnx", "b.onnx"))
    feed = {value.name: feeds[value.name] for value in a.get_inputs()}
    between = dict(zip([value.name for value in a.get_outputs()], a.run(None, feed), strict=True))
    second_feed = {value.name: between[connections[value.name]] if value.name in connections else feeds[value.name] for value in b.get_inputs()}
    expected = [between[name] for name in between if name not in connections.values()] + b.run(None, second_feed)
    whole = session(folder / joined)
    names = [value.name for value in whole.get_inputs()]
    given = list(feed.values()) + [feeds[value.name] for value in b.get_inputs() if value.name not in connections]
    got = whole.run(None, dict(zip(names, given, strict=True)))
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6)


def test_two_models_with_the_same_names(join, tmp_path):
    outcome = join(encoder(), decoder(), "--connect", "out=x", "--prefix", "decoder/")
    assert outcome.code == 0, outcome.err
    joined = onnx.load(tmp_path / "out.onnx")
    onnx.checker.check_model(joined, full_check=True)
    assert [value.name for value in joined.graph.input] == ["x", "shift"]
    assert [value.name for value in joined.graph.output] == ["decoder/out", "decoder/x"]
    # The size that the second calls B is the first's N.
    assert [dimensions(value) for value in joined.graph.input] == [["N", 4], ["N", 3]]
    assert {t.name for t in joined.graph.initializer} == {"w", "decoder/w"}
    assert len({node.name for node in joined.graph.node if node.name}) == 4
    rng = np.random.default_rng(3)
    feeds = {"x": rng.standard_normal((2, 4)).astype(np.float32), "shift": rng.standard_normal((2, 3)).astype(np.float32)}
    runs_as(tmp_path, encoder(), decoder(), "out.onnx", feeds, {"x": "out"})
    # onnx's own joining of the same, with prefixes everywhere.
    reference = onnx.compose.merge_models(encoder(), decoder(), [("out", "x")], prefix1="a_", prefix2="b_", outputs=["b_out"])
    ours = session(tmp_path / "out.onnx").run(["decoder/out"], feeds)[0]
    onnx.save(reference, tmp_path / "reference.onnx")
    theirs = session(tmp_path / "reference.onnx").run(None, {"a_x": feeds["x"], "b_shift": feeds["shift"]})[0]
    np.testing.assert_array_equal(ours, theirs)


def test_text_out(join, tmp_path):
    assert join(encoder(), decoder(), "--connect", "out=x").code == 0
    outcome = join(encoder(), decoder(), "--connect", "out=x", out="out.mica")
    assert outcome.code == 0, outcome.err
    succeed("convert", "out.mica", "back.onnx", cwd=tmp_path)
    assert onnx.load(tmp_path / "back.onnx") == onnx.load(tmp_path / "out.onnx")


def test_examples_in_text(tmp_path):
    """Two texts of the examples, their parameters drawn anew."""
    (tmp_path / "a.mica").write_text("model a(x: f32[N, 4]) -> (h: f32[N, 8]) { return fc: Linear(x, out_features=8) }\n")
    (tmp_path / "b.mica").write_text("model b(h: f32[M, 8]) -> (y: f32[M, 2]) { return fc: Linear(h, out_features=2) }\n")
    outcome = mica("join", "a.mica", "b.mica", "out.onnx", cwd=tmp_path)
    assert outcome.code == 0, outcome.err
    joined = onnx.load(tmp_path / "out.onnx")
    onnx.checker.check_model(joined, full_check=True)
    assert [dimensions(value) for value in [*joined.graph.input, *joined.graph.output]] == [["N", 4], ["N", 2]]
    assert {t.name for t in joined.graph.initializer} == {"fc.weight", "fc.bias", "b_fc.weight", "b_fc.bias"}


def test_headers_functions_and_metadata(join, tmp_path):
    def with_function(opset, kind):
        node = helper.make_node(kind, ["a"], ["b"])
        function = helper.make_function("my", "Act", ["a"], ["b"], [node], [helper.make_opsetid("", opset)])
        made = model([("f", "Act", ["x"], ["y"], {"domain": "my"})], {"x": ["N", 4]}, {"y": ["N", 4]}, opset=opset)
        made.functions.append(function)
        made.opset_import.append(helper.make_opsetid("my", 1))
        helper.set_model_props(made, {"author": kind, "licence": "open"})
        return made

    first, second = with_function(17, "Relu"), with_function(17, "Neg")
    outcome = join(first, second, "--connect", "y=x", "--prefix", "b_")
    assert outcome.code == 0, outcome.err
    joined = onnx.load(tmp_path / "out.onnx")
    onnx.checker.check_model(joined, full_check=True)
    assert [function.name for function in joined.functions] == ["Act", "b_Act"]
    assert [node.op_type for node in joined.graph.node] == ["Act", "b_Act"]
    assert {prop.key: prop.value for prop in joined.metadata_props} == {"author": "Relu", "licence": "open", "b_author": "Neg"}
    outcome = join(first, first, "--connect", "y=x", "--prefix", "b_")
    assert outcome.code == 0 and len(onnx.load(tmp_path / "out.onnx").functions) == 1
    runs_as(tmp_path, first, first, "out.onnx", {"x": np.array([[1, -2, 3, -4]], np.float32)}, {"x": "y"})


@pytest.mark.parametrize("opsets", [(13, 17), (17, 13), (21, 13)])
def test_opsets_are_reconciled(join, tmp_path, opsets):
    outcome = join(encoder(opsets[0]), decoder(opsets[1]), "--connect", "out=x")
    assert outcome.code == 0, outcome.err
    joined = onnx.load(tmp_path / "out.onnx")
    assert joined.opset_import[0].version == max(opsets)
    onnx.checker.check_model(joined, full_check=True)
    rng = np.random.default_rng(3)
    feeds = {"x": rng.standard_normal((2, 4)).astype(np.float32), "shift": rng.standard_normal((2, 3)).astype(np.float32)}
    runs_as(tmp_path, encoder(), decoder(), "out.onnx", feeds, {"x": "out"})


def test_opsets_that_no_version_suits(join, tmp_path):
    old = model([("s", "Softmax", ["x"], ["out"], {})], {"x": ["N", 4]}, {"out": ["N", 4]}, opset=11)
    new = model([("n", "LayerNormalization", ["x", "w"], ["y"], {})], {"x": ["N", 4]}, {"y": ["N", 4]}, [tensor("w", 4)])
    outcome = join(old, new, "--connect", "out=x")
    assert outcome.code == 1
    assert "error[opset-mismatch]" in outcome.err and "Softmax" in outcome.err and "11" in outcome.err and "17" in outcome.err
    assert not (tmp_path / "out.onnx").exists()


WRONG = [
    (["--connect", "y=x"], encoder(), decoder(), "no-such-value", ["`y`", "`out`"]),
    (["--connect", "out=z"], encoder(), decoder(), "no-such-value", ["`z`"]),
    (["--connect", "out=x", "--connect", "out=x"], encoder(), decoder(), "connected-twice", ["`x`"]),
    (["--connect", "out=x"], encoder(), decoder(width=7), "type-mismatch", ["f32[N, 8]", "f32[B, 7]"]),
    (["--connect", "out=shift", "--connect", "out=x"], encoder(), decoder(), "type-mismatch", ["f32[N, 8]", "f32[B, 3]"]),
    ([], encoder(), decoder(), "not-connected", ["`out`", "`shift`"]),
]


@pytest.mark.parametrize("options, first, second, word, parts", WRONG)
def test_what_does_not_fit(join, tmp_path, options, first, second, word, parts):
    outcome = join(first, second, *options)
    assert outcome.code == 1
    assert f"error[{word}]" in outcome.err and all(part in outcome.err for part in parts), outcome.err
    assert not (tmp_path / "out.onnx").exists()


def test_sizes_that_may_differ_are_a_warning(join, tmp_path):
    outcome = join(encoder(), decoder(rows=2), "--connect", "out=x")
    assert outcome.code == 0 and "warning[unproved-size]" in outcome.err
    assert "f32[N, 8]" in outcome.err and "f32[2, 8]" in outcome.err
    assert mica("join", "a.onnx", "b.onnx", "out.txt", cwd=tmp_path).code == 2
    assert mica("join", "a.onnx", "b.onnx", "out.onnx", "--connect", "out", cwd=tmp_path).code == 2


def test_parts_of_a_model_joined_again(tmp_path):
    """A transformer is cut in two and joined: the same nodes, and the same results."""
    onnx.save(onnx.shape_inference.infer_shapes(transformer(layers=2)), tmp_path / "m.onnx")
    cut = ["/model/layers.0/Add_1_output_0", "/model/rotary/Cos_output_0", "/model/rotary/Sin_output_0", "/model/Mul_output_0"]
    succeed("extract", "m.onnx", "a.onnx", *(option for name in cut for option in ("--to", name)), cwd=tmp_path)
    succeed("extract", "m.onnx", "b.onnx", *(option for name in cut for option in ("--from", name)), cwd=tmp_path)
    outcome = mica("join", "a.onnx", "b.onnx", "out.onnx", cwd=tmp_path)
    assert outcome.code == 0 and not outcome.err, outcome.err
    before, after = onnx.load(tmp_path / "m.onnx"), onnx.load(tmp_path / "out.onnx")
    onnx.checker.check_model(after, full_check=True)
    assert [value.name for value in after.graph.input] == [value.name for value in before.graph.input]
    assert [value.name for value in after.graph.output] == [value.name for value in before.graph.output]
    assert sorted(node.SerializeToString() for node in after.graph.node) == sorted(node.SerializeToString() for node in before.graph.node)
    feeds = {"input_ids": np.array([[3, 1, 4, 1, 5]]), "attention_mask": np.array([[1, 1, 1, 1, 0]])}
    for old, new in zip(session(tmp_path / "m.onnx").run(None, feeds), session(tmp_path / "out.onnx").run(None, feeds), strict=True):
        np.testing.assert_array_equal(old, new)


# MARK: - mica rename


def test_renaming_and_reordering(tmp_path):
    onnx.save(decoder(), tmp_path / "in.onnx")
    before = onnx.load(tmp_path / "in.onnx")
    outcome = mica("rename", "in.onnx", "out.onnx", "x=rows", "out=x", "--inputs", "shift,rows", "--outputs", "rows,x", cwd=tmp_path)
    assert outcome.code == 0, outcome.err
    after = onnx.load(tmp_path / "out.onnx")
    onnx.checker.check_model(after, full_check=True)
    assert [value.name for value in after.graph.input] == ["shift", "rows"]
    assert [value.name for value in after.graph.output] == ["rows", "x"]
    rng = np.random.default_rng(1)
    rows, shift = (rng.standard_normal(sizes).astype(np.float32) for sizes in ((2, 8), (2, 3)))
    old = session(tmp_path / "in.onnx").run(["out", "x"], {"x": rows, "shift": shift})
    new = session(tmp_path / "out.onnx").run(["x", "rows"], {"rows": rows, "shift": shift})
    for one, other in zip(old, new, strict=True):
        np.testing.assert_array_equal(one, other)
    # Names of the same values, swapped, and back again: the same file.
    succeed("rename", "out.onnx", "back.onnx", "x=out", "rows=x", "--inputs", "x,shift", "--outputs", "out,x", cwd=tmp_path)
    assert onnx.load(tmp_path / "back.onnx").graph == before.graph
    succeed("rename", "in.onnx", "text.mica", "x=rows", cwd=tmp_path)
    succeed("convert", "text.mica", "text.onnx", cwd=tmp_path)
    assert [value.name for value in onnx.load(tmp_path / "text.onnx").graph.input] == ["rows", "shift"]
    assert not (tmp_path / "text.weights.onnx").exists()


@pytest.mark.parametrize(
    "options, code, word",
    [
        (["y=z"], 1, "no input or output `y`"),
        (["x=h"], 1, "two values would be called `h`"),
        (["x=out"], 1, "two values would be called `out`"),
        (["x=a", "x=b"], 1, "`x` is named twice"),
        (["--inputs", "x"], 1, "leaves out `shift`"),
        (["--outputs", "out,out,x"], 1, "`out` is named twice"),
        (["x"], 2, "OLD=NEW"),
        ([], 2, "--inputs"),
    ],
)
def test_what_cannot_be_renamed(tmp_path, options, code, word):
    onnx.save(decoder(), tmp_path / "in.onnx")
    outcome = mica("rename", "in.onnx", "out.onnx", *options, cwd=tmp_path)
    assert outcome.code == code and word in outcome.err, outcome.err
    assert not (tmp_path / "out.onnx").exists()


def test_simplified_and_extracted_as_text(tmp_path):
    """What has tensors of its own gets a file for them beside the text."""
    net = model(
        [("a", "Add", ["w", "v"], ["c"], {}), ("m", "MatMul", ["x", "c"], ["h"], {}), ("r", "Relu", ["h"], ["y"], {})],
        {"x": ["N", 40]},
        {"y": ["N", 20]},
        [tensor("w", 40, 20), tensor("v", 40, 20, seed=2)],
    )
    onnx.save(net, tmp_path / "in.onnx")
    for command, options in (("simplify", []), ("extract", ["--to", "h"])):
        succeed(command, "in.onnx", f"{command}.onnx", *options, cwd=tmp_path)
        succeed(command, "in.onnx", f"{command}.mica", *options, cwd=tmp_path)
        succeed("convert", f"{command}.mica", "back.onnx", cwd=tmp_path)
        assert onnx.load(tmp_path / "back.onnx") == onnx.load(tmp_path / f"{command}.onnx")
    assert (tmp_path / "simplify.weights.onnx").exists() and not (tmp_path / "extract.weights.onnx").exists()
    (tmp_path / "net.weights.onnx").write_bytes((tmp_path / "in.onnx").read_bytes())
    refused = mica("simplify", "net.weights.onnx", "net.mica", cwd=tmp_path)
    assert refused.code == 1 and "net.weights.onnx" in refused.err
    assert (tmp_path / "net.weights.onnx").read_bytes() == (tmp_path / "in.onnx").read_bytes()
    assert not (tmp_path / "net.mica").exists()
    # A file beside the text that no text of the name has named is somebody else's.
    (tmp_path / "own.weights.onnx").write_bytes(b"precious")
    refused = mica("simplify", "in.onnx", "own.mica", cwd=tmp_path)
    assert refused.code == 1 and "own.weights.onnx:1:1: error[unwritable-file]" in refused.err and "another name" in refused.err
    assert (tmp_path / "own.weights.onnx").read_bytes() == b"precious" and not (tmp_path / "own.mica").exists()
    # The text that named it is replaced with it.
    assert "wrote simplify.mica and simplify.weights.onnx" in succeed("simplify", "in.onnx", "simplify.mica", cwd=tmp_path).out


def test_extracting_from_behind_the_end(tmp_path):
    net = model(
        [("r", "Relu", ["x"], ["h"], {}), ("s", "Neg", ["h"], ["i"], {}), ("t", "Abs", ["i"], ["y"], {})], {"x": [4]}, {"y": [4]}
    )
    onnx.save(net, tmp_path / "in.onnx")
    refused = mica("extract", "in.onnx", "out.onnx", "--from", "i", "--to", "h", cwd=tmp_path)
    assert refused.code == 1 and "cannot start at `i`, which nothing before its end uses; it starts from `x`" in refused.err
    assert not (tmp_path / "out.onnx").exists()
