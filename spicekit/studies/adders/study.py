"""Trees of adders at the gates: drawn words, summed by transistors and by arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block
from spicekit.circuits.adder_tree import TreeDeck, tree_deck
from spicekit.circuits.cell import Technology
from spicekit.ngspice import evaluate
from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.distribution import moments
from spicekit.sampling.normals import named_normals
from spicekit.studies.adders.result import Adders, AdderTree
from spicekit.studies.adders.table import AddersTable, tree_of
from spicekit.studies.study import Point, Study

_METHOD = (
    "all gates as transistors in one SPICE circuit, without mismatch; inputs and weights drawn, each bit as often 1 as "
    "0; wrong sums counted, Clopper-Pearson"
)
_STATUS = (
    "transistors: the process's; widths as in the sense amplifier, assumed; wires between gates are not drawn"
)
_LOOKED = 10  # edges of the logic, over which the leakage is taken


@dataclass(frozen=True)
class _Content:
    tree: TreeDeck
    supply: float  # V
    edge: float  # s


def points(technology: Technology, table: AddersTable) -> tuple[Point, ...]:
    """Return one point per tree."""
    design, found = technology.design, []
    for text in table.trees:
        kind, inputs, width = tree_of(text)
        tree = tree_deck(technology, kind, inputs, width, table.period)  # type: ignore[arg-type]
        labels: dict[str, float | str] = {"tree": text, "supply": design.supply}
        content = _Content(tree, design.supply, design.logic_edge)
        found.append(Point(text.replace(" ", "-"), labels, {"tree": tree.deck}, content))
    return tuple(found)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per word.

    Columns: ``sample``, ``outcome`` ("error" where the sum is wrong), ``reason``, ``found`` and ``right`` (sums),
    ``energy`` [J], ``delay`` [s], ``leakage`` [W].
    """
    content: _Content = point.content
    tree, shape = content.tree, (stop - start, content.tree.inputs, content.tree.width)

    def drawn(what: str, count: int) -> np.ndarray:
        """Return bits: the signs of normal numbers."""
        return (named_normals(seed, [f"{what} {k}" for k in range(count)], start, stop) > 0).astype(int)

    bits = tree.inputs * tree.width
    before, after = (drawn(what, bits).reshape(shape) for what in ("before", "after"))
    weights = drawn("weight", tree.inputs)
    rows = [tree.row(*one) for one in zip(before, after, weights, strict=True)]
    values, outcomes = evaluate(tree.deck, np.array(rows))
    measured = pd.DataFrame(values, columns=[m.name for m in tree.deck.measurements])
    ones = measured[[f"out{k}" for k in range(tree.outputs)]].to_numpy() > content.supply / 2
    found = ones @ (1 << np.arange(tree.outputs))
    right = np.array([tree.right(*one) for one in zip(after, weights, strict=True)])
    lost = np.array(["" if one.ok else str(one) for one in outcomes], dtype=object)
    return pd.DataFrame(
        {
            "sample": np.arange(start, stop),
            "outcome": np.where(lost != "", "discard", np.where(found == right, "ok", "error")),
            "reason": lost.astype(str),
            "found": found,
            "right": right,
            "energy": measured["energy"],
            "delay": measured[[f"settled{k}" for k in range(tree.outputs)]].max(axis=1),
            "leakage": measured["rest"] / (_LOOKED * content.edge),
            "transistors": tree.transistors,
            "full_adders": tree.gates["full"],
            "outputs": tree.outputs,
        }
    )


def analyze(table: AddersTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:
    """Return what each tree costs; a tree with fewer than two sums is left out."""
    found = []
    for text in table.trees:
        mine = rows[rows["tree"] == text]
        good = mine[mine["outcome"] != "discard"]
        if len(good) < 2:
            continue
        kind, inputs, width = tree_of(text)
        errors, lost = int((good["outcome"] == "error").sum()), len(mine) - len(good)
        first = good.iloc[0]
        found.append(
            AdderTree(
                kind=kind,  # type: ignore[arg-type]
                inputs=inputs,
                width=width,
                outputs=int(first["outputs"]),
                full_adders=int(first["full_adders"]),
                transistors=int(first["transistors"]),
                energy=moments(good["energy"]),
                delay=float(good["delay"].max()),
                leakage=float(good["leakage"].mean()),
                wrong=error_probability(
                    Counts(len(mine), errors, lost), "counted, Clopper-Pearson", confidence
                ),
            )
        )
    if not found:
        return {}
    supply = float(rows["supply"].iloc[0])
    block = Adders(trees=tuple(found), supply=supply, period=table.period, status=_STATUS, method=_METHOD)
    return {"adders": block}


STUDY = Study("adders", points, simulate, analyze, counts="words")
