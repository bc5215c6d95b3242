"""Why the sizes of an output are not known: the operator that loses them, and what they depend on."""

from collections.abc import Mapping

import onnx

from inference_cases import Case, producers
from inference_comparison import Answers, verdicts
from inference_runs import Run
from inference_verdict import Verdict


def causes(cases: list[Case], said: Answers, runs: list[list[Run]]) -> dict[tuple[str, str, Verdict], list[str]]:
    """The tensor outputs that are neither known in full nor wrong: names by operator, reason and verdict."""
    grouped: dict[tuple[str, str, Verdict], list[str]] = {}
    own = {case.name: (known, run) for case, known, run in zip(cases, said.types, runs)}
    for case, output, verdict in verdicts(cases, said):
        if verdict in (Verdict.FULL, Verdict.WRONG):
            continue
        known, recorded = own[case.name]
        if known is None:
            node, reason = case.model.graph.node[0], said.failures.get(case.name, "failed")
        else:
            node, reason = _cause(case, output, known, recorded)
        grouped.setdefault((node.op_type, reason, verdict), []).append(f"{case.name}:{output}")
    return grouped


def _cause(case: Case, output: str, known: Mapping[str, onnx.TypeProto], runs: list[Run]) -> tuple[onnx.NodeProto, str]:
    """The first node on the way to the output that loses sizes, and what they depend on."""
    node, lost = origin(case, output, known)
    fixed = _constants(case)
    inputs = {
        name: _formal_name(case, node, position)
        for position, name in enumerate(node.input)
        if name and name not in fixed
    }
    same_sizes = [run for run in runs if not run.other_sizes and lost in run.values]
    recorded = same_sizes[0].values[lost] if same_sizes else None
    changed = [run for run in same_sizes if run.values[lost] != recorded]
    if not changed:
        return node, "the same in every run" if len(same_sizes) > 3 else "no runs to learn from"
    alone = {run.other_values[0] for run in changed if len(run.other_values) == 1}
    named = {inputs.get(name, f"the model's {name}") for name in alone}
    return node, f"follows the run-time values of {', '.join(sorted(named or set(inputs.values())))}"


def origin(case: Case, output: str, known: Mapping[str, onnx.TypeProto]) -> tuple[onnx.NodeProto, str]:
    """The node, and its output, that is not known in full though every tensor that it takes is."""
    made_by = producers(case)
    name, visited = output, set()
    while True:
        node = made_by[name]
        visited.add(name)
        before = [item for item in node.input if item in made_by and item not in visited]
        lost = [item for item in before if not _is_complete(known.get(item))]
        if not lost:
            return node, name
        name = lost[0]


def _is_complete(type: onnx.TypeProto | None) -> bool:
    if type is None or type.WhichOneof("value") is None:
        return False
    if not type.HasField("tensor_type"):
        return True
    return type.tensor_type.HasField("shape") and all(
        item.HasField("dim_value") or item.dim_param for item in type.tensor_type.shape.dim
    )


def _constants(case: Case) -> set[str]:
    """The values that are the same in every run: initializers, and what nodes compute from nothing else."""
    known = {tensor.name for tensor in case.model.graph.initializer}
    for node in case.model.graph.node:
        has_graph = any(attribute.HasField("g") for attribute in node.attribute)
        if not has_graph and all(name in known for name in node.input if name):
            known.update(node.output)
    return known


def _formal_name(case: Case, node: onnx.NodeProto, position: int) -> str:
    version = next(item.version for item in case.model.opset_import if item.domain == node.domain)
    try:
        inputs = onnx.defs.get_schema(node.op_type, version, node.domain).inputs
    except onnx.defs.SchemaError:
        return str(position)
    return inputs[min(position, len(inputs) - 1)].name
