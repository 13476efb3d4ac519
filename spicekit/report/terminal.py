"""The table of a run for the command line: of every quantity the surest number, and what it comes from."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from spicekit.page import numbers
from spicekit.report.counts import against_curve
from spicekit.report.grid import worst_lines
from spicekit.statistics import Condition, KnownRate, Probability, Statistics, best_rate, known_rates
from spicekit.units import engineering

_SIDE_BY_SIDE = 4  # conditions beside each other, in however wide a terminal
_GAP = 2  # characters between two columns, one of them the table's own
_WORD = 20  # longest part of a name that stays whole
_NOTHING = ("–", "not measured")
_BER = "BER 2T2R"
_SINGLE = "BER 1T1R"
_INTERVAL = "· interval"


@dataclass(frozen=True)
class _Stacked:
    """Tables that the terminal is wide enough for, one below the other, and notes."""

    labels: tuple[tuple[str, str], ...]  # key of a row, and what is shown before it
    named: dict[str, dict[str, str]]  # texts by condition and key
    notes: tuple[str, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        own = max((len(label) for _, label in self.labels), default=0)
        widths = {name: self._width(name, True) for name in self.named}
        if own + sum(width + _GAP for width in widths.values()) > options.max_width:
            widths = {name: self._width(name, False) for name in self.named}
        row: list[str] = []
        for name in self.named:
            used = own + sum(widths[other] + _GAP for other in (*row, name))
            if row and (used > options.max_width or len(row) == _SIDE_BY_SIDE):
                yield self._table(row, widths)
                row = []
            row.append(name)
        if row:
            yield self._table(row, widths)
        for note in self.notes:
            yield Text(note, "italic")

    def _width(self, name: str, whole: bool) -> int:
        """Return the width of a column; a name that need not stay `whole` is broken, best behind hyphens."""
        longest = max(len(part) + 1 for part in name.split("-"))
        heading = len(name) if whole else min(longest, len(name), _WORD)
        return max(heading, *(len(self.named[name][key]) for key, _ in self.labels), 1)

    def _table(self, names: list[str], widths: dict[str, int]) -> Table:
        table = Table("", box=box.SIMPLE_HEAD, padding=(0, _GAP - 1, 0, 0), pad_edge=False, show_edge=False)
        for name in names:
            table.add_column(textwrap.fill(name, widths[name]), justify="right", overflow="fold")
        for key, label in self.labels:
            table.add_row(label, *(self.named[name][key] for name in names))
        return table


def terminal_table(statistics: Statistics) -> RenderableType:
    """Return compact tables, a row per quantity, that fold to the width of the terminal.

    Of an error rate the surest is shown: ``2.1e-12``, ``< 3.7e-3`` if no error was seen, ``~4e-18`` from fitted laws.
    Both cells are read by the sense amplifier; rates with an ideal comparator are in the report alone.
    """
    named = {c.name: _cells(c) for c in statistics.conditions}
    keys = next(iter(named.values()), {})
    shown = [key for key in keys if any(cells[key] != "–" for cells in named.values())]
    labels = tuple((key, key.split("/")[-1]) for key in shown)
    return _Stacked(labels, named, tuple(_notes(statistics, named)))


def _cells(c: Condition) -> dict[str, str]:
    double, single = best_rate(c, "2t2r"), best_rate(c, "1t1r")
    law = next((known for known in known_rates(c, "2t2r") if known.how == "extrapolated"), None)
    life, _, life_interval = numbers.cyclability(c.endurance).partition(" (")
    texts = {
        "LRS median": engineering(c.lrs.median, "Ω") if c.lrs else "–",
        "HRS median": engineering(c.hrs.median, "Ω") if c.hrs else "–",
        _BER: numbers.surest(double),
        f"{_BER}/{_INTERVAL}": numbers.surest_interval(double),
        f"{_BER}/· from": numbers.source(double),
        f"{_BER}/· undecided": f"{c.undecided} of {_kept(c)}" if c.undecided else "–",
        f"{_BER}/· extrapolated": numbers.extrapolated(law)
        if law and double and double.bound and not law.excluded_by
        else "–",
        _SINGLE: numbers.surest(single),
        f"{_SINGLE}/{_INTERVAL}": numbers.surest_interval(single),
        f"{_SINGLE}/· from": numbers.source(single),
        "SET energy": numbers.mean(c.energy_set, "J"),
        "RESET energy": numbers.mean(c.energy_reset, "J"),
        "read energy": numbers.mean(c.energy_read, "J"),
        "read delay": numbers.mean(c.read_delay, "s"),
        "cycles to wear-out": life,
        f"cycles to wear-out/{_INTERVAL}": life_interval.removesuffix(")") or "–",
    }
    return {key: "–" if text in _NOTHING else text for key, text in texts.items()}


def _kept(c: Condition) -> int:
    return c.ber_2t2r.samples - c.ber_2t2r.discards if c.ber_2t2r else 0


def _notes(statistics: Statistics, named: dict[str, dict[str, str]]) -> Iterator[str]:
    texts = [text for cells in named.values() for text in cells.values()]
    if any(text.startswith("<") for text in texts):
        yield "< : an upper bound, as no error was seen in so many reads."
    if any("~" in text for text in texts):
        yield (
            "~ : extrapolated from log-normal laws fitted to the samples; it can be off by many decades. "
            "A rare-event estimate (table [estimate] of the experiment) tells."
        )
    if any(cells[_SINGLE] != "–" for cells in named.values()):
        yield "1T1R: one device, read by the same amplifier against a reference."
    for c in statistics.conditions:
        for known in known_rates(c, "2t2r"):
            if known.excluded_by and known.excluded_by.how == "counted":
                yield f"{c.name}: {_left_out(known, known.excluded_by.rate)}{_undecided(c)}."
    for c in statistics.conditions:
        if c.endurance and c.endurance.doubt:
            yield f"{c.name}: cycles to wear-out in doubt, as {c.endurance.doubt}; raise `endurance.max_runs`."
        if apart := against_curve(c.endurance, c.ber_2t2r.confidence if c.ber_2t2r else 0.95):
            yield f"{c.name}: cycles to wear-out in doubt, as counts exclude the curve: {'; '.join(apart)}."
        if c.outside:
            said = "; ".join(c.outside)
            yield f"{c.name}: beyond the data of the memory’s card, so that no measurement backs it: {said}."
    for line in worst_lines(statistics):
        yield f"Over the grid, {line}"
    for status in sorted(
        {c.endurance.status for c in statistics.conditions if c.endurance and any(c.endurance.bounds())}
    ):
        yield f"Wear-out: {status} ageing."


def _left_out(known: KnownRate, count: Probability) -> str:
    name = "extrapolation" if known.how == "extrapolated" else "rare-event estimate"
    rate = numbers.extrapolated(replace(known, excluded_by=None))
    kept = count.samples - count.discards
    seen = (
        f"{count.errors} of {kept} reads were wrong" if count.best else f"no error was seen in {kept} reads"
    )
    return f"the {name} {rate} is left out, as the count excludes it: {seen}"


def _undecided(c: Condition) -> str:
    return f", {c.undecided} of them undecided, which no law of resistances knows of" if c.undecided else ""
