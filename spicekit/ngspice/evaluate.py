"""The heart: parameter values in, measurements and one outcome per sample out."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from spicekit.errors import InputError
from spicekit.ngspice import watchdog
from spicekit.ngspice.deck import Deck
from spicekit.ngspice.host import in_worker
from spicekit.ngspice.measure import MeasurementFailed
from spicekit.ngspice.noted import note
from spicekit.ngspice.outcome import OK, Outcome, Reason
from spicekit.ngspice.session import Session, in_session


class Evaluation(NamedTuple):
    """What `evaluate` returns; unpacks into its two fields."""

    measurements: np.ndarray  # (samples, measurements), SI; NaN where a sample has no answer
    outcomes: tuple[Outcome, ...]  # one per sample


def evaluate(deck: Deck, values: np.ndarray) -> Evaluation:
    """Simulate every row of `values` and measure it.

    A sample's result depends on its row alone, bit for bit: not on the rows before it, even failing ones. ngspice
    runs in a worker process: this one if it is a worker, else one that is kept for the next call.

    Args:
        deck: what is simulated; loaded once, then altered in place.
        values: (samples, parameters), SI, in the order of `deck.parameters`.

    Returns:
        Measurements (samples, measurements) and one outcome per sample. A discarded sample's row is NaN,
        except after a failed measurement, where the others are kept.

    Raises:
        InputError: the shape of `values` does not fit.
        SimulatorError: ngspice is missing, does not load the deck, or refuses a parameter.
        SimulatorLost: ngspice ended its process, and a second one; the next call gets a new one.
    """
    rows = np.asarray(values, dtype=float)
    if rows.ndim != 2 or rows.shape[1] != len(deck.parameters):
        raise InputError(f"`values` has shape {rows.shape}, expected (samples, {len(deck.parameters)})")
    note(deck, rows)
    return in_worker(_evaluate, (deck, rows), f"deck `{deck.name}`")


def evaluate_here(deck: Deck, rows: np.ndarray) -> Evaluation:
    """Do what `evaluate` does, with ngspice in this very process, which it may take along."""
    measurements = np.full((len(rows), len(deck.measurements)), np.nan)
    outcomes = []
    with in_session() as session:
        for i, row in enumerate(rows):
            watchdog.alive()
            outcomes.append(_sample(session, deck, row, measurements[i]))
    return Evaluation(measurements, tuple(outcomes))


def _evaluate(task: tuple[Deck, np.ndarray]) -> Evaluation:
    return evaluate_here(*task)


def check_loads(decks: Sequence[Deck]) -> None:
    """Load decks and run none of them.

    Raises:
        SimulatorError: as `evaluate`.
    """
    in_worker(_load, tuple(decks), f"deck `{decks[0].name}`")


def _load(decks: Sequence[Deck]) -> None:
    with in_session() as session:
        for deck in decks:
            session.load(deck)


def waveforms(deck: Deck, values: np.ndarray | Mapping[str, float] | None = None) -> dict[str, np.ndarray]:
    """Simulate one sample and return its waves by ngspice name, `time` (s) among them.

    Args:
        deck: its `also_save` vectors are in the result too.
        values: (parameters,) in order, or by name with nominal elsewhere. They may be from a discarded
            sample: then the waves are those up to where ngspice gave up.

    Raises:
        InputError: for values of a wrong shape or name, or that are not finite.
        SimulatorError: as `evaluate`.
    """
    row = (
        deck.row(values)
        if values is None or isinstance(values, Mapping)
        else tuple(np.asarray(values, dtype=float))
    )
    if len(row) != len(deck.parameters):
        raise InputError(f"`values` has {len(row)} entries, expected {len(deck.parameters)}")
    if not np.isfinite(row).all():
        raise InputError(f"`values` is {row}, expected finite numbers")
    note(deck, np.array([row]))
    return in_worker(_waves, (deck, row), f"deck `{deck.name}`")


def _waves(task: tuple[Deck, tuple[float, ...]]) -> dict[str, np.ndarray]:
    with in_session() as session:
        return session.run(*task)[0]


def _sample(session: Session, deck: Deck, row: np.ndarray, result: np.ndarray) -> Outcome:
    bad = np.flatnonzero(~np.isfinite(row))
    if bad.size:
        # ngspice would keep the previous sample's value without a word.
        return Outcome(Reason.BAD_VALUE, f"`{deck.parameters[bad[0]].name}` is {row[bad[0]]}")
    waves, outcome = session.run(deck, row.tolist())
    if not outcome.ok:
        return outcome
    for j, measurement in enumerate(deck.measurements):
        try:
            result[j] = measurement(waves)
        except MeasurementFailed as failure:
            outcome = Outcome(Reason.MEASUREMENT, f"`{measurement.name}` failed: {failure}")
        else:
            if np.isnan(result[j]):
                outcome = Outcome(Reason.MEASUREMENT, f"`{measurement.name}` failed: not a number")
    return outcome if not outcome.ok else OK
