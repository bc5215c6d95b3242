#!/usr/bin/env python3
"""What mica and the onnx package infer of networks that others exported, counted and held against runs.

Prints a table; arguments are names in networks.py, by default all. A value is known where its file says its rank and
each size, as a number or as an expression in names that the model's inputs declare. Each network is inferred as its file
is, then without the types that its file records, then with numbers for all sizes of its inputs.
"""

import argparse
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import onnx
from onnx import ModelProto

from command import Outcome, mica
from inference import (
    Key,
    Problem,
    bare,
    bound,
    concrete,
    contradictions,
    declared,
    graphs,
    infer_with_onnx,
    is_known,
    observed,
    problems,
    results,
    shape,
    spelled,
    types,
)
from networks import NETWORKS, Network

VARIANTS = ["recorded", "bare", "concrete"]


@dataclass(frozen=True)
class Comparison:
    """One variant of a network."""

    source: ModelProto
    inferred: ModelProto
    problems: list[Problem]
    values: set[Key]
    known: set[Key]
    known_to_onnx: set[Key]
    # Whether the onnx package took the model in strict mode.
    strict: bool
    # What onnx says of the values that only it knows.
    missing: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Survey:
    comparisons: dict[str, Comparison]
    # How many values the runs showed.
    observed: int
    outcome: Outcome


def survey(network: Network, models: Path, seed: int) -> Survey:
    """Infers the variants of a network in one process, and runs it."""
    model = network.load(models)
    arrays = [network.arrays(model, run, seed) for run in range(len(network.shapes))]
    variants = dict(zip(VARIANTS, [model, bare(model), concrete(model, arrays[0])]))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, variant in variants.items():
            (folder / f"{name}.onnx").write_bytes(variant.SerializeToString())
        (folder / "list").write_text("".join(f"{name}.onnx\t{name}-inferred.onnx\n" for name in variants))
        outcome = mica("convert", "--batch", "list", "--infer-shapes", cwd=folder)
        inferred = {name: onnx.load(folder / f"{name}-inferred.onnx") for name in variants}
    element_types = types(inferred["bare"])
    truths = [observed(model, element_types, given) for given in arrays]
    comparisons = {}
    for name, variant in variants.items():
        theirs, strict = infer_with_onnx(variant)
        names = declared(variant)
        values = set(results(variant))
        known, known_to_onnx = (
            {key for key in values if is_known(shape(all.get(key), names))}
            for all in map(types, (inferred[name], theirs))
        )
        comparisons[name] = comparison = Comparison(
            variant,
            inferred[name],
            [problem for problem in problems(outcome) if problem.file == f"{name}.onnx"],
            values,
            known,
            known_to_onnx,
            strict,
        )
        comparison.missing.extend(missing(comparison, types(theirs)))
        for given, truth in zip(arrays[:1] if name == "concrete" else arrays, truths):
            comparison.contradictions.extend(contradictions(inferred[name], truth, bound(variant, given)))
    return Survey(comparisons, len(set().union(*truths)), outcome)


def missing(comparison: Comparison, theirs: dict) -> Iterable[str]:
    """A line for each value that only onnx knows."""
    ours = types(comparison.inferred)
    names = declared(comparison.source)
    producers = {
        (path, name): node.op_type
        for path, graph in graphs(comparison.source.graph)
        for node in graph.node
        for name in node.output
    }
    for key in sorted(comparison.known_to_onnx - comparison.known):
        left, right = (spelled(shape(all.get(key), names)) for all in (ours, theirs))
        yield f"{producers[key]} {'/'.join(key)}: {left}, onnx {right}"


def roots(comparison: Comparison) -> Iterable[str]:
    """A line for each value that mica does not know though it knows all that its node takes."""
    known = types(comparison.inferred)
    names = declared(comparison.source)
    unknown = {name for _, name in comparison.values - comparison.known}
    for path, graph in graphs(comparison.source.graph):
        for node in graph.node:
            if unknown.isdisjoint(node.input):
                for name in node.output:
                    if (path, name) in comparison.values - comparison.known:
                        yield f"{node.op_type} {path}/{name}: {spelled(shape(known.get((path, name)), names))}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NETWORK")
    parser.add_argument(
        "--unknown",
        action="store_true",
        help="list the values that mica does not know though it knows what they come from",
    )
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(
        f"{'network':28}{'values':>7}  "
        + "".join(f"{f'{name}: mica':>15}{'onnx':>7}" for name in VARIANTS)
        + "  observed"
    )
    for name in arguments.names or NETWORKS:
        result = survey(NETWORKS[name], Path(os.environ["MICA_MODELS"]), arguments.seed)
        line = f"{name:28}{len(result.comparisons['bare'].values):7}  "
        for comparison in result.comparisons.values():
            mark = "" if comparison.strict else "~"
            line += f"{len(comparison.known):15}{mark + str(len(comparison.known_to_onnx)):>7}"
        print(f"{line}{result.observed:10}")
        for variant, comparison in result.comparisons.items():
            for problem in comparison.problems:
                print(f"    {variant}: {problem.severity}[{problem.identifier}]: {problem.message}")
            for text in comparison.missing:
                print(f"    {variant}: only onnx knows {text}")
            for text in comparison.contradictions:
                print(f"    {variant}: FALSE {text}")
            if arguments.unknown:
                for text in roots(comparison):
                    print(f"    {variant}: unknown {text}")


if __name__ == "__main__":
    main()
