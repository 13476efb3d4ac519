"""Problems that come along, by name: logic gates run backwards, factors, cuts of graphs, parts of numbers."""

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.network.pbits.problem import Factoring, Ising, Problem, from_binary, squared
from spicekit.sampling.normals import generator

MOST_BITS = 2000
"""Of a problem: couplings are stored for every pair of bits."""
OWN = "own"
"""The problem of a file."""
LONGEST = 1e6
"""Correlation times of a run."""
KINDS = ("and_gate", "full_adder", "factor_N", "maxcut_N", "partition_N")
_LARGEST = 1 << 40  # of a number to factor: energies are exact in double precision
_DEGREE = 3
_TRIES = 1000
_NUMBERS = 100  # largest of those to be parted


def load_problems(names: str | Sequence[str], file: Path | None = None, seed: int = 0) -> tuple[Problem, ...]:
    """Return the problems of these names, as a sequence or parted by commas; "own" is that of `file`.

    Raises:
        InputError: no such problem, or a file without "own", or the reverse.
    """
    from spicekit.network.pbits.own import own_problem

    listed = [part.strip() for part in names.split(",")] if isinstance(names, str) else list(names)
    if file is not None and OWN not in listed:
        raise InputError(
            f"`--file` is {file}, but `--problems` does not name `{OWN}`: add it there, or leave the file out"
        )
    if file is None and OWN in listed:
        raise InputError(
            f"`--problems` names `{OWN}`, but there is no `--file`: give the file of the problem"
        )
    return tuple(own_problem(file) if name == OWN and file else load_problem(name, seed) for name in listed)


def parse_times(text: str) -> tuple[float, ...]:
    """Return lengths of runs from numbers parted by commas, by rising length.

    Raises:
        InputError: no number, or one that is not above 0 and up to a million.
    """
    try:
        times = sorted({float(part) for part in text.split(",")})
    except ValueError:
        times = []
    if not times or not all(math.isfinite(t) and 0 < t <= LONGEST for t in times):
        raise InputError(
            f"`--times` is `{text[:60]}`, expected numbers above 0 and up to {LONGEST:g}, such as 10,30,100"
        )
    return tuple(times)


def load_problem(name: str, seed: int = 0) -> Problem:
    """Return a problem by its name, such as "factor_945", "factor_945_6x4", "maxcut_16" or "partition_10".

    Graphs and numbers are a function of (their size, `seed`) alone.

    Raises:
        InputError: no such problem, or of a size that it cannot have.
    """
    fixed: dict[str, Callable[[], Problem]] = {"and_gate": _and_gate, "full_adder": _full_adder}
    if name in fixed:
        return fixed[name]()
    found = re.fullmatch(r"(factor|maxcut|partition)_(\d{1,13})(?:_(\d{1,2})x(\d{1,2}))?", name)
    if not found or (found[3] and found[1] != "factor"):
        raise InputError(
            f"unknown problem `{name}`{did_you_mean(name, KINDS)}; there are {', '.join(KINDS)} with a number in the "
            "place of N, and factor_N_6x4 with the bits of both factors"
        )
    number = int(found[2])
    if found[1] == "factor":
        return factoring(name, number, (int(found[3]), int(found[4])) if found[3] else None)
    return maxcut(number, seed) if found[1] == "maxcut" else partition(number, seed)


def _and_gate() -> Ising:
    # c = a and b: ab - 2ac - 2bc + 3c is 0 where that holds, and 1 or more elsewhere
    quadratic = np.array([[0, 1, -2], [0, 0, -2], [0, 0, 3]], float)
    return from_binary(
        "and_gate", "an AND gate, both inputs and the output free: four right states", quadratic
    )


def _full_adder() -> Ising:
    # a + b + carry in - sum - 2 carry out = 0
    weights = np.array([1, 1, 1, -1, -2], float)
    return from_binary(
        "full_adder",
        "a full adder, three inputs and two outputs free: eight right states",
        np.outer(weights, weights),
    )


def factoring(name: str, number: int, bits: tuple[int, int] | None = None) -> Factoring:
    """Return the problem of finding two odd factors of so many `bits`, default: the fewest that hold a pair.

    Raises:
        InputError: an even or too large number, a prime, or sizes that hold no pair of factors.
    """
    if number % 2 == 0 or not 9 <= number < _LARGEST:
        raise InputError(
            f"`{name}`: {number} cannot be factored here, expected an odd number from 9 to {_LARGEST:,}"
        )
    divisors = [d for d in range(3, int(number**0.5) + 1, 2) if number % d == 0]
    if not divisors:
        raise InputError(f"`{name}`: {number} is a prime, expected a product of two odd numbers above 1")
    sizes = {((number // d).bit_length(), d.bit_length()) for d in divisors}
    if bits is None:
        bits = min(sizes, key=lambda pair: (sum(pair), pair[0]))
    elif not any(bits[0] >= x and bits[1] >= y for x, y in sizes):
        known = ", ".join(f"{x}x{y}" for x, y in sorted(sizes, key=sum)[:4])
        raise InputError(f"`{name}`: no factors of {bits[0]} and {bits[1]} bits, expected at least {known}")
    said = f"{number} = X·Y: X of {bits[0]} bits and Y of {bits[1]}, the lowest of which is 1"
    return Factoring(name, said, number, (bits[0] - 1, bits[1] - 1))


def maxcut(nodes: int, seed: int) -> Ising:
    """Return the largest cut of a random graph, whose nodes have three edges each.

    Raises:
        InputError: an odd number of nodes, fewer than four, or too many.
    """
    if nodes % 2 or not 4 <= nodes <= MOST_BITS:
        raise InputError(f"`maxcut_{nodes}`: expected an even number of nodes from 4 to {MOST_BITS}")
    random = generator(seed, f"maxcut_{nodes}", 0)
    edges: set[tuple[int, int]] = set()
    for _ in range(_TRIES):
        ends = random.permutation(np.repeat(np.arange(nodes), _DEGREE)).reshape(-1, 2)
        edges = {(min(a, b), max(a, b)) for a, b in ends.tolist() if a != b}
        if len(edges) == len(ends):  # no loop, no edge twice
            break
    return cut_of(
        f"maxcut_{nodes}", f"largest cut of a random graph, {nodes} nodes of {_DEGREE} edges", nodes,
        [(a, b, 1.0) for a, b in sorted(edges)],
    )  # fmt: skip


def cut_of(name: str, said: str, nodes: int, edges: list[tuple[int, int, float]]) -> Ising:
    """Return the problem whose energy is minus the weight of the edges (node, node, weight) that are cut."""
    couplings = np.zeros((nodes, nodes))
    for a, b, weight in edges:
        couplings[a, b] -= weight / 2
        couplings[b, a] -= weight / 2
    return Ising(name, said, couplings, np.zeros(nodes), -sum(w for *_, w in edges) / 2, "cut")


def partition(count: int, seed: int) -> Ising:
    """Return the parting of random whole numbers into two sets whose sums differ least; the energy is that squared.

    Raises:
        InputError: fewer than two numbers, or too many.
    """
    if not 2 <= count <= MOST_BITS:
        raise InputError(f"`partition_{count}`: expected 2 to {MOST_BITS} numbers")
    numbers = generator(seed, f"partition_{count}", 0).integers(1, _NUMBERS + 1, count)
    shown = ", ".join(map(str, numbers[:12])) + ("" if count <= 12 else ", …")
    return squared(
        f"partition_{count}", f"two sets of {shown} whose sums differ least", numbers.astype(float)
    )
