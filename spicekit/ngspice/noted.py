"""Which decks are simulated, and with which values: what it takes to show one sample alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np

from spicekit.ngspice.deck import Deck


@dataclass(frozen=True)
class Noted:
    """One simulation of one sample."""

    deck: Deck
    values: dict[str, float]  # by the name of the parameter
    driven: bool  # by inputs that are drawn in Python, which the deck and its values alone do not have


_NOTES: ContextVar[list[Noted] | None] = ContextVar("_NOTES", default=None)


@contextmanager
def noting() -> Iterator[list[Noted]]:
    """Yield a list to which every simulation that this process asks for within is added, in order."""
    notes: list[Noted] = []
    token = _NOTES.set(notes)
    try:
        yield notes
    finally:
        _NOTES.reset(token)


def note(deck: Deck, rows: np.ndarray, driven: bool = False) -> None:
    """Note what is about to be simulated, (samples, parameters), if anybody wants to know."""
    if (notes := _NOTES.get()) is not None:
        names = [parameter.name for parameter in deck.parameters]
        notes.extend(Noted(deck, dict(zip(names, row, strict=True)), driven) for row in rows.tolist())
