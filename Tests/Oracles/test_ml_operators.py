"""The operators of ai.onnx.ml and those of sequences, each run by ONNX Runtime, against what Mica says of the results."""

from dataclasses import dataclass, field

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from command import succeed
from test_contrib_operators import f32, f64, i32, i64, kind, name_of, sizes_of

ML = "ai.onnx.ml"
STRINGS = np.array(["a", "b", "a"], object)


@dataclass
class Case:
    """A call of an operator; the arguments at `constants` are initializers.

    Maps are written as dictionaries, and sequences as lists.
    """

    operator: str
    inputs: list
    attributes: dict = field(default_factory=dict)
    outputs: int = 1
    constants: tuple = ()
    domain: str = ML
    version: int = 3
    label: str = ""
    # Why Mica cannot know all of the results, where it cannot; and why it cannot where sizes are names.
    unknown: str = ""
    unknown_with_names: str = ""

    def __str__(self):
        return self.operator + (f"-{self.label}" if self.label else "")


def classifier(operator, label="", x=None, classes=3, **attributes):
    """A classifier of 3 features, with integers as labels where nothing else is said."""
    attributes = {"classlabels_ints": [7 + index for index in range(classes)], **attributes}
    return Case(
        operator, [f32(5, 3) if x is None else x],
        {name: value for name, value in attributes.items() if value is not None}, 2, label=label)


def linear(label="", x=None, classes=3, labels=None, **attributes):
    return classifier(
        "LinearClassifier", label, x, labels or classes, coefficients=[0.5] * (3 * classes),
        intercepts=[0.0] * classes, **attributes)


def machine(label="", x=None, classes=3, probabilities=False, vectors=True, unknown=""):
    """SVMClassifier of one support vector a class, or of none."""
    pairs = max(classes * (classes - 1) // 2, 1)
    attributes = {"kernel_type": "LINEAR", "kernel_params": [0.0] * 3, "rho": [0.0]}
    if vectors:
        attributes |= {
            "rho": [0.0] * pairs, "vectors_per_class": [1] * classes, "support_vectors": [1.0] * (3 * classes),
            "coefficients": [1.0] * (classes * max(classes - 1, 1))}
    else:
        attributes["coefficients"] = [1.0] * (3 * classes)
    if probabilities:
        attributes |= {"prob_a": [1.0] * pairs, "prob_b": [1.0] * pairs}
    case = classifier("SVMClassifier", label, x, classes, **attributes)
    case.unknown = unknown
    return case


STUMP = {
    "nodes_falsenodeids": [2, 0, 0], "nodes_truenodeids": [1, 0, 0], "nodes_featureids": [0, 0, 0],
    "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"], "nodes_nodeids": [0, 1, 2], "nodes_treeids": [0, 0, 0],
    "nodes_values": [0.5, 0.0, 0.0]}


def trees(label="", classes=3, **attributes):
    """TreeEnsembleClassifier of one stump."""
    return classifier(
        "TreeEnsembleClassifier", label, None, classes, **{"classlabels_int64s": list(range(classes)), **attributes},
        **STUMP, classlabels_ints=None, class_ids=[0, 1], class_nodeids=[1, 2], class_treeids=[0, 0],
        class_weights=[1.0, 2.0])


def ensemble(element):
    """TreeEnsemble of one stump."""
    def tensor(*values):
        return numpy_helper.from_array(np.array(values, element))

    return Case(
        "TreeEnsemble", [np.ones((4, 3), element)],
        {
            "n_targets": 2, "aggregate_function": 1, "post_transform": 0, "tree_roots": [0],
            "nodes_modes": numpy_helper.from_array(np.array([0], np.uint8)), "nodes_featureids": [0],
            "nodes_splits": tensor(0.5), "nodes_truenodeids": [0], "nodes_trueleafs": [1], "nodes_falsenodeids": [1],
            "nodes_falseleafs": [1], "leaf_targetids": [0, 1], "leaf_weights": tensor(1.0, 2.0),
        }, version=5, label=np.dtype(element).name)


def sequence(operator, inputs, attributes=None, label="", **settings):
    return Case(operator, inputs, attributes or {}, domain="", label=label, **settings)


DIFFERENT = "the members' sizes differ, for which a type has no words"
MEMBERS = "how many members there are is known only at run time"

