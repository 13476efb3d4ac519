"""Own problems: J and h as JSON, or a graph in the text format of the G-set."""

from pathlib import Path
from typing import Any

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.network.pbits.problem import Ising, Problem
from spicekit.network.pbits.problems import MOST_BITS, cut_of
from spicekit.readers import content_of, read_json, reading
from spicekit.readers.json_tree import require_object

_KEYS = ("J", "h", "offset")
_MOST_BYTES = 1 << 26
_LARGEST = 1e9  # of a number: energies stay exact enough


def own_problem(path: Path) -> Problem:
    """Return the problem of a file.

    JSON (.json): ``J``, couplings as a symmetric matrix without a diagonal or as a list of [i, j, value], bits from 0;
    ``h``, one number per bit; ``offset``. The energy is offset - sum of J[i][j] m_i m_j over pairs - sum of h[i] m_i.
    Any other name: a graph as in the G-set, "nodes edges" and then "node node weight" lines, nodes from 1: its largest
    cut.

    Raises:
        InputError: one line that names the file, the key or line, what was got, what was expected.
    """
    if path.suffix.lower() == ".json":
        return _couplings(path)
    return _graph(path)


def _couplings(path: Path) -> Ising:
    tree = require_object(path, read_json(path, "a problem", _MOST_BYTES), "a problem")
    for key in tree:
        if key not in _KEYS:
            raise InputError(
                f"{path}: unknown key `{key[:40]}`{did_you_mean(key, _KEYS)}; there are {', '.join(_KEYS)}"
            )
    for key in ("J", "h"):
        if not isinstance(tree.get(key), list):
            raise InputError(f"{path}: `{key}`: got {_kind(tree.get(key))}, expected a list of numbers")
    fields = np.array([_number(path, f"h[{k}]", one) for k, one in enumerate(tree["h"])])
    _check_bits(path, "h", len(fields))
    given, bits = tree["J"], len(fields)
    couplings = np.zeros((bits, bits))
    matrix = len(given) == bits and all(isinstance(row, list) and len(row) == bits for row in given)
    if matrix and not (bits == 3 and _listed(given, bits)):
        numbers = [
            [_number(path, f"J[{i}][{j}]", one) for j, one in enumerate(row)] for i, row in enumerate(given)
        ]
        couplings = np.array(numbers)
        uneven = np.argwhere(couplings != couplings.T)
        if len(uneven):
            i, j = (int(k) for k in uneven[0])
            raise InputError(
                f"{path}: `J[{i}][{j}]` is {couplings[i, j]:g} and `J[{j}][{i}]` is {couplings[j, i]:g}, expected a "
                "symmetric matrix"
            )
        if couplings.diagonal().any():
            k = int(np.flatnonzero(couplings.diagonal())[0])
            raise InputError(
                f"{path}: `J[{k}][{k}]` is {couplings[k, k]:g}, expected 0: a bit has no coupling to itself"
            )
    else:
        for k, one in enumerate(given):
            i, j, value = _pair(path, k, one, bits)
            if couplings[i, j]:
                raise InputError(f"{path}: `J[{k}]`: the pair {i}, {j} is given twice, expected once")
            couplings[i, j] = couplings[j, i] = value
    offset = _number(path, "offset", tree.get("offset", 0.0))
    return Ising(path.stem, f"{bits} bits of {path.name}", couplings, fields, offset)


def _listed(given: list[Any], bits: int) -> bool:
    """Whether three rows of three numbers are pairs and not a matrix: their places are whole and differ."""
    return all(
        type(row[0]) is int and type(row[1]) is int and 0 <= row[0] < bits and 0 <= row[1] < bits and row[0] != row[1]
        for row in given
    ) and any(row[k] for k, row in enumerate(given))  # fmt: skip


def _pair(path: Path, k: int, one: Any, bits: int) -> tuple[int, int, float]:
    if not isinstance(one, list) or len(one) != 3:
        raise InputError(
            f"{path}: `J[{k}]`: got {_kind(one)}, expected [bit, bit, value], or a matrix of {bits} × {bits} numbers, "
            f"one "
            "row for each entry of `h`"
        )
    for at in one[:2]:
        if type(at) is not int or not 0 <= at < bits:
            raise InputError(f"{path}: `J[{k}]`: {str(at)[:40]} is no bit, expected 0 to {bits - 1}")
    if one[0] == one[1]:
        raise InputError(f"{path}: `J[{k}]`: couples bit {one[0]} to itself, expected two bits")
    return one[0], one[1], _number(path, f"J[{k}][2]", one[2])


def _graph(path: Path) -> Ising:
    content = content_of(path, _MOST_BYTES)
    with reading(path, "a graph"):
        lines = [
            (n, line.split())
            for n, line in enumerate(content.decode("utf-8-sig").splitlines(), 1)
            if line.strip()
        ]
    if not lines or len(lines[0][1]) != 2:
        raise InputError(f"{path}: line 1: expected `nodes edges`, such as `800 19176`, as in the G-set")
    (first, (nodes_text, edges_text)), rest = lines[0], lines[1:]
    nodes, count = (_whole(path, first, text) for text in (nodes_text, edges_text))
    _check_bits(path, "nodes", nodes)
    if count != len(rest):
        raise InputError(f"{path}: line {first}: says {count} edges, got {len(rest)} lines of edges")
    edges, seen = [], set()
    for number, words in rest:
        if len(words) not in (2, 3):
            raise InputError(f"{path}: line {number}: got {len(words)} words, expected `node node weight`")
        a, b = (_whole(path, number, word) for word in words[:2])
        if not (1 <= a <= nodes and 1 <= b <= nodes) or a == b:
            raise InputError(
                f"{path}: line {number}: edge {a} {b}, expected two different nodes from 1 to {nodes}"
            )
        if (min(a, b), max(a, b)) in seen:
            raise InputError(f"{path}: line {number}: edge {a} {b} is given twice, expected once")
        seen.add((min(a, b), max(a, b)))
        try:
            weight = float(words[2]) if len(words) == 3 else 1.0
        except ValueError:
            weight = float("nan")
        edges.append((a - 1, b - 1, _number(path, f"line {number}", weight)))
    said = f"largest cut of the graph of {path.name}: {nodes} nodes, {len(edges)} edges"
    return cut_of(path.stem, said, nodes, edges)


def _check_bits(path: Path, key: str, bits: int) -> None:
    if not 2 <= bits <= MOST_BITS:
        raise InputError(f"{path}: `{key}`: {bits} bits, expected 2 to {MOST_BITS}")


def _whole(path: Path, line: int, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise InputError(f"{path}: line {line}: got `{text[:40]}`, expected a whole number")
    return int(text)


def _number(path: Path, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        raise InputError(f"{path}: `{key}`: got {str(value)[:40]}, expected a number up to {_LARGEST:g}")
    return float(value)


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
