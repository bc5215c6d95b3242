#!/usr/bin/env python3
"""How much of the results of onnx's node tests shape inference knows before anything runs: mica beside others.

Usage: inference_table.py [--seed N] [--only ENGINE]

Each engine is given the node tests' models, their outputs without sizes, and none of the test's values. What it says of
the outputs is held against the recorded results: *full* where every size is known and right, *partial* where the rank
is, *wrong* where an element type, a rank or a size is another one. Then, for mica:

* what it says of all values, those between nodes too, against ONNX Runtime's runs on other inputs of the same types;
* the same of the models with a name for each size that they declare, against runs on other sizes too;
* the outputs that it does not know in full, by the operator that lost the sizes and what that depends on.

Needs MICA_BINARY or .build/release/mica, and the packages of requirements.txt.
"""

import argparse
import random
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import inference_engines
import inference_runs
from inference_causes import causes, origin
from inference_cases import Case, collect
from inference_comparison import Answers, answers, compared, counts, recorded_contradictions, verdicts
from inference_verdict import Verdict, spelled, spelled_value


def table(columns: dict[str, tuple[Counter[Verdict], int]]) -> str:
    """The counts of tensor outputs by engine, and the models that an engine failed at."""
    width = max(map(len, columns))
    heads = [verdict.value for verdict in Verdict]
    lines = [f"{'':{width}}  " + "  ".join(f"{head:>12}" for head in heads) + "  failed models"]
    for engine, (found, failed) in columns.items():
        cells = "  ".join(f"{found[verdict]:12}" for verdict in Verdict)
        lines.append(f"{engine:{width}}  {cells}  {failed:13}")
    return "\n".join(lines)


def _numbered(title: str, items: list[object]) -> str:
    return "\n".join([f"\n{title}: {len(items)}", *(f"  {item}" for item in items)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--only", choices=["mica", *inference_engines.OTHERS])
    options = parser.parse_args()
    cases = collect()
    symbolic = [case.symbolic() for case in cases]
    engines = [options.only] if options.only else ["mica", *inference_engines.OTHERS]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor() as pool:
        folder = Path(scratch)
        said = {
            engine: pool.submit(answers, engine, cases, folder / str(index)) for index, engine in enumerate(engines)
        }
        if "mica" in engines:
            said_of_symbols = pool.submit(answers, "mica", symbolic, folder / "symbolic")
            runs = pool.submit(inference_runs.run, cases, options.seed, folder / "runs").result()
        print(
            f"{len(cases)} models, {sum(counts(cases, next(iter(said.values())).result()).values())} tensor outputs\n"
        )
        columns = {engine: (counts(cases, it.result()), len(it.result().failures)) for engine, it in said.items()}
        print(table(columns))
        if "mica" in engines:
            others = {engine: it.result() for engine, it in said.items() if engine != "mica"}
            _report_others(cases, said["mica"].result(), others)
            _report(cases, symbolic, said["mica"].result(), said_of_symbols.result(), runs, options.seed)
            print(f"\n--seed {options.seed} repeats these inputs")


def _report_others(cases: list[Case], said: Answers, others: dict[str, Answers]) -> None:
    """Prints the outputs that another engine knows in full and mica does not, by the operator that lost the sizes."""
    known_to: dict[tuple[str, str], list[str]] = {}
    for engine, answer in others.items():
        for case, name, verdict in verdicts(cases, answer):
            if verdict == Verdict.FULL:
                known_to.setdefault((case.name, name), []).append(engine)
    if others:
        print("\nnot known in full, but to others:")
        _print_by_operator(cases, said, set(known_to))


def _report(
    cases: list[Case],
    symbolic: list[Case],
    said: Answers,
    said_of_symbols: Answers,
    runs: list[list[inference_runs.Run]],
    seed: int,
) -> None:
    """Prints what mica is wrong about, what it says of other inputs and sizes, and what it does not know."""
    print(f"\nwith a name for each size: {dict((v.value, n) for v, n in counts(symbolic, said_of_symbols).items())}")
    print(f"sequences and optionals: {dict((v.value, n) for v, n in counts(cases, said, tensors=False).items())}")
    accepted = [run for own in runs for run in own]
    print(
        f"ONNX Runtime: {sum(map(bool, runs))} models, {len(accepted)} runs,"
        f" {sum(bool(run.other_sizes) for run in accepted)} of them on other sizes"
    )
    print(_numbered("failures", sorted(f"{name}: {why}" for name, why in said.failures.items())))
    print(_numbered("failures with names", sorted(f"{name}: {why}" for name, why in said_of_symbols.failures.items())))
    print(_numbered("contradicted by a recorded result", recorded_contradictions(cases, said)))
    for title, asked, answer, has_names in [
        ("contradicted on other values", cases, said, False),
        ("contradicted on other values or sizes, with names", symbolic, said_of_symbols, True),
    ]:
        comparison = compared(asked, answer, runs, seed, has_names)
        print(_numbered(f"{title}, of {comparison.values}", comparison.contradictions))
        print(_numbered("the same by ONNX Runtime alone", comparison.disputed))
    print("\nnot known in full:")
    grouped = causes(cases, said, runs)
    for (operator, reason, verdict), names in sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0][0])):
        print(f"{len(names):5}  {operator}: {reason} ({verdict.value}): {', '.join(names[:3])}")
    print("\nknown in full, but not with names:")
    full = {(case.name, name) for case, name, verdict in verdicts(cases, said) if verdict == Verdict.FULL}
    _print_by_operator(symbolic, said_of_symbols, full)
    print("\nsequences and optionals not known in full:")
    for case, name, verdict in verdicts(cases, said, tensors=False):
        if verdict != Verdict.FULL:
            known = dict(zip((case.name for case in cases), said.types))[case.name] or {}
            print(f"  {case.name}:{name}: {spelled(known.get(name))}, was {spelled_value(case.results[name])}")


def _print_by_operator(cases: list[Case], said: Answers, among: set[tuple[str, str]]) -> None:
    """Prints those of the outputs that are not known in full, by the operator that lost their sizes."""
    own = dict(zip((case.name for case in cases), said.types))
    grouped: dict[str, list[str]] = {}
    for case, output, verdict in verdicts(cases, said):
        if (case.name, output) in among and verdict != Verdict.FULL:
            known = own[case.name]
            node, lost = origin(case, output, known or {})
            grouped.setdefault(node.op_type, []).append(f"{case.name}:{output} {spelled((known or {}).get(lost))}")
    for operator, names in sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0])):
        print(f"{len(names):5}  {operator}: {', '.join(names[:3])}")


if __name__ == "__main__":
    main()
