"""Golden rows: what the same seeds have always given. `python -m tests.golden` adds those that are missing.

Samples that a user has stored are used again as long as the code would give the same ones. So when a row changes on
purpose, raise `ENGINE` (`spicekit/identity.py`), for an estimate `ESTIMATOR`
(`spicekit/studies/rare/request.py`), and write all anew (`python -m tests.golden anew`). ngspice versions differ
in the last digits, so each has rows of its own.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from spicekit.circuits.cell import Technology
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.rram import load_rram
from spicekit.ngspice import ngspice_version
from spicekit.sampling.rare import METHODS, estimate
from spicekit.studies.memory.chain import Chain, build_chain
from spicekit.studies.memory.condition import Condition
from spicekit.studies.memory.simulate import simulate_range
from spicekit.studies.memory.study import point_of
from spicekit.studies.rare.limit import ChainLimit, Limit
from spicekit.studies.rare.single_ended import SingleEndedLimit, single_ended_read
from spicekit.studies.study import labelled

from .small_studies import STUDIES, small_study

Row = dict[str, float | str]
SEED = 3
SHORTER = {
    "mutual_locking": {"record": "3 us", "resolution": "2000 kHz"},
    "injection_locking": {"record": "1 us"},
}
"""Records of oscillators, shorter than those of the examples: what changes a row changes its first turns."""


def golden_file() -> Path:
    """Return where the rows for the ngspice of this machine are."""
    return Path(__file__).parent / "golden" / f"ngspice-{ngspice_version().split('.')[0]}.json"


def _chain(cycles: float, telegraph_noise: bool = False) -> Chain:
    technology = Technology(sky130("tt"), load_rram(), load_design(), telegraph_noise=telegraph_noise)
    return build_chain(technology, Condition("typical", 2e-4, 2.5, 1e-6), cycles)


def _single_ended() -> SingleEndedLimit:
    chain = _chain(0)
    technology = Technology(sky130("tt"), load_rram(), load_design())
    return SingleEndedLimit(chain, 1, 3e4, single_ended_read(technology, chain.shared))


def _rows(table: pd.DataFrame) -> Row:
    """Return the columns of the first two rows, by `COLUMN.ROW`."""
    return {
        f"{column}.{row}": table[column].iloc[row] for row in range(min(2, len(table))) for column in table
    }


def _samples(chain: Chain) -> Row:
    return _rows(labelled(point_of(chain), simulate_range(chain, SEED, 0, 2)).drop(columns=["point", "row"]))


def _margins(limit: Limit) -> Row:
    points = np.random.default_rng(SEED).standard_normal((2, limit.dimension))
    return {f"margin.{i}": margin for i, margin in enumerate(limit(points))}


def _study(name: str) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        _, planned = small_study(name, Path(folder), **SHORTER.get(name, {}))
    return _rows(planned.study.simulate(planned.points[-1], SEED, 1, 2))


def _two_planes(points: np.ndarray) -> np.ndarray:
    """Fail beyond either of two planes, 2.5 and 2.7 standard deviations away: 9.7e-3 in all."""
    return np.minimum(2.5 - points @ [0.6, 0.8, 0, 0], 2.7 + points[:, 0])


def _estimate(method: str) -> Row:
    found = estimate(
        _two_planes, 4, method=method, relative_error=0.1, max_runs=4000, seed=SEED, identity="two planes"
    )
    assert found.probability is not None
    return {
        "outcome": found.outcome.value,
        "probability": found.probability,
        "relative_error": found.relative_error,
        "runs": found.runs,
    }


ROWS: dict[str, Callable[[], Row]] = {
    "chain, fresh": lambda: _samples(_chain(0)),
    "chain, aged": lambda: _samples(_chain(1e9)),
    "chain, telegraph noise": lambda: _samples(_chain(0, telegraph_noise=True)),
    "limit of 2T2R": lambda: _margins(ChainLimit(_chain(0), 1)),
    "limit of 1T1R": lambda: _margins(_single_ended()),
    **{f"study {name}": lambda name=name: _study(name) for name in STUDIES},
    **{f"estimate by {method}": lambda method=method: _estimate(method) for method in METHODS},
}


if __name__ == "__main__":
    file = golden_file()
    file.parent.mkdir(exist_ok=True)
    kept = json.loads(file.read_text()) if file.exists() and sys.argv[1:] != ["anew"] else {}
    found = {name: kept.get(name) or row() for name, row in ROWS.items()}
    file.write_text(json.dumps(found, indent=1, default=lambda number: number.item()) + "\n")
    print(file)
