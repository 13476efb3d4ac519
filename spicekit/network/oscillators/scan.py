"""Where vowels are still told apart: accuracy against coupling, noise, spread between devices and current range."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from spicekit.errors import InputError
from spicekit.network.oscillators.design import synchronization_maps
from spicekit.network.oscillators.setup import setup_of
from spicekit.network.oscillators.vowels import Study, design, tests_of, tried

FACTORS = {
    "coupling": (0.0, 1.0, 3.0, 10.0, 30.0),
    "noise": (0.0, 1.0, 3.0, 10.0, 30.0),
    "spread": (0.0, 0.5, 1.0, 2.0, 3.0),
    "highest": (2.5, 3.0, 4.0, 5.0),
    "reach": (0.2, 0.4, 0.65, 1.0, 1.5),
}
"""What is varied, one at a time: names and units as in `Choice`."""
_SPLITS, _CHIPS = 4, 5  # at most


@dataclass(frozen=True)
class Point:
    """Accuracy at one value of one factor; designed for it, devices calibrated."""

    factor: str
    value: float
    test: np.ndarray | None  # (splits, chips), share right; None: no such network
    refused: str = ""  # why not


def scan(study: Study, progress: Callable[[int], None] = lambda _: None) -> tuple[Point, ...]:
    """Return all points; map and table are designed anew for each, from nominal devices."""
    found = []
    for factor, values in FACTORS.items():
        for value in values:
            found.append(
                _point(
                    replace(study, splits=min(study.splits, _SPLITS), chips=min(study.chips, _CHIPS)),
                    factor,
                    value,
                )
            )
            progress(len(found))
    return tuple(found)


def points() -> int:
    """Return how many points a scan has."""
    return sum(map(len, FACTORS.values()))


def _point(study: Study, factor: str, value: float) -> Point:
    changed: dict[str, Any] = {factor: value}
    choice = replace(study.choice, **changed)
    nominal, drawn = (setup_of(study.technology, one) for one in (replace(choice, spread=0.0), choice))
    try:
        devices = drawn.chips(study.chips, study.seed)
    except InputError as error:  # so much spread that devices are none any more
        return Point(factor, value, None, str(error))
    found = synchronization_maps(nominal, nominal.chips(1, study.seed), nominal.currents[None], study.seed)[0]
    currents = drawn.calibrated(devices)
    rates = []
    for number, test in enumerate(tests_of(study)):
        split = design(found, study.vowels, number, test, study.seed)
        rates.append(tried(drawn, devices, currents, split, study.vowels, study.seed)[:, 1])
    return Point(factor, value, np.array(rates))
