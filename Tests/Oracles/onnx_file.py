"""Questions that the tests ask of an ONNX file."""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, ValueInfoProto, numpy_helper


def check(path: Path, opset: int | None = None) -> onnx.ModelProto:
    """Returns the model at `path`, which the checker must pass and which must import `opset`."""
    onnx.checker.check_model(str(path), full_check=True)
    model = onnx.load(str(path))
    imported = {entry.domain: entry.version for entry in model.opset_import}
    assert opset is None or imported[""] == opset, f"imports opset {imported['']}, not {opset}"
    return model


def tensors(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def dimensions(value: ValueInfoProto) -> list[int | str | None] | None:
    """Returns a number, a name or None for each dimension; None for an unknown rank."""
    tensor = value.type.tensor_type
    if not tensor.HasField("shape"):
        return None
    return [getattr(dim, dim.WhichOneof("value")) if dim.WhichOneof("value") else None for dim in tensor.shape.dim]


def disagreements(model: onnx.ModelProto) -> Iterator[str]:
    """Yields each type that the file states and onnx's strict inference, from the inputs alone, does not confirm.

    Inference makes up names (unk__0) for the sizes that it cannot express; there the file may say anything but a number
    that another run would contradict, which ONNX Runtime checks.
    """
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    del bare.graph.value_info[:]
    for output in bare.graph.output:
        output.type.tensor_type.ClearField("shape")
    inferred = onnx.shape_inference.infer_shapes(bare, check_type=True, strict_mode=True, data_prop=True).graph
    known = {value.name: value for value in [*inferred.value_info, *inferred.output]}
    for stated in [*model.graph.value_info, *model.graph.output]:
        if stated.name not in known:
            yield f"{stated.name}: stated, but inference knows no such value"
            continue
        ours, theirs = dimensions(stated), dimensions(known[stated.name])
        types = stated.type.tensor_type.elem_type, known[stated.name].type.tensor_type.elem_type
        if types[0] != types[1]:
            yield "{}: {}, inferred {}".format(stated.name, *map(TensorProto.DataType.Name, types))
        if theirs is None:
            continue
        made_up = [their is None or str(their).startswith("unk__") for their in theirs]
        if ours is None or len(ours) != len(theirs) or any(a != b for a, b, c in zip(ours, theirs, made_up) if not c):
            yield f"{stated.name}: {ours}, inferred {theirs}"


def reweighted(model: onnx.ModelProto, names: Iterable[str], gain: float) -> onnx.ModelProto:
    """Draws these initializers anew, by their names, in sizes that no layer hides behind another.

    Networks start with biases of 0 and scales of 1e-6, and with weights that let signals fade. Here a layer's outputs are
    about `gain` times as large as its inputs.
    """
    initializers = {tensor.name: tensor for tensor in model.graph.initializer}
    for name in names:
        tensor = initializers[name]
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        if len(tensor.dims) > 1:
            values = rng.standard_normal(tensor.dims) * gain / np.sqrt(np.prod(tensor.dims[1:]))
        else:
            values = rng.uniform(-0.5, 0.5, tensor.dims) + name.endswith(("weight", "var"))
        element = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type)
        tensor.CopyFrom(numpy_helper.from_array(values.astype(element), name))
    return model


def run(model: onnx.ModelProto, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns the outputs by name: computed in one thread, each node as it stands in the file."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs)))
