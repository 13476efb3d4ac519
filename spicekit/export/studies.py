"""What studies found, as columns: one number per point of the study."""

from collections.abc import Iterator
from functools import reduce

from spicekit.statistics import Statistics

_ESTIMATES = {
    "mean": "S",
    "std": "S",
    "std_device": "S",
    "std_cycle": "S",
    "skewness": "1",
    "autocorrelation": "1",
}
_OSCILLATION = {
    "frequency": "Hz", "power": "1", "relaxation_rate": "1/s", "nonlinearity": "1", "noise": "1/s",
    "linewidth": "Hz", "linewidth_phase": "Hz", "voltage": "V", "resistance": "Ohm",
}  # fmt: skip
COLUMNS: dict[str, dict[str, str]] = {
    "conductance_law": {
        "compliance": "A", "current": "A", "samples": "1", "devices": "1", "discards": "1", "incomplete": "1",
        **{f"{key}.{part}": unit for key, unit in _ESTIMATES.items() for part in ("value", "error")},
    },
    "compliance_law": {"compliance": "A", "lrs.median": "Ohm", "lrs.sigma_ln": "1", "discards": "1"},
    "reset_law": {
        "reset_voltage": "V", "pulse_width": "s", "hrs.median": "Ohm", "hrs.sigma_ln": "1", "hrs.samples": "1",
        "ln_median.error": "1", "discards": "1",
    },
    "oscillator": {
        "current": "A", "flux_density": "T", "devices": "1", "below_threshold": "1", "unresolved": "1", "discards": "1",
        **{f"{key}.{part}.value": unit for key, unit in _OSCILLATION.items() for part in ("mean", "std")},
    },
}  # fmt: skip
"""Unit of every number of a point that an export holds, by block of the statistics and path in the point."""


def study_units() -> dict[str, str]:
    """Return the unit of every key of a study, such as ``conductance_law.mean.value``."""
    return {f"{block}.{path}": unit for block, paths in COLUMNS.items() for path, unit in paths.items()}


def study_values(statistics: Statistics) -> Iterator[tuple[str, int, float]]:
    """Yield (key, number of the point, value); what a point does not have is left out."""
    for block, paths in COLUMNS.items():
        found = getattr(statistics, block)
        for path in paths if found else ():
            for number, point in enumerate(found.points):
                value = reduce(lambda at, name: getattr(at, name, None), path.split("."), point)
                if value is not None:
                    yield f"{block}.{path}", number, float(value)
