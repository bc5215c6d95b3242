"""Graphs of 10,000 operators, written twice: as Mica text and as the text form of the onnx package, one operator a line."""

import dataclasses

OPERATORS = 10_000


@dataclasses.dataclass
class Integers:
    """An attribute's tensor of 64-bit integers."""

    values: list[int]

    def text(self, element: str) -> str:
        return f"{element}[{len(self.values)}]{{{', '.join(map(str, self.values))}}}"


@dataclasses.dataclass
class Statement:
    """`target = Operator(operands, attributes)`; the names may be bound again."""

    target: str
    operator: str
    operands: list[str]
    attributes: dict[str, object] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Graph:
    """Inputs and the result with their sizes; the last statement binds the result."""

    name: str
    inputs: dict[str, str]
    result: str
    statements: list[Statement]

    def mica_text(self, single: bool = False) -> str:
        """The graph with names bound again, as people write it; or each name once, as imported files have it."""
        declared = ", ".join(f"{name}: f32{sizes}" for name, sizes in self.inputs.items())
        lines = ["use onnx 21", f"model graph({declared}) -> (result: f32{self.result}) {{"]
        current = {name: name for name in self.inputs}
        for index, one in enumerate(self.statements):
            operands = [current[name] for name in one.operands]
            arguments = operands + [f"{name}={spelt(value, 'i64')}" for name, value in one.attributes.items()]
            current[one.target] = f"{one.target}_{index}" if single else one.target
            lines.append(f"    {current[one.target]} = {one.operator}({', '.join(arguments)})")
        return "\n".join([*lines, f"    return {current[self.statements[-1].target]}", "}", ""])

    def onnx_text(self) -> str:
        """The graph as onnx.parser reads it, where every value has a name of its own."""
        declared = ", ".join(f"float{sizes} {name}" for name, sizes in self.inputs.items())
        lines = ['<ir_version: 10, opset_import: ["" : 21]>', f"graph ({declared}) => (float{self.result} result) {{"]
        current = {name: name for name in self.inputs}
        for index, one in enumerate(self.statements):
            values = ", ".join(current[name] for name in one.operands)
            settings = ", ".join(f"{name} = {spelt(value, 'int64')}" for name, value in one.attributes.items())
            current[one.target] = "result" if one is self.statements[-1] else f"{one.target}_{index}"
            lines.append(f"  {current[one.target]} = {one.operator}{f' <{settings}>' if settings else ''} ({values})")
        return "\n".join([*lines, "}", ""])


def spelt(value: object, element: str) -> str:
    return value.text(element) if isinstance(value, Integers) else str(value)


def filled(
    name: str, inputs: dict[str, str], result: str, layer: list[Statement], before: list[Statement] | None = None
) -> Graph:
    """The layer again and again; what is left over is filled with Relu of the result."""
    statements = before or []
    statements += layer * ((OPERATORS - len(statements)) // len(layer))
    statements += [Statement(layer[-1].target, "Relu", [layer[-1].target])] * (OPERATORS - len(statements))
    return Graph(name, inputs, result, [dataclasses.replace(one) for one in statements])


def elementwise() -> Graph:
    """Operators on one tensor; each is broadcasting or unary."""
    layer = [
        Statement("a", "Relu", ["x"]),
        Statement("b", "Sigmoid", ["a"]),
        Statement("y", "Mul", ["a", "b"]),
        Statement("x", "Add", ["x", "y"]),
    ]
    return filled("elementwise chain", {"x": "[N, 64, H, W]"}, "[N, 64, H, W]", layer)


def convolutional() -> Graph:
    """The bottleneck block of a residual network: convolutions with all their attributes, normalisation, the sum."""

    def convolution(target: str, source: str, weight: str, size: int) -> list[Statement]:
        attributes: dict[str, object] = {
            "dilations": [1, 1],
            "group": 1,
            "kernel_shape": [size, size],
            "pads": [size // 2] * 4,
            "strides": [1, 1],
        }
        scales = ["g", "c", "m", "v"] if weight != "we" else ["ge", "ce", "me", "ve"]
        return [
            Statement(target, "Conv", [source, weight], attributes),
            Statement(target, "BatchNormalization", [target, *scales], {"epsilon": 0.00001, "momentum": 0.9}),
        ]

    layer = [
        *convolution("y", "x", "wr", 1),
        Statement("y", "Relu", ["y"]),
        *convolution("y", "y", "wc", 3),
        Statement("y", "Relu", ["y"]),
        *convolution("y", "y", "we", 1),
        Statement("y", "Add", ["y", "x"]),
        Statement("x", "Relu", ["y"]),
    ]
    inputs = {"x": "[N, 256, 56, 56]", "wr": "[64, 256, 1, 1]", "wc": "[64, 64, 3, 3]", "we": "[256, 64, 1, 1]"}
    inputs |= {name: "[64]" for name in ("g", "c", "m", "v")} | {name: "[256]" for name in ("ge", "ce", "me", "ve")}
    return filled("residual network", inputs, "[N, 256, 56, 56]", layer)


def transformer() -> Graph:
    """A transformer's layer in operators: projections, heads, attention, the feed-forward network, normalisation."""

    def head(target: str, order: list[int]) -> list[Statement]:
        return [
            Statement(target, "MatMul", ["h", "w"]),
            Statement(target, "Add", [target, "b"]),
            Statement(target, "Reshape", [target, "heads"]),
            Statement(target, "Transpose", [target], {"perm": order}),
        ]

    def normalisation() -> Statement:
        return Statement("h", "LayerNormalization", ["x", "g", "b"], {"axis": -1, "epsilon": 0.00001})

    layer = [
        normalisation(),
        *head("q", [0, 2, 1, 3]),
        *head("k", [0, 2, 3, 1]),
        *head("v", [0, 2, 1, 3]),
        Statement("s", "MatMul", ["q", "k"]),
        Statement("s", "Mul", ["s", "scale"]),
        Statement("s", "Softmax", ["s"], {"axis": -1}),
        Statement("s", "MatMul", ["s", "v"]),
        Statement("s", "Transpose", ["s"], {"perm": [0, 2, 1, 3]}),
        Statement("s", "Reshape", ["s", "joined"]),
        Statement("s", "MatMul", ["s", "w"]),
        Statement("x", "Add", ["x", "s"]),
        normalisation(),
        Statement("h", "MatMul", ["h", "up"]),
        Statement("e", "Erf", ["h"]),
        Statement("h", "Mul", ["h", "e"]),
        Statement("h", "MatMul", ["h", "down"]),
        Statement("x", "Add", ["x", "h"]),
    ]
    inputs = {"x": "[N, S, 768]", "w": "[768, 768]", "b": "[768]", "g": "[768]", "scale": "[1]"}
    inputs |= {"up": "[768, 3072]", "down": "[3072, 768]"}
    shapes = [
        Statement("heads", "Constant", [], {"value": Integers([0, 0, 12, 64])}),
        Statement("joined", "Constant", [], {"value": Integers([0, 0, 768])}),
    ]
    return filled("transformer", inputs, "[N, S, 768]", layer, before=shapes)
