"""What was found of bits of written pairs, as a table and as JSON."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spicekit.entropy.bits.judge import Interval, Judged
from spicekit.entropy.bits.shown import PUBLISHED_ENERGY, stream_of, table_of
from spicekit.entropy.writes.asked import Asked, Setting
from spicekit.entropy.writes.bits import Reads
from spicekit.entropy.writes.streams import Choice
from spicekit.network.shown import Shown

SCHEMA = "spicekit.written_bits_result/1"
BOUNDS = (0.01, 0.02, 0.05, 0.1)
"""Of a pair's share of ones, to either side of one half."""


@dataclass(frozen=True)
class AtSetting:
    """Pairs at one corner, temperature and supply."""

    setting: Setting
    ones: np.ndarray  # share of ones of each pair by the law, (pairs,)
    balanced: tuple[Interval, ...]  # share of pairs within each of `BOUNDS`, by the law
    whitened: Interval  # J of a bit of all pairs by von Neumann: two writes over the counted share of turns
    joined: Interval  # pairs, any ones, whose XOR has a root mean square bias of 1e-3


@dataclass(frozen=True)
class AtInterval:
    """Reads of one write, so far apart in relaxation times."""

    interval: float
    correlation: float  # of a pair whose traps both have the median relaxation time; closed form
    pooled: float  # over all such pairs and their traps
    counted: Interval | None  # of simulated bits of that pair


@dataclass(frozen=True, repr=False)
class Found(Shown):
    """All that was found."""

    asked: Asked
    settings: tuple[AtSetting, ...]
    choices: tuple[Choice, ...]
    reads: Reads | None  # of the pair whose reads are streams
    interval: float  # between them, in relaxation times
    sweep: tuple[AtInterval, ...]
    streams: tuple[Judged, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Return one row for each stream; min-entropy in bits per bit, energies in J, rates in 1/s."""
        return table_of(self.streams, "pairs")


def summary_of(found: Found, provenance: dict[str, str]) -> dict[str, Any]:
    """Return all numbers as plain data."""
    first = found.settings[0].setting
    noise = first.state.read_noise
    return {
        "schema": SCHEMA,
        "provenance": provenance,
        "bits": found.asked.bits,
        "state": first.state.state,
        "published_energy_per_bit": PUBLISHED_ENERGY,
        "settings": [_setting(one) for one in found.settings],
        "choices": [
            {"tests": one.tests, "bound": found.asked.bound, "kept": one.kept, "within": one.within,
             "rms_bias": one.bias, "energy_per_chosen_pair": one.tests * first.energy / one.kept if one.kept else None}
            for one in found.choices
        ],
        "read_noise": None if noise is None else {
            **noise.model_dump(), "interval_in_relaxation_times": found.interval,
            "intervals": [
                {"relaxation_times": one.interval, "correlation": one.correlation, "pooled": one.pooled,
                 "counted": None if one.counted is None else one.counted._asdict()}
                for one in found.sweep
            ],
        },
        "streams": [stream_of(one, "pairs") for one in found.streams],
    }  # fmt: skip


def _setting(one: AtSetting) -> dict[str, Any]:
    setting = one.setting
    state, (low, middle, high) = setting.state, np.quantile(one.ones, [0.05, 0.5, 0.95])
    return {
        "name": setting.name, "supply": setting.found.supply, "temperature": setting.found.temperature,
        "pairs_in_ngspice": state.pairs, "energy_write": state.energy_write.model_dump(),
        "energy_read": state.energy_read.model_dump(), "time": setting.time,
        "turns": state.turns[0].model_dump(), "constant": state.constant.model_dump(), "slow": state.slow.model_dump(),
        "agreement": state.agreement,
        "ones": {"pairs": len(one.ones), "of_20_the_lowest": float(low), "median": float(middle),
                 "of_20_the_highest": float(high)},
        "balanced": [{"bound": b, **share._asdict()} for b, share in zip(BOUNDS, one.balanced, strict=True)],

        "von_neumann_energy": {k: v if np.isfinite(v) else None for k, v in one.whitened._asdict().items()},
        "xor_pairs_for_bias_1e-3": one.joined._asdict(),
    }  # fmt: skip
