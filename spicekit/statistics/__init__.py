"""The exchange object between circuit and system: what a sweep found, as versioned JSON in SI units.

Nothing here needs a simulator: a system modeller can write such a file from other measurements.
"""

from spicekit.statistics.blocks import (
    QUANTILES,
    Block,
    Condition,
    Distribution,
    Endurance,
    Moments,
    Probability,
    Provenance,
    SenseOffset,
)
from spicekit.statistics.file import SCHEMA, Statistics, dumps, load, save
from spicekit.statistics.resistance_laws import (
    ComplianceLaw,
    CompliancePoint,
    ConductanceLaw,
    ConductancePoint,
    Estimate,
    PowerLaw,
    ResetLaw,
    ResetPoint,
)

__all__ = [
    "QUANTILES",
    "SCHEMA",
    "Block",
    "ComplianceLaw",
    "CompliancePoint",
    "Condition",
    "ConductanceLaw",
    "ConductancePoint",
    "Distribution",
    "Endurance",
    "Estimate",
    "Moments",
    "PowerLaw",
    "Probability",
    "Provenance",
    "ResetLaw",
    "ResetPoint",
    "SenseOffset",
    "Statistics",
    "dumps",
    "load",
    "save",
]
