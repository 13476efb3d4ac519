"""Locking to a drive."""

from typing import Annotated

from spicekit.block import Block, Share, quantity
from spicekit.studies.oscillators.spread import Spread


class Detuning(Block):
    """A drive off the oscillator's own frequency."""

    offset: Annotated[
        float, quantity("1", "of the drive from ratio times the frequency, in halves of `closed_form`")
    ]
    frequency: Annotated[float, quantity("Hz", "the same difference, mean over devices")]
    locked: Annotated[
        Share,
        quantity("1", "devices without a phase slip within the record; its `events` are those that lock"),
    ]
    beat: Annotated[float, quantity("Hz", "mean of |ratio · f - drive| over devices")]


class InjectionPoint(Block):
    """Locking to a drive of one amplitude: of its frequency (`ratio` 1) or of twice that (`ratio` 2)."""

    through: Annotated[str, quantity("", '`"junction"` or `"line"`')]
    ratio: Annotated[int, quantity("1", "drive over own frequency, 1 or 2")]
    drive: Annotated[float, quantity("A", "peak current")]
    locking_range: Annotated[
        Spread | None, quantity("Hz", "full width in the drive's frequency, noise taken off by the fit")
    ] = None
    counted_range: Annotated[
        Spread | None,
        quantity("Hz", "full width of the detunings without a slip, as coarse as the detunings"),
    ] = None
    coupling: Annotated[
        Spread | None, quantity("Hz/A", "force on the amplitude per current, from the motion itself")
    ] = None
    phase: Annotated[Spread | None, quantity("rad", "of that force")] = None
    closed_form: Annotated[float, quantity("Hz", "range of the nominal card", "theory")]
    pure_phase: Annotated[
        float, quantity("Hz", "the same without nonlinearity, a pure phase oscillator", "theory")
    ]
    detunings: Annotated[tuple[Detuning, ...], quantity("", "the map")] = ()
    devices: Annotated[int, quantity("1", "drawn and nominal")]
    discards: Annotated[int, quantity("1", "devices without a record")]


class Injection(Block):
    """How rf currents i(t) act on the oscillator: dc/dt = … + 2π · coupling · exp(i · phase) · i(t).

    At twice the frequency (`ratio` 2) the force is 2π · coupling · exp(i · phase) · i(t) · c*. The coupling found at
    each drive is from the motion itself, not from the locking range.
    """

    points: Annotated[tuple[InjectionPoint, ...], quantity("", "by drive")]
    current: Annotated[float, quantity("A", "bias")]
    record: Annotated[float, quantity("s", "without a slip in it an oscillator counts as locked")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]
