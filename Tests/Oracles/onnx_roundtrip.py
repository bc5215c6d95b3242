"""Compares models with what was read from and written back to them.

Each argument pair is ORIGINAL REWRITTEN; with --list FILE, the pairs are lines of FILE with a tab between. Two models
are equal when the `onnx` package parses the same fields from both, but for the order of fields, raw or typed tensor
elements, external or internal ones, whether a field that has its default value is present, and whether an attribute
says its type where its value implies it. Prints one line for each pair that differs, then `N passed, N failed`, and exits with 1 where there is a difference.
"""

import os
import sys

import onnx
from onnx import external_data_helper

TYPED = ("float_data", "int32_data", "int64_data", "double_data", "uint64_data")

KINDS = {
    "f": onnx.AttributeProto.FLOAT,
    "i": onnx.AttributeProto.INT,
    "s": onnx.AttributeProto.STRING,
    "t": onnx.AttributeProto.TENSOR,
    "g": onnx.AttributeProto.GRAPH,
    "floats": onnx.AttributeProto.FLOATS,
    "ints": onnx.AttributeProto.INTS,
    "strings": onnx.AttributeProto.STRINGS,
    "tensors": onnx.AttributeProto.TENSORS,
    "graphs": onnx.AttributeProto.GRAPHS,
    "sparse_tensor": onnx.AttributeProto.SPARSE_TENSOR,
    "sparse_tensors": onnx.AttributeProto.SPARSE_TENSORS,
    "tp": onnx.AttributeProto.TYPE_PROTO,
    "type_protos": onnx.AttributeProto.TYPE_PROTOS,
}


def elements(tensor):
    """The elements as raw bytes, packed as raw_data packs them."""
    if tensor.HasField("raw_data") or not any(getattr(tensor, field) for field in TYPED):
        return tensor.raw_data
    import numpy

    kinds = {
        onnx.TensorProto.FLOAT: ("float_data", "<f4"),
        onnx.TensorProto.COMPLEX64: ("float_data", "<f4"),
        onnx.TensorProto.DOUBLE: ("double_data", "<f8"),
        onnx.TensorProto.COMPLEX128: ("double_data", "<f8"),
        onnx.TensorProto.INT64: ("int64_data", "<i8"),
        onnx.TensorProto.UINT64: ("uint64_data", "<u8"),
        onnx.TensorProto.UINT32: ("uint64_data", "<u4"),
        onnx.TensorProto.INT32: ("int32_data", "<i4"),
        onnx.TensorProto.INT16: ("int32_data", "<u2"),
        onnx.TensorProto.UINT16: ("int32_data", "<u2"),
        onnx.TensorProto.FLOAT16: ("int32_data", "<u2"),
        onnx.TensorProto.BFLOAT16: ("int32_data", "<u2"),
    }
    field, layout = kinds.get(tensor.data_type, ("int32_data", "<u1"))
    wide = "<f8" if layout[1] == "f" else "<u8" if field == "uint64_data" else "<i8"
    values = numpy.array(getattr(tensor, field), dtype=wide).astype(layout)
    if tensor.data_type in (onnx.TensorProto.FLOAT6E2M3, onnx.TensorProto.FLOAT6E3M2):
        # One entry is one element: its six bits follow those of the one before.
        bits = numpy.unpackbits(values, bitorder="little").reshape(-1, 8)[:, :6]
        return numpy.packbits(bits, bitorder="little").tobytes()
    return values.tobytes()


def normal(message, folder):
    """The message as nested tuples, without fields that have their default values."""
    if isinstance(message, onnx.TensorProto):
        tensor = onnx.TensorProto()
        tensor.CopyFrom(message)
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            external_data_helper.load_external_data_for_tensor(tensor, folder)
            tensor.ClearField("external_data")
            tensor.ClearField("data_location")
        raw = elements(tensor)
        for field in (*TYPED, "raw_data"):
            tensor.ClearField(field)
        return ("TensorProto", fields(tensor, folder), raw)
    if isinstance(message, onnx.AttributeProto) and not message.type and not message.ref_attr_name:
        implied = [KINDS[descriptor.name] for descriptor, _ in message.ListFields() if descriptor.name in KINDS]
        if implied:
            attribute = onnx.AttributeProto()
            attribute.CopyFrom(message)
            attribute.type = implied[0]
            message = attribute
    return (message.DESCRIPTOR.name, fields(message, folder))


def fields(message, folder):
    found = []
    for descriptor, value in message.ListFields():
        if descriptor.type == descriptor.TYPE_MESSAGE:
            if descriptor.is_repeated:
                value = tuple(normal(item, folder) for item in value)
            else:
                value = normal(value, folder)
        elif descriptor.is_repeated:
            value = tuple(exact(item) for item in value)
        elif value == descriptor.default_value and descriptor.containing_oneof is None:
            continue
        else:
            value = exact(value)
        found.append((descriptor.number, descriptor.name, value))
    return (tuple(sorted(found, key=lambda item: item[0])), unknown(message))


def exact(value):
    """A value that equals only itself: NaN equals NaN, and 0.0 is not -0.0."""
    return value.hex() if isinstance(value, float) else value


def unknown(message):
    """The unknown fields of the message itself, as bytes."""
    from google.protobuf.unknown_fields import UnknownFieldSet

    return tuple((item.field_number, item.wire_type, item.data) for item in UnknownFieldSet(message))


def first_difference(left, right, path="model"):
    """Where two normal forms differ first."""
    if isinstance(left, tuple) and isinstance(right, tuple) and len(left) == len(right):
        for index, (a, b) in enumerate(zip(left, right)):
            if a != b:
                named = isinstance(a, tuple) and len(a) == 3 and isinstance(a[1], str)
                return first_difference(a, b, f"{path}.{a[1] if named else index}")
    return f"{path}: {str(left)[:120]} != {str(right)[:120]}"


def load(path):
    model = onnx.ModelProto()
    with open(path, "rb") as file:
        model.ParseFromString(file.read())
    return normal(model, os.path.dirname(os.path.abspath(path)))


def main(arguments):
    if arguments[:1] == ["--list"]:
        with open(arguments[1], encoding="utf-8") as file:
            pairs = [line.rstrip("\n").split("\t") for line in file if line.strip()]
    else:
        pairs = list(zip(arguments[::2], arguments[1::2], strict=True))
    failed = 0
    for original, rewritten in pairs:
        try:
            left, right = load(original), load(rewritten)
        except Exception as error:
            failed += 1
            print(f"{original}: {error}")
            continue
        if left != right:
            failed += 1
            print(f"{original}: {first_difference(left, right)}")
    print(f"{len(pairs) - failed} passed, {failed} failed")
    return 1 if failed or not pairs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
