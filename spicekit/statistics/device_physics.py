"""How a memory device behaves beside its end states: switching times, I-V loops, retention, read disturb."""

from typing import Annotated

from spicekit.statistics.base import Block, Distribution, Estimate, Moments, quantity


class SwitchingPoint(Block):
    """Time to switch at one constant voltage."""

    kind: Annotated[str, quantity("", '`"forming"`, `"set"`, `"reset"`')]
    temperature: Annotated[float, quantity("K", "of the surroundings")]
    voltage: Annotated[float, quantity("V", "magnitude")]
    median: Annotated[float | None, quantity("s", "absent if half of the devices do not switch", gt=0)] = None
    sigma_log10: Annotated[
        float | None, quantity("1", "standard deviation of log10 of the time, from the central 68 %")
    ] = None
    samples: Annotated[int, quantity("1", "devices with an answer")]
    slower: Annotated[int, quantity("1", "those of them that did not switch within days")]
    discards: Annotated[int, quantity("1", "devices without an answer")]


class SwitchingLaw(Block):
    """Straight line through log10(median time) against voltage."""

    kind: Annotated[str, quantity("", "as of the points")]
    temperature: Annotated[float, quantity("K", "of the surroundings")]
    decades_per_volt: Annotated[Estimate, quantity("1/V", "slope of log10(median) against voltage")]
    worst_residual: Annotated[float, quantity("decades", "largest distance of a point from the line")]


class SwitchingTime(Block):
    """Time that a constant voltage on the device alone takes to form, SET or RESET it."""

    points: Annotated[tuple[SwitchingPoint, ...], quantity("", "by kind, temperature and voltage")]
    laws: Annotated[
        tuple[SwitchingLaw, ...],
        quantity("", "straight lines through log10(median) against voltage", "fitted"),
    ]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


class LoopPoint(Block):
    """Loops under one compliance; voltages over cell and access transistor, magnitudes."""

    compliance: Annotated[float, quantity("A", "of the SET half")]
    set_voltage: Annotated[Moments | None, quantity("V", "steepest rise of ln conductance, over cells")] = (
        None
    )
    reset_voltage: Annotated[Moments | None, quantity("V", "of the largest RESET current, over cells")] = None
    reset_current: Annotated[Moments | None, quantity("A", "that current")] = None
    samples: Annotated[int, quantity("1", "cells, the nominal one among them")]
    discards: Annotated[int, quantity("1", "cells without a loop")]


class IvLoops(Block):
    """SET and RESET voltages from I–V loops, and the forming voltage of pristine devices."""

    points: Annotated[tuple[LoopPoint, ...], quantity("", "by rising compliance")]
    forming_voltage: Annotated[
        Moments | None, quantity("V", "steepest rise of ln conductance, pristine cells")
    ] = None
    forming_compliance: Annotated[float, quantity("A", "of the loop that forms")]
    forming_samples: Annotated[int, quantity("1", "cells formed")]
    forming_discards: Annotated[int, quantity("1", "cells without such a loop")]
    ramp: Annotated[float, quantity("s", "one way")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


class RetentionPoint(Block):
    """A state after a bake."""

    state: Annotated[str, quantity("", '`"lrs"`, `"hrs"`')]
    temperature: Annotated[float, quantity("K", "of the bake")]
    time: Annotated[float, quantity("s", "baked; 0 is before the bake")]
    resistance: Annotated[Distribution, quantity("Ohm", "as `lrs` of a condition")]
    discards: Annotated[int, quantity("1", "devices without a result")]


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


class DisturbPoint(Block):
    """How many reads, or how long at a constant voltage, until the resistance has moved by a tenth."""

    state: Annotated[str, quantity("", '`"lrs"`, `"hrs"`')]
    voltage: Annotated[
        float | None, quantity("V", "constant, on the device; absent for reads by the sense amplifier")
    ] = None
    unit: Annotated[str, quantity("", 'of the next four: `"reads"` or `"s"`')]
    median: Annotated[
        float | None, quantity("reads or s", "absent if half of the devices do not move by so much")
    ] = None
    sigma_log10: Annotated[float | None, quantity("1", "standard deviation of log10 over devices")] = None
    four_sigma: Annotated[
        float | None,
        quantity(
            "reads or s",
            "of a device four standard deviations on the weak side, **extrapolated** from a log-normal law; absent "
            "where a simulated device is weaker already",
            "extrapolated",
        ),
    ] = None
    least: Annotated[float | None, quantity("reads or s", "of the weakest device simulated")] = None
    samples: Annotated[int, quantity("1", "devices with an answer")]
    beyond: Annotated[int, quantity("1", "those of them that do not move by so much")]
    discards: Annotated[int, quantity("1", "devices without an answer")]


class ReadDisturb(Block):
    """What reads do to the states that they read: until the resistance has moved by a tenth."""

    points: Annotated[tuple[DisturbPoint, ...], quantity("", "by way of reading and state")]
    set_compliance: Annotated[float, quantity("A", "how both states were programmed")]
    reset_voltage: Annotated[float, quantity("V", "the same")]
    pulse_width: Annotated[float, quantity("s", "the same")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]
