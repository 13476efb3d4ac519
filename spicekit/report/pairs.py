"""1T1R beside 2T2R, condition by condition: both read by the sense amplifier, the surest rate of each."""

from dataclasses import dataclass

from spicekit.statistics import Cell, Condition, KnownRate, Statistics, known_rates

EXTRAPOLATED = "extrapolated"


@dataclass(frozen=True)
class Pair:
    """Both cells of one condition."""

    index: int
    condition: Condition
    single: KnownRate
    double: KnownRate

    @property
    def result(self) -> bool:
        """Whether both rates are results."""
        return self.single.result and self.double.result

    @property
    def doubt(self) -> str:
        """Why the two are no results; empty for results, "extrapolated" where nothing is worse."""
        doubts = dict.fromkeys(known.doubt for known in (self.single, self.double) if known.doubt)
        return ", ".join(doubt for doubt in doubts if doubt != EXTRAPOLATED) or ", ".join(doubts)


def pairs(statistics: Statistics) -> list[Pair]:
    """Return the conditions of which both rates are known somehow."""
    return [
        Pair(index, c, one, two)
        for index, c in enumerate(statistics.conditions)
        if (one := comparable(c, "1t1r")) and (two := comparable(c, "2t2r"))
    ]


def comparable(c: Condition, cell: Cell) -> KnownRate | None:
    """Return the surest rate of a cell that has a value: a count without errors has none."""
    return next((known for known in known_rates(c, cell) if known.how != "counted" or not known.bound), None)
