"""What the rows of one state say by themselves, before any model: means, components, memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from spicekit.errors import InputError
from spicekit.fit.censored import Bounded, bounded_mean, covariance
from spicekit.fit.components import Components, Observations, components, observations
from spicekit.fit.estimate import CONFIDENCE, Interval
from spicekit.fit.goodness import switched
from spicekit.fit.laws import Means
from spicekit.fit.measured import Measured

_FEW = 0.01  # of the values; as many bounds are left out


@dataclass(frozen=True)
class StateRows:
    """The rows of one state that switched."""

    state: str
    table: pd.DataFrame  # of `Measured`, with `ln` = ln R
    failed: tuple[int, ...]  # lines of rows left out, as they lie far off the crowd
    apart: str  # "device and cycle", "cycle" (one device alone) or "total"
    has_cycle: bool
    bounded: dict[int, Bounded] = field(
        default_factory=dict
    )  # by setting with rows that only bound a resistance

    @property
    def settings(self) -> tuple[int, ...]:
        """Indices of the settings with rows of this state."""
        return tuple(sorted(int(k) for k in self.table["setting"].unique()))

    @property
    def devices(self) -> int:
        """Number of devices; 0 if they are not told apart."""
        return int(self.table["device"].nunique()) if self.apart == "device and cycle" else 0

    def weights(self) -> dict[int, float]:
        """Return the share of the rows by setting, of those that tell a spread."""
        told = self.whole()["setting"]
        shares = told.value_counts(normalize=True)
        return {int(k): float(shares[k]) for k in sorted(told.unique())}

    def whole(self) -> pd.DataFrame:
        """Return the rows of settings without bounds: where some are, values alone have neither mean nor spread."""
        return self.table[~self.table["setting"].isin(self.bounded)]


@dataclass(frozen=True)
class StateSpread:
    """Means and standard deviations of ln R of one state."""

    means: Means
    relative: np.ndarray  # (settings,), slopes over that of the first setting
    levels: dict[str, Interval]  # at the first setting: "device" and "cycle", "cycle" alone, or "total"


def state_rows(measured: Measured, state: str, with_tails: bool = False) -> StateRows | None:
    """Return the rows of `state`, or None if there are none; `with_tails` also those that lie far off the crowd."""
    table = measured.table[measured.table["state"] == state]
    if table.empty:
        return None
    table = table.assign(ln=np.log(table["resistance"]))
    good = pd.Series(True, table.index)
    if not with_tails:
        good = (
            table.groupby("setting")["ln"].transform(lambda values: switched(values.to_numpy())).astype(bool)
        )
    kept = table[good]
    bounded = _bounded(kept, measured.bounds[measured.bounds["state"] == state])
    if len(bounded) == kept["setting"].nunique():
        raise InputError(
            f"{measured.name}: {state.upper()} has rows that only bound it at every condition, expected one without, "
            "where its spread is fitted; take more by `--only`, such as voltages at which no sweep had ended"
        )
    rows_of_device = kept["device"].value_counts()
    if measured.has_device:
        apart = (
            "cycle"
            if len(rows_of_device) == 1
            else "device and cycle"
            if rows_of_device.max() > 1
            else "total"
        )
    else:
        apart = "cycle" if measured.has_cycle else "total"
    failed = tuple(int(n) for n in table["line"][~good])
    return StateRows(state, kept, failed, apart, measured.has_cycle, bounded)


def _bounded(kept: pd.DataFrame, bounds: pd.DataFrame) -> dict[int, Bounded]:
    """Return the means at settings where some rows are bounds, and not so few that they do not matter."""
    found = {}
    for k, beyond in bounds.groupby("setting"):
        values = kept[kept["setting"] == k]
        if len(beyond) <= _FEW * len(values):
            continue
        found[int(k)] = bounded_mean(  # type: ignore[arg-type]
            values["ln"].to_numpy(),
            np.log(beyond["resistance"].to_numpy()),
            (beyond["censored"] == "above").to_numpy(),
            [*values["device"], *beyond["device"]],
        )
    return found


def spread_of_rows(
    rows: Mapping[str, StateRows], relative: Mapping[str, np.ndarray], known_memory: float
) -> tuple[dict[str, StateSpread], Interval | None]:
    """Return means and components of each state, and the correlation length [cycles] that both have.

    Args:
        relative: by state, d ln R/d barrier at each setting, over that at the first: a device's deviation is taken to
            be the same barrier at all settings.
        known_memory: correlation length [cycles] that is used where the rows cannot tell it; then None is returned.
    """
    seen = [_observations(r, relative[s]) for s, r in rows.items()]
    with_device = [r.devices > 1 for r in rows.values()]
    found, memory = components(seen, with_device, None, True, CONFIDENCE)
    if memory and not np.isfinite(memory.high):
        (found, _), memory = components(seen, with_device, known_memory, False, CONFIDENCE), None
    spread = {}
    for (s, r), one in zip(rows.items(), found, strict=True):
        scale = relative[s]
        spread[s] = StateSpread(_means(r, one, scale), scale, _levels(r, one))
    return spread, memory


def _means(rows: StateRows, found: Components, scale: np.ndarray) -> Means:
    """Return the means of all settings; those with bounds are taken as independent of the others."""
    bounded = np.isin(rows.settings, list(rows.bounded))
    whole, part = np.ix_(~bounded, ~bounded), np.ix_(bounded, bounded)
    values, spread = np.zeros(len(scale)), np.zeros((len(scale), len(scale)))
    values[~bounded] = found.means * scale[~bounded]
    spread[whole] = found.covariance * np.outer(scale[~bounded], scale[~bounded])
    if bounded.any():
        means = [rows.bounded[k] for k in rows.settings if k in rows.bounded]
        values[bounded], spread[part] = [one.mean for one in means], covariance(means)
    return Means(rows.state, rows.settings, values, spread, rows.devices)


def _observations(rows: StateRows, relative: np.ndarray) -> Observations:
    table = rows.whole()
    index = np.searchsorted(rows.settings, table["setting"])
    alike = rows.apart == "total"
    return observations(
        table["ln"].to_numpy() / relative[index],
        index,
        np.arange(len(table)) if alike else table["device"].to_numpy(),
        table["cycle"].to_numpy() if rows.has_cycle and not alike else None,
    )


def _levels(rows: StateRows, found: Components) -> dict[str, Interval]:
    if rows.apart == "total":
        return {"total": found.cycle}
    return {"cycle": found.cycle} | ({"device": found.device} if found.device else {})
