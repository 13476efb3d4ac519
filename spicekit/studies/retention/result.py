"""Both states in a bake."""

from typing import Annotated

from spicekit.block import Block, Distribution, Estimate, quantity


class RetentionPoint(Block):
    """A state after a bake."""

    state: Annotated[str, quantity("", '`"lrs"`, `"hrs"`')]
    temperature: Annotated[float, quantity("K", "of the bake")]
    time: Annotated[float, quantity("s", "baked; 0 is before the bake")]
    resistance: Annotated[Distribution, quantity("Ohm", "as `lrs` of a condition")]
    discards: Annotated[int, quantity("1", "devices without a result")]


class RetentionTail(Block):
    """When the weakest devices have changed by the factor of the criterion, each against itself before the bake."""

    share: Annotated[float, quantity("1", "of the devices that have changed by then")]
    time: Annotated[
        float | None, quantity("s", "at which they have; absent if not within the times simulated")
    ] = None
    devices: Annotated[int, quantity("1", "that it is told from")]


class RetentionLife(Block):
    """When the median of a state has changed by the factor of the criterion."""

    state: Annotated[str, quantity("", '`"lrs"`, `"hrs"`')]
    temperature: Annotated[float, quantity("K", "of the bake")]
    time: Annotated[
        float | None,
        quantity(
            "s", "at which the median has changed by the factor; absent if not within the times simulated"
        ),
    ] = None
    tail: Annotated[
        RetentionTail | None, quantity("", "the same of the weakest; absent with less than a hundred devices")
    ] = None


class RetentionLaw(Block):
    """Arrhenius' law of the times to the criterion."""

    state: Annotated[str, quantity("", '`"lrs"`, `"hrs"`')]
    activation_energy: Annotated[Estimate, quantity("eV", "of the lives")]


class Retention(Block):
    """Both states against time at several temperatures, without voltage."""

    points: Annotated[tuple[RetentionPoint, ...], quantity("", "by state, temperature, time")]
    lives: Annotated[tuple[RetentionLife, ...], quantity("", "by state and temperature")]
    laws: Annotated[tuple[RetentionLaw, ...], quantity("", "by state", "fitted")]
    criterion: Annotated[
        float, quantity("1", "factor of the median resistance, up or down, at which a state counts as lost")
    ]
    set_compliance: Annotated[float, quantity("A", "how both states were programmed")]
    reset_voltage: Annotated[float, quantity("V", "the same")]
    pulse_width: Annotated[float, quantity("s", "the same")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"retention": Retention}
"""Its blocks by their key in `statistics.json`."""
