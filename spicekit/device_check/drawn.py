"""Do tolerances decide where drawn devices end, from states that RESET leaves? Some err, where nominal ones do not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from spicekit.circuits.cell import ProgramDeck
from spicekit.device_check.bench import Bench
from spicekit.device_check.guarded import run
from spicekit.device_check.pulses import COMPLIANCES, WIDTH, pulses_of
from spicekit.device_check.tolerances import strict, tight, with_tolerance
from spicekit.errors import InputError
from spicekit.ngspice import Deck
from spicekit.studies.devices import draw_cycle, draw_devices
from spicekit.units import engineering

DEVICES = 30
_SEED = 1
_SHORT = WIDTH / 10  # s: ends while some states still move
_HIGHEST, _LOWEST = COMPLIANCES
_COMPLIANCES = (_HIGHEST, sqrt(_HIGHEST * _LOWEST), _LOWEST)  # A
_AGREE = 0.02  # share of the window
_TOLERANCES = (1e-6, 1e-5)  # that a card may ask for; at the larger one others may err that were not drawn

_Rows = Sequence[Mapping[str, float]]


@dataclass(frozen=True)
class Apart:
    """A drawn device that ends elsewhere with finer tolerances."""

    what: str
    ours: float
    fine: float
    share: float  # of the window, between both


@dataclass(frozen=True)
class DrawnEnds:
    """Pulses on drawn devices, and those that end elsewhere with finer tolerances, worst first."""

    pulses: int
    apart: tuple[Apart, ...]
    tolerance: float | None  # with which all agree, and none fails; None: with none of those tried


def drawn_ends(bench: Bench) -> DrawnEnds:
    """Program drawn devices with spicekit's tolerances and with finer ones, by short pulses of three compliances."""
    cases = list(_cases(bench))
    apart = [one for what, deck, rows in cases for one in _apart(bench, what, deck, rows)]
    tolerance = None
    if apart:
        named = {one.what for one in apart}
        wrong = [case for case in cases if case[0] in named]
        asked = bench.device.relative_tolerance or 1.0
        tolerance = next((t for t in _TOLERANCES if t < asked and _agrees(bench, wrong, t)), None)
    worst_first = sorted(apart, key=lambda one: -one.share)
    return DrawnEnds(sum(len(rows) for _, _, rows in cases), tuple(worst_first), tolerance)


def _cases(bench: Bench) -> Iterator[tuple[str, Deck, _Rows]]:
    """Give each pulse in words, with its deck and the values of each device: RESET, then SET from there and beyond."""
    resets = False
    highs: list[float] = []
    for compliance in _COMPLIANCES:
        try:
            pulses = pulses_of(bench.technology, compliance, bench.set_voltage, bench.reset_voltage, _SHORT)
        except InputError:  # the transistor cannot give so much
            continue
        if not resets:
            rows = _rows(bench, pulses.reset_deck, [bench.start("lrs")] * DEVICES, 0)
            yield (
                f"RESET with {bench.reset_voltage:g} V for {engineering(_SHORT, 's')}",
                pulses.reset_deck.deck,
                rows,
            )
            ended = run(pulses.reset_deck.deck, rows)
            highs = [bench.start("hrs") if one.why else one["gap"] for one in ended]
            # some from states that weaker pulses leave, up to half-way to the middle: their SET snaps at other moments
            highs = [at + (bench.middle - at) * k / (2 * DEVICES) for k, at in enumerate(highs)]
            resets = True
        what = f"SET under {engineering(compliance, 'A')} for {engineering(_SHORT, 's')}"
        yield what, pulses.set_deck.deck, _rows(bench, pulses.set_deck, highs, 1)


def _rows(bench: Bench, program: ProgramDeck, starts: Sequence[float], cycle: int) -> _Rows:
    population = bench.device.population()
    devices = draw_devices(population, program, _SEED, 0, DEVICES)
    values = devices.values(
        program, devices.filled(0.0) + starts, draw_cycle(population, _SEED, 0, DEVICES, cycle)
    )
    names = [parameter.name for parameter in program.deck.parameters]
    return [dict(zip(names, map(float, row), strict=True)) for row in values]


def _apart(bench: Bench, what: str, deck: Deck, rows: _Rows) -> Iterator[Apart]:
    ours, fine = run(deck, rows), run(strict(deck), rows)
    for row, one, other in zip(rows, ours, fine, strict=True):
        if one.why or other.why or _distance(bench, one["gap"], other["gap"]) <= _AGREE:
            continue  # those that fail are counted as lost
        (finest,) = run(tight(deck), [row])
        if not finest.why and (share := _distance(bench, one["gap"], finest["gap"])) > _AGREE:
            yield Apart(what, one["gap"], finest["gap"], share)


def _agrees(bench: Bench, cases: Sequence[tuple[str, Deck, _Rows]], tolerance: float) -> bool:
    for what, deck, rows in cases:
        finer = with_tolerance(deck, tolerance)
        if any(one.why for one in run(finer, rows)) or any(_apart(bench, what, finer, rows)):
            return False
    return True


def _distance(bench: Bench, one: float, other: float) -> float:
    return abs(one - other) / bench.window