CASES = [
    Case("ArrayFeatureExtractor", [f32(4, 5), i64(3)]),
    Case("ArrayFeatureExtractor", [f64(5), i64(1, 3)], label="vector"),
    Case("ArrayFeatureExtractor", [f32(2, 4, 5), i64(3, 2)], label="places-of-two-axes"),
    Case("ArrayFeatureExtractor", [i32(4, 5), np.array(1, np.int64)], label="one"),
    Case("Binarizer", [f32(2, 3, 4)], {"threshold": 0.5}),
    Case("CastMap", [{1: 0.5, 4: 2.0}], {"map_form": "SPARSE", "max_map": 6}, label="sparse"),
    Case("CastMap", [{1: 0.5, 4: 2.0}], {"cast_to": "TO_INT64"}, label="dense", unknown="a map's size is not declared"),
    Case("CategoryMapper", [STRINGS], {"cats_int64s": [1, 2], "cats_strings": ["a", "b"]}),
    Case("CategoryMapper", [i64(2, 3)], {"cats_int64s": [1, 2], "cats_strings": ["a", "b"]}, label="integers"),
    Case(
        "DictVectorizer", [{"a": 0.5, "c": 2.0}], {"string_vocabulary": ["a", "b", "c"]},
        unknown="the specification wants a vector, ONNX Runtime gives a matrix"),
    Case("FeatureVectorizer", [f32(4, 3), f32(4, 5)], {"inputdimensions": [3, 5]}),
    Case("FeatureVectorizer", [f32(4, 3), f32(4, 5)], {"inputdimensions": [2, 7]}, label="cut-and-padded"),
    Case(
        "FeatureVectorizer", [f32(3)], {"inputdimensions": [3]}, label="vector",
        unknown="an example to some runtimes, a feature of many examples to others"),
    Case("Imputer", [f32(4, 3)], {"imputed_value_floats": [0.0]}),
    Case("Imputer", [i64(4, 3)], {"imputed_value_int64s": [0, 1, 2]}, label="integers"),
    Case("LabelEncoder", [STRINGS], {"keys_strings": ["a"], "values_int64s": [4]}, version=2, label="2"),
    Case("LabelEncoder", [i64(2, 3)], {"keys_int64s": [1], "values_floats": [4.0]}, version=2, label="2-floats"),
    Case("LabelEncoder", [f32(3)], {"keys_floats": [1.0], "values_strings": ["x"]}, version=4, label="4"),
    Case(
        "LabelEncoder", [i64(2, 3)],
        {
            "keys_tensor": numpy_helper.from_array(np.array([1, 2], np.int64)),
            "values_tensor": numpy_helper.from_array(np.array([1.5, 2.5], np.float64)),
            "default_tensor": numpy_helper.from_array(np.array([0.0], np.float64)),
        }, version=4, label="tensors"),
    linear(),
    linear("vector", f32(3)),
    linear("binary", classes=1, labels=2),
    linear("strings", classlabels_ints=None, classlabels_strings=["a", "b", "c"]),
    linear("integers", i64(5, 3), post_transform="SOFTMAX"),
    Case("LinearRegressor", [f32(5, 3)], {"coefficients": [0.5] * 3, "intercepts": [1.0]}),
    Case("LinearRegressor", [f32(5, 3)], {"coefficients": [0.5] * 6, "targets": 2}, label="targets"),
    Case("LinearRegressor", [f32(3)], {"coefficients": [0.5] * 6, "targets": 2}, label="vector",
        unknown="of a vector onnx's reference makes a vector, and ONNX Runtime a matrix"),
    Case("Normalizer", [f32(4, 3)], {"norm": "L2"}),
    Case("Normalizer", [i64(4, 3)], {"norm": "MAX"}, label="integers"),
    Case("OneHotEncoder", [i64(2, 3)], {"cats_int64s": [0, 1, 2, 3]}),
    Case("OneHotEncoder", [STRINGS], {"cats_strings": ["a", "b"]}, label="strings"),
    machine(),
    machine("two", classes=2),
    machine("vector", x=f32(3)),
    machine("probabilities", classes=4, probabilities=True),
    machine("votes", classes=4, unknown="a score of each class or of each pair"),
    machine("linear", vectors=False),
    Case(
        "SVMRegressor", [f32(5, 3)],
        {
            "kernel_type": "LINEAR", "kernel_params": [0.0] * 3, "coefficients": [1.0, 1.0],
            "support_vectors": [1.0] * 6, "rho": [0.0], "n_supports": 2,
        }),
    Case("Scaler", [f32(4, 3)], {"offset": [0.0] * 3, "scale": [1.0] * 3}),
    Case("Scaler", [i64(2, 4, 3)], {"offset": [0.0], "scale": [1.0]}, label="integers"),
    trees(),
    trees("two", classes=2),
    trees("strings", classlabels_int64s=None, classlabels_strings=["a", "b", "c"]),
    Case(
        "TreeEnsembleRegressor", [f32(5, 3)],
        {
            **STUMP, "n_targets": 2, "target_ids": [0, 1], "target_nodeids": [1, 2], "target_treeids": [0, 0],
            "target_weights": [1.0, 2.0],
        }),
    ensemble(np.float32),
    ensemble(np.float64),
    Case("ZipMap", [f32(4, 3)], {"classlabels_int64s": [5, 6, 7]}),
    Case("ZipMap", [f32(4, 3)], {"classlabels_strings": ["a", "b", "c"]}, label="strings"),
    sequence("SequenceConstruct", [f32(2, 3), f32(2, 3)]),
    sequence("SequenceConstruct", [f32(2, 3), f32(4, 3)], label="of-two-sizes", unknown=DIFFERENT),
    sequence("SequenceAt", [[f32(2, 3), f32(2, 3)], np.array(1, np.int64)]),
    sequence("SequenceInsert", [[f32(2, 3)], f32(2, 3)]),
    sequence("SequenceErase", [[f32(2, 3), f32(2, 3)]]),
    sequence("SequenceLength", [[f32(2, 3), f32(2, 3)]]),
    sequence("SplitToSequence", [f32(6, 3)]),
    sequence("SplitToSequence", [f32(6, 3)], {"axis": -1, "keepdims": 0}, "without-the-axis"),
    sequence(
        "SplitToSequence", [f32(6, 3), np.array(2, np.int64)], label="equal", constants=(1,),
        unknown_with_names="the last part may be smaller"),
    sequence(
        "SplitToSequence", [f32(7, 3), np.array(2, np.int64)], label="rest", constants=(1,), unknown=DIFFERENT),
    sequence("SplitToSequence", [f32(6, 3), i64(2, low=3, high=4)], {"keepdims": 0}, label="given", constants=(1,)),
    sequence("ConcatFromSequence", [[f32(2, 3), f32(2, 3)]], {"axis": 1}, unknown=MEMBERS),
    sequence("ConcatFromSequence", [[f32(2, 3), f32(2, 3)]], {"axis": -1, "new_axis": 1}, "new", unknown=MEMBERS),
    sequence("StringSplit", [STRINGS], {"delimiter": ","}, outputs=2, unknown="the parts are found at run time"),
    sequence("StringConcat", [STRINGS, STRINGS[:1]]),
    sequence("RegexFullMatch", [STRINGS], {"pattern": "a|b"}),
    sequence("StringNormalizer", [STRINGS], {"is_case_sensitive": 1}),
    sequence(
        "StringNormalizer", [STRINGS], {"stopwords": ["a"], "is_case_sensitive": 1}, "stopwords",
        unknown="what is dropped is found at run time"),
]


