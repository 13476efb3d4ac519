"""Reads of drawn amplifiers with one input of the neuron: at each ratio, around the offset, and how they disturb."""

import math

import numpy as np
import pandas as pd

from spicekit.studies.read_path.amplifiers import Amplifiers, draw
from spicekit.studies.read_path.content import Content, Way
from spicekit.studies.read_path.offsets import offsets

_NEAR, _FAR = (
    0.1,
    0.4,
)  # u of two nominal reads, between which the delay tells the time constant of regeneration
_USUAL = 1e-9  # s: a time constant for the search of offsets where nothing decides
_COLUMNS = (
    "sample", "outcome", "reason", "neuron_input", "weight", "ratio", "decided", "decision", "delay", "energy",
    "offset", "offset_step", "regeneration", "disturb",
)  # fmt: skip


def rows_of(content: Content, way: Way, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return the rows of amplifiers `start` … `stop` - 1, one per ratio and stored value, as `simulate` says."""
    amplifiers = draw(content, way, seed, start, stop)
    constant = regeneration(content, way)
    tables, places = [], []
    for ratio in content.ratios:
        for weight in (1, -1):
            u = weight * (way.neuron_input or 1) * content.place(ratio)
            found = amplifiers.read(u).assign(
                sample=np.arange(start, stop),
                neuron_input=way.neuron_input,
                weight=weight,
                ratio=ratio,
                regeneration=np.nan,
                disturb=np.nan,
            )
            if start == 0:
                found.loc[0, "regeneration"] = constant
                if ratio == content.ratios[-1]:
                    found.loc[0, "disturb"] = disturb(amplifiers, u)
            places.append(u)
            tables.append(found)
    offset, step = _offsets(amplifiers, np.array(places), tables, constant)
    rows = pd.concat([found.assign(offset=offset, offset_step=step) for found in tables], ignore_index=True)
    lost = rows["reason"] != ""
    rows["outcome"] = np.where(lost, "discard", np.where(rows["right"], "ok", "error"))
    return rows.astype({"decided": int})[list(_COLUMNS)]


def _offsets(
    amplifiers: Amplifiers, places: np.ndarray, tables: list[pd.DataFrame], constant: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return offset and last step of each amplifier, from its reads so far and some more."""
    signs, delays = (np.column_stack([found[name] for found in tables]) for name in ("sign", "delay"))
    if not math.isfinite(constant):
        decided = delays[np.isfinite(delays)]
        constant = float(np.median(decided)) if decided.size else _USUAL

    def read(rows: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = amplifiers.read(u, rows)
        return found["sign"].to_numpy(), found["delay"].to_numpy()

    return offsets(read, places, signs, delays, constant)


def regeneration(content: Content, way: Way) -> float:
    """Return the time constant [s] of the nominal latch, NaN where it does not decide.

    A latch that starts from an imbalance v needs tau ln(level/v), and a small u is proportional to v.
    """
    nominal = Amplifiers(content, way, np.zeros((2, len(way.read.spread) + 1)))
    near, far = nominal.read(np.array([_NEAR, _FAR]))["delay"]
    constant = (near - far) / math.log(_FAR / _NEAR)
    return float(constant) if math.isfinite(constant) and constant > 0 else math.nan


def disturb(amplifiers: Amplifiers, u: float) -> float:
    """Return by how much a read by the first of the amplifiers changes ln R of the device in the high state.

    NaN where no device is in it, or where ln R is not proportional to the state.
    """
    content, way = amplifiers.content, amplifiers.way
    device, per_ln = content.high_device(way, u), content.level.per_ln
    if device is None or per_ln is None:
        return math.nan
    begin = content.branches(way, np.array([u]), np.zeros(1))[f"{device}.gap"][0]
    end = amplifiers.read(u, np.array([0]), tight=True)[f"{device}_gap"].iloc[0]
    return float((end - begin) / per_ln)
