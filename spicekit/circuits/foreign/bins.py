"""Bins of a foundry's models: the cards of a model for ranges of sizes, of which a circuit needs a few.

ngspice evaluates all of them for every instance, each time that it reads a netlist.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from spicekit.circuits.foreign.named import with_value
from spicekit.circuits.foreign.parts import Element, Parts, parts_of
from spicekit.circuits.foreign.source import Source
from spicekit.errors import InputError
from spicekit.ngspice import Deck, Final, evaluate
from spicekit.ngspice.draws import PREFIX
from spicekit.ngspice.numbers import spice_number

_LIMITS = ("lmin", "lmax", "wmin", "wmax")
_LIMIT = re.compile(rf"\b({'|'.join(_LIMITS)})\s*=\s*(\S+)", re.IGNORECASE)
_FINGERS = re.compile(
    r"\blevel\s*=\s*(?:14|54)\b", re.IGNORECASE
)  # BSIM4, the models that ngspice knows `nf` of
_MARGIN = 1e-6  # relative, of a size from the end of a bin: both bins are kept there


def without_other_bins(source: Source, settings: Sequence[Mapping[str, float]] = ()) -> Source:
    """Return the netlist without the bins that no transistor is in, whatever `.param` is set to one of the `settings`.

    Raises:
        InputError: ngspice does not load the netlist, or does not say the sizes of transistors.
    """
    if not any(line.word == ".model" and _LIMIT.search(line.text) for line in source.lines):
        return source
    parts, names = parts_of(source), {name for setting in settings for name in setting}
    lines = [line for line in source.lines if line.word != ".tran"]
    found = None
    for setting in settings or ({},):
        text = [line.written() for line in lines]
        for name in names & setting.keys():
            text = with_value(text, name, setting[name]) or text
        unused = _other_bins(parts, text, source)
        found = unused if found is None else found & unused
    return replace(
        source, lines=tuple(line for line in source.lines if (line.file, line.number) not in (found or ()))
    )


def _other_bins(parts: Parts, text: Sequence[str], source: Source) -> frozenset[tuple[str, int]]:
    """Return file and number of the lines of all bins that no transistor is in."""
    bins: dict[str, dict[tuple[str, int], Mapping[str, float]]] = {}
    fingers: dict[str, bool] = {}
    for name, line in parts.models.items():
        model, _, number = name.rpartition(".")
        limits = {key.lower(): spice_number(value) for key, value in _LIMIT.findall(line.text)}
        if number.isdigit() and limits.keys() == set(_LIMITS) and None not in limits.values():
            bins.setdefault(model, {})[line.file, line.number] = {
                k: v for k, v in limits.items() if v is not None
            }
            fingers[model] = fingers.get(model, True) and bool(_FINGERS.search(line.text))
    used = [e for e in parts.elements.values() if e.letter == "m" and e.model in bins]
    said = said_of(
        [(e, k) for e in used for k in ("w", "l", "nf") if k != "nf" or fingers[e.model]], text, source
    )
    kept: set[tuple[str, int]] = set()
    for element in used:
        own, width, length = bins[element.model], said[element.path, "w"], said[element.path, "l"]
        widths = {
            width,
            width / max(said.get((element.path, "nf"), 1.0), 1.0),
        }  # versions of ngspice take either
        found = {place for place, limits in own.items() if any(_holds(limits, w, length) for w in widths)}
        kept |= set(own) if PREFIX in element.line.text or not found else found
    return frozenset(place for own in bins.values() for place in own) - kept


def _holds(limits: Mapping[str, float], width: float, length: float) -> bool:
    return all(
        limits[low] * (1 - _MARGIN) <= size <= limits[high] * (1 + _MARGIN)
        for low, high, size in (("lmin", "lmax", length), ("wmin", "wmax", width))
    )


def said_of(
    asked: Sequence[tuple[Element, str]], text: Sequence[str], source: Source
) -> dict[tuple[str, str], float]:
    """Return parameters of transistors as ngspice computes them, such as ``w`` [m], by path and parameter.

    Raises:
        InputError: ngspice does not load the `text`, a netlist's lines without `.tran`, or does not say them.
    """
    vectors = tuple(f"@{e.in_ngspice}[{key}]" for e, key in asked)
    found = _said(vectors, tuple(text), source.stop_time, source.file)
    return {(e.path, key): value for (e, key), value in zip(asked, found.tolist(), strict=True)}


@lru_cache(maxsize=32)
def _said(vectors: tuple[str, ...], text: tuple[str, ...], stop_time: float, file: str) -> np.ndarray:
    if not vectors:
        return np.empty(0)
    step = stop_time / 1000
    deck = Deck(
        f"sizes in {file}",
        "\n".join([f"* sizes in {file}", *text, f".tran {step:.10g} {step:.10g} uic", ".end", ""]),
        (),
        tuple(Final(vector, vector) for vector in vectors),
        step,
    )
    found, (outcome,) = evaluate(deck, np.empty((1, 0)))
    if not outcome.ok:
        raise InputError(f"{file}: ngspice does not say the sizes of transistors: {outcome}")
    return found[0]