def type_of(value, place, naming):
    """The type of an argument as a model declares it."""
    if isinstance(value, dict):
        key, item = next(iter(value.items()))
        declared = onnx.TypeProto()
        declared.map_type.key_type = TensorProto.STRING if isinstance(key, str) else TensorProto.INT64
        declared.map_type.value_type.tensor_type.elem_type = {
            float: TensorProto.FLOAT, int: TensorProto.INT64, str: TensorProto.STRING}[type(item)]
        return declared
    if isinstance(value, list):
        return helper.make_sequence_type_proto(type_of(value[0], place, naming))
    sizes = [name_of(place, axis, size, naming) for axis, size in enumerate(value.shape)]
    return helper.make_tensor_type_proto(kind(value), sizes)


def model(case, naming="sizes"):
    """The call as a model of one node."""
    names = [f"i{place}" for place in range(len(case.inputs))]
    inputs = [
        helper.make_value_info(names[place], type_of(value, place, naming))
        for place, value in enumerate(case.inputs) if place not in case.constants]
    initializers = [numpy_helper.from_array(case.inputs[place], names[place]) for place in case.constants]
    outputs = [f"o{index}" for index in range(case.outputs)]
    node = helper.make_node(case.operator, names, outputs, domain=case.domain, **case.attributes)
    results = [onnx.ValueInfoProto(name=name) for name in outputs]
    graph = helper.make_graph([node], "call", inputs, results, initializers)
    return helper.make_model(
        graph, ir_version=10, opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(ML, case.version)])


def bindings_of(case):
    """What each name stands for that `name_of` gives."""
    bindings = {}
    for place, value in enumerate(case.inputs):
        array = value[0] if isinstance(value, list) else value
        for axis, size in enumerate(() if isinstance(array, dict) else array.shape):
            bindings |= {f"i{place}_{axis}": size, f"s{size}": size}
    return bindings


def run(model, case):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(
        None, {f"i{place}": value for place, value in enumerate(case.inputs) if place not in case.constants})


