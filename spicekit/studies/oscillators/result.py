"""All that a network simulator needs to put equations in the place of oscillator circuits.

The three studies of oscillators each fill in a part of one block.
"""

from typing import Annotated

from spicekit.block import Block, quantity
from spicekit.studies.injection_locking.result import Injection
from spicekit.studies.mutual_locking.result import Mutual
from spicekit.studies.oscillation.result import OscillationPoint, OscillatorLaws


class Oscillator(Block):
    """Free oscillation, locking to a drive, mutual locking; parts that no study measured are None."""

    device: Annotated[str | None, quantity("", "name of the card")] = None
    temperature: Annotated[float | None, quantity("K", "of the surroundings")] = None
    points: Annotated[
        tuple[OscillationPoint, ...], quantity("", "free oscillation, by flux density, then current")
    ] = ()
    laws: Annotated[
        OscillatorLaws | None,
        quantity(
            "",
            "the parameters of the equation, fitted to each device; absent with fewer than three currents",
            "fitted",
        ),
    ] = None
    resolution: Annotated[float | None, quantity("Hz", "of the spectra")] = None
    record: Annotated[float | None, quantity("s", "length of a record")] = None
    injection: Annotated[Injection | None, quantity("", "locking to a drive")] = None
    mutual: Annotated[Mutual | None, quantity("", "of several oscillators on one load")] = None
    status: Annotated[str | None, quantity("", "how sure the card's numbers are, in words")] = None
    method: Annotated[str | None, quantity("", "in words")] = None


RESULTS = {"oscillator": Oscillator}
"""Its blocks by their key in `statistics.json`."""
