"""The exchange object between circuit and system: what a sweep found, as versioned JSON in SI units.

Nothing here needs a simulator: a system modeller can write such a file from other measurements. Names are loaded when
they are first used: what reads the file knows the results of all studies, which a worker of one need not wait for.
"""

from typing import TYPE_CHECKING

from spicekit.lazy import names_of

if TYPE_CHECKING:
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
    from spicekit.statistics.blocks import (
        Condition,
        Conditions,
        Endurance,
        GridPoint,
        Provenance,
        SenseOffset,
    )
    from spicekit.statistics.declared import Number, numbers
    from spicekit.statistics.file import SCHEMA, Statistics, dumps, load, save
    from spicekit.statistics.known import IDEAL, Cell, KnownRate, best_rate, known_rates
    from spicekit.statistics.lognormal import ber_1t1r_with_offset
    from spicekit.statistics.rare import FailureRegion, RareEstimate, SecondRate, outcome_of
    from spicekit.statistics.ratios import Ratio, ratio

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

_NAMES = {
    "spicekit.block": (
        "QUANTILES",
        "Block",
        "Distribution",
        "ErrorCorrelation",
        "Estimate",
        "Moments",
        "Probability",
        "Share",
    ),
    "spicekit.statistics.blocks": (
        "Condition",
        "Conditions",
        "Endurance",
        "GridPoint",
        "Provenance",
        "SenseOffset",
    ),
    "spicekit.statistics.declared": ("Number", "numbers"),
    "spicekit.statistics.file": ("SCHEMA", "Statistics", "dumps", "load", "save"),
    "spicekit.statistics.known": ("IDEAL", "Cell", "KnownRate", "best_rate", "known_rates"),
    "spicekit.statistics.lognormal": ("ber_1t1r_with_offset",),
    "spicekit.statistics.rare": ("FailureRegion", "RareEstimate", "SecondRate", "outcome_of"),
    "spicekit.statistics.ratios": ("Ratio", "ratio"),
}

__getattr__ = names_of(__name__, {name: module for module, names in _NAMES.items() for name in names})


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