def gaps_of(said, result, bindings, name):
    """What a type leaves open of a value; it must hold for all else."""
    if isinstance(result, list):
        assert said.HasField("sequence_type"), said
        for member in result:
            yield from gaps_of(said.sequence_type.elem_type, member, bindings, f"a member of {name}")
        return
    if isinstance(result, dict):
        key = next(iter(result))
        assert said.map_type.key_type == (TensorProto.STRING if isinstance(key, str) else TensorProto.INT64)
        assert said.map_type.value_type.tensor_type.elem_type == TensorProto.FLOAT
        return
    array = np.asarray(result)
    assert said.tensor_type.elem_type == kind(array), said
    if not said.tensor_type.HasField("shape"):
        yield f"{name} has no rank"
        return
    sizes = sizes_of(helper.make_value_info("", said), bindings)
    assert len(sizes) == array.ndim, said
    for axis, (size, actual) in enumerate(zip(sizes, array.shape)):
        assert size in (None, actual), f"axis {axis} of {name} is {actual}, not {size}"
        if size is None:
            yield f"axis {axis} of {name} is not known"


@pytest.mark.parametrize("naming", ["sizes", "own names", "shared names"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_inferred_holds_when_it_runs(case, naming, tmp_path):
    onnx.save(model(case, naming), tmp_path / "call.onnx")
    said = succeed("convert", tmp_path / "call.onnx", tmp_path / "typed.onnx", "--infer-shapes")
    assert said.diagnostics == [], said.err
    typed = onnx.load(tmp_path / "typed.onnx")
    bindings = bindings_of(case)
    gaps = []
    # ONNX Runtime refuses a model whose types are not what it infers itself.
    for value, result in zip(typed.graph.output, run(typed, case), strict=True):
        gaps += gaps_of(value.type, result, bindings, value.name)
    # Names of their own say nothing of which sizes are equal, so that what broadcasts is not known then.
    if naming != "own names":
        cause = case.unknown or (case.unknown_with_names if naming == "shared names" else "")
        assert bool(gaps) == bool(cause), f"{gaps} ({cause})"


def test_each_operator_of_the_domain_has_a_case():
    operators = {schema.name for schema in onnx.defs.get_all_schemas() if schema.domain == ML}
    assert operators == {case.operator for case in CASES if case.domain == ML}


CHAIN = """
<ir_version: 10, opset_import: ["" : 21]>
chain (float[6, N] x, int64 M) => (b, count, rest, all, stacked, collected, any)
<int64[3] sizes = {1, 2, 3}, int64 zero = {0}, int64 one = {1}, int64 two = {2}, bool yes = {1}>
{
    parts = SplitToSequence <axis = 0> (x, sizes)
    b = SequenceAt (parts, one)
    count = SequenceLength (parts)
    fewer = SequenceErase (parts, zero)
    rest = ConcatFromSequence <axis = 0> (fewer)
    more = SequenceInsert (fewer, x, one)
    all = ConcatFromSequence <axis = 0> (more)
    rows = SplitToSequence <axis = 0, keepdims = 0> (x)
    stacked = ConcatFromSequence <axis = 1, new_axis = 1> (rows)
    none = SequenceEmpty ()
    collected = Loop (M, yes, none) <body = round (int64 i, bool c, seq(float[]) before) => (bool again, seq(float[]) after) {
        again = Identity (c)
        after = SequenceInsert (before, b)
    }>
    any = SequenceAt (collected, zero)
}
"""

# The sizes of 4 columns and 3 rounds that a type tells of each result; `None` is open.
KNOWN = {
    "b": [2, 4], "count": [], "rest": [5, 4], "all": [11, 4], "stacked": [4, 6], "collected": [[2, 4]] * 3,
    "any": [2, 4]}


def test_members_of_sequences_are_followed(tmp_path):
    parsed = onnx.parser.parse_model(CHAIN)
    onnx.save(parsed, tmp_path / "chain.onnx")
    said = succeed("convert", tmp_path / "chain.onnx", tmp_path / "typed.onnx", "--infer-shapes")
    assert said.diagnostics == [], said.err
    typed = onnx.load(tmp_path / "typed.onnx")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(typed.SerializeToString(), options, providers=["CPUExecutionProvider"])
    results = session.run(None, {"x": f32(6, 4), "M": np.array(3, np.int64)})
    for value, result in zip(typed.graph.output, results, strict=True):
        assert list(gaps_of(value.type, result, {"N": 4}, value.name)) == []
        shapes = [list(member.shape) for member in result] if isinstance(result, list) else list(result.shape)
        assert shapes == KNOWN[value.name]
