"""The exchange object between circuit and system: what a sweep found, as versioned JSON in SI units.

Nothing here needs a simulator: a system modeller can write such a file from other measurements.
"""

from spicekit.statistics.base import QUANTILES, Block, Distribution, Estimate, Moments, Probability
from spicekit.statistics.blocks import Condition, Endurance, Provenance, SenseOffset
from spicekit.statistics.conductance_ageing import AgedPoint, ConductanceAgeing
from spicekit.statistics.declared import Number, numbers
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
from spicekit.statistics.known import IDEAL, Cell, KnownRate, best_rate, known_rates
from spicekit.statistics.lognormal import ber_1t1r_with_offset
from spicekit.statistics.oscillator import (
    ClosedForm,
    Detuning,
    Injection,
    InjectionPoint,
    Mutual,
    MutualPoint,
    OscillationPoint,
    Oscillator,
    OscillatorLaws,
    Spread,
)
from spicekit.statistics.rare import FailureRegion, RareEstimate, SecondRate, outcome_of
from spicekit.statistics.ratio import Ratio, ratio
from spicekit.statistics.resistance_laws import (
    ComplianceLaw,
    CompliancePoint,
    ConductanceLaw,
    ConductancePoint,
    PowerLaw,
    ResetLaw,
    ResetPoint,
)
from spicekit.statistics.superparamagnetic import Superparamagnetic, TelegraphLaw, TelegraphPoint

__all__ = [
    "IDEAL",
    "QUANTILES",
    "SCHEMA",
    "AgedPoint",
    "Block",
    "Cell",
    "ClosedForm",
    "ComplianceLaw",
    "CompliancePoint",
    "Condition",
    "ConductanceAgeing",
    "ConductanceLaw",
    "ConductancePoint",
    "Detuning",
    "Distribution",
    "DisturbPoint",
    "Endurance",
    "Estimate",
    "FailureRegion",
    "Injection",
    "InjectionPoint",
    "IvLoops",
    "KnownRate",
    "LoopPoint",
    "Moments",
    "Mutual",
    "MutualPoint",
    "Number",
    "OscillationPoint",
    "Oscillator",
    "OscillatorLaws",
    "PowerLaw",
    "Probability",
    "Provenance",
    "RareEstimate",
    "Ratio",
    "ReadDisturb",
    "ResetLaw",
    "ResetPoint",
    "Retention",
    "RetentionLaw",
    "RetentionLife",
    "RetentionPoint",
    "SecondRate",
    "SenseOffset",
    "Spread",
    "Statistics",
    "Superparamagnetic",
    "SwitchingLaw",
    "SwitchingPoint",
    "SwitchingTime",
    "TelegraphLaw",
    "TelegraphPoint",
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
