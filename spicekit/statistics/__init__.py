"""The exchange object between circuit and system: what a sweep found, as versioned JSON in SI units.

Nothing here needs a simulator: a system modeller can write such a file from other measurements.
"""

from spicekit.block import (
    QUANTILES,
    Block,
    Distribution,
    ErrorCorrelation,
    Estimate,
    Moments,
    Probability,
    Share,
)
from spicekit.statistics.blocks import Condition, Conditions, Endurance, GridPoint, Provenance, SenseOffset
from spicekit.statistics.declared import Number, numbers
from spicekit.statistics.file import SCHEMA, Statistics, dumps, load, save
from spicekit.statistics.known import IDEAL, Cell, KnownRate, best_rate, known_rates
from spicekit.statistics.lognormal import ber_1t1r_with_offset
from spicekit.statistics.rare import FailureRegion, RareEstimate, SecondRate, outcome_of
from spicekit.statistics.ratio import Ratio, ratio

__all__ = [
    "IDEAL",
    "QUANTILES",
    "SCHEMA",
    "Block",
    "Cell",
    "Condition",
    "Conditions",
    "Distribution",
    "Endurance",
    "ErrorCorrelation",
    "Estimate",
    "FailureRegion",
    "GridPoint",
    "KnownRate",
    "Moments",
    "Number",
    "Probability",
    "Provenance",
    "RareEstimate",
    "Ratio",
    "SecondRate",
    "SenseOffset",
    "Share",
    "Statistics",
    "ber_1t1r_with_offset",
    "best_rate",
    "dumps",
    "known_rates",
    "load",
    "numbers",
    "outcome_of",
    "ratio",
    "save",
]
