"""Which rate stands for 1T1R and which for 2T2R where the two are compared, condition by condition."""

from dataclasses import dataclass

from spicekit.report.estimated import AGREED, estimated
from spicekit.sampling.lognormal import ber_1t1r_with_offset
from spicekit.statistics import Condition, Probability, Statistics

COUNTED, EXTRAPOLATED = "counted", "extrapolated"


@dataclass(frozen=True)
class Known:
    """An error rate, and how it is known: an outcome of an estimate, `COUNTED` or `EXTRAPOLATED`."""

    rate: Probability
    how: str

    @property
    def result(self) -> bool:
        """Whether it is more than an extrapolation or an estimate in doubt."""
        return self.how in (AGREED, COUNTED)


@dataclass(frozen=True)
class Pair:
    """Both cells of one condition."""

    index: int
    condition: Condition
    single: Known
    double: Known

    @property
    def result(self) -> bool:
        """Whether both rates are results."""
        return self.single.result and self.double.result

    @property
    def doubt(self) -> str:
        """The outcomes that forbid to take an estimate for a result, else "extrapolated"; empty for results."""
        doubts = dict.fromkeys(known.how for known in (self.single, self.double) if not known.result)
        return ", ".join(how for how in doubts if how != EXTRAPOLATED) or ", ".join(doubts)


def pairs(statistics: Statistics) -> list[Pair]:
    """Return the conditions of which both rates are known somehow."""
    return [
        Pair(index, c, one, two)
        for index, c in enumerate(statistics.conditions)
        if (one := single_ended(c)) and (two := complementary(c))
    ]


def single_ended(c: Condition) -> Known | None:
    """Return the 1T1R rate: estimated, else from log-normal laws with the amplifier's offset.

    Counts are left out: they have an ideal comparator, and would flatter 1T1R beside 2T2R with a real one.
    """
    one = estimated(c, "1t1r")
    if one and one.rate:
        return Known(one.rate, one.outcome)
    law = c.ber_1t1r_lognormal
    if c.lrs and c.hrs and c.sense_offset and c.ber_2t2r_lognormal:
        law = ber_1t1r_with_offset(c.lrs, c.hrs, c.sense_offset, c.ber_2t2r_lognormal.confidence)
    return Known(law, EXTRAPOLATED) if law and law.best else None


def complementary(c: Condition) -> Known | None:
    """Return the 2T2R rate: estimated, else counted where errors were seen, else from log-normal laws."""
    one, law = estimated(c, "2t2r"), c.ber_2t2r_lognormal
    if one and one.rate:
        return Known(one.rate, one.outcome)
    if c.ber_2t2r and c.ber_2t2r.best:
        return Known(c.ber_2t2r, COUNTED)
    return Known(law, EXTRAPOLATED) if law and law.best else None
