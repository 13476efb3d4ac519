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
from spicekit.statistics.device_physics import (
    DisturbPoint,
    IvLoops,
    LoopPoint,
    ReadDisturb,
    Retention,
    RetentionLaw,
    RetentionLife,
    RetentionPoint,
    SwitchingLaw,
    SwitchingPoint,
    SwitchingTime,
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
    "DisturbPoint",
    "Endurance",
    "Estimate",
    "IvLoops",
    "LoopPoint",
    "Moments",
    "PowerLaw",
    "Probability",
    "Provenance",
    "ReadDisturb",
    "ResetLaw",
    "ResetPoint",
    "Retention",
    "RetentionLaw",
    "RetentionLife",
    "RetentionPoint",
    "SenseOffset",
    "Statistics",
    "SwitchingLaw",
    "SwitchingPoint",
    "SwitchingTime",
    "dumps",
    "load",
    "save",
]
