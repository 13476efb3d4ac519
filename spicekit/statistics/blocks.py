"""What is said about programming conditions."""

from typing import Annotated, Any, Self

import pydantic

from spicekit.block import Block, Distribution, ErrorCorrelation, Moments, Probability, quantity
from spicekit.statistics.rare import RareEstimate


class SenseOffset(Block):
    """Input offset of the sense amplifier, as a factor on the ratio of two resistances near LRS."""

    sigma_ln: Annotated[float, quantity("1", "its standard deviation in ln R", gt=0)]
    standard_error: Annotated[float, quantity("1", "of `sigma_ln`", ge=0)]
    samples: Annotated[int, quantity("1", "reads behind it")]


class Endurance(Block):
    """Bit error rate against cycles done."""

    cycles: Annotated[
        float | None, quantity("cycles", "where `curve` crosses the criterion; absent if it does not")
    ] = None
    cycles_low: Annotated[
        float | None,
        quantity("cycles", "where the upper end of `interval` crosses it; of counts, the last age before"),
    ] = None
    cycles_high: Annotated[
        float | None,
        quantity("cycles", "where the lower end of `interval` crosses it; of counts, the first age after"),
    ] = None
    criterion: Annotated[float, quantity("1", "2T2R bit error rate at which a cell counts as worn out")]
    curve: Annotated[
        list[tuple[float, float]],
        quantity(
            "cycles, 1", "list of `[cycles, bit error rate]` by rare-event estimates; 0 cycles: fresh devices"
        ),
    ]
    interval: Annotated[
        list[tuple[float, float, float]],
        quantity("cycles, 1, 1", "list of `[cycles, low, high]` of the curve"),
    ] = pydantic.Field(default=[])
    counted: Annotated[
        list[tuple[float, int, int, int]],
        quantity("cycles, 1, 1, 1", "list of `[cycles, samples, errors, discards]` that were counted"),
    ] = pydantic.Field(default=[])
    status: Annotated[str, quantity("", 'how sure the ageing is: `"assumed"`, `"fitted"`, `"measured"`')] = (
        "assumed"
    )
    method: Annotated[str, quantity("", "how the curve was made")] = ""
    unsure: Annotated[
        list[float], quantity("cycles", "ages of `curve` whose estimate is not agreed on, and so no result")
    ] = pydantic.Field(default=[])
    doubt: Annotated[
        str,
        quantity(
            "", "why `cycles` is in doubt: estimates beside the crossing that are not agreed on; else empty"
        ),
    ] = ""

    def bounds(self) -> tuple[float | None, float | None]:
        """Return between which cycles the criterion is crossed; None where nothing is known of an end.

        Where `cycles` is in doubt these are ages whose estimates are results: those of the others say too little of
        how wrong they are.
        """
        if self.cycles is not None and not self.interval:  # written by hand
            return self.cycles_low or self.cycles, self.cycles_high or self.cycles
        ages = self.interval or [(n, rate, rate) for n, rate in self.curve]
        ages = sorted(age for age in ages if age[0] > 0)  # fresh devices bound no lifetime
        if self.doubt:
            results = [age for age in ages if age[0] not in self.unsure]
            high = next((n for n, least, _ in results if least > self.criterion), None)
            before = [n for n, _, most in results if most < self.criterion and (high is None or n < high)]
            return max(before, default=None), high
        low, high = self.cycles_low, self.cycles_high
        if low is None and ages and ages[-1][2] <= self.criterion:
            low = ages[-1][0]
        if high is None and ages and ages[0][1] > self.criterion:
            high = ages[0][0]
        return low, high


class Condition(Block):
    """What one programming condition gives. A key that was not measured is None here and absent in the file."""

    name: Annotated[str, quantity("", "unique in the file")]
    set_compliance: Annotated[float, quantity("A", "current to which SET is limited", "setting")]
    reset_voltage: Annotated[float, quantity("V", "amplitude of the RESET pulse", "setting")]
    pulse_width: Annotated[float, quantity("s", "of both pulses", "setting")]
    lrs: Annotated[Distribution | None, quantity("Ohm", "low resistance state, see below")] = None
    hrs: Annotated[Distribution | None, quantity("Ohm", "high resistance state, see below")] = None
    ber_1t1r: Annotated[
        Probability | None,
        quantity(
            "1",
            "bit error rate of one device against a threshold, counted; of a run with an ideal comparator, and "
            "`method` says so",
        ),
    ] = None
    ber_2t2r: Annotated[
        Probability | None,
        quantity("1", "bit error rate of a complementary pair, read by the sense amplifier, counted"),
    ] = None
    ber_2t2r_plus: Annotated[Probability | None, quantity("1", "the same count, of cells that store +1")] = (
        None
    )
    ber_2t2r_minus: Annotated[Probability | None, quantity("1", "the same count, of cells that store −1")] = (
        None
    )
    error_correlation_1t1r: Annotated[
        ErrorCorrelation | None,
        quantity("1", "how alike the errors of one device are from programming to programming, see below"),
    ] = None
    error_correlation_2t2r: Annotated[
        ErrorCorrelation | None,
        quantity(
            "1",
            "the same of a pair; its sense amplifier, which is the pair's own, included if it was read by one",
        ),
    ] = None
    ber_1t1r_estimated: Annotated[
        Probability | None,
        quantity(
            "1",
            "by [rare-event sampling](rare_events.md): mean over both stored values, read by the sense amplifier "
            "against `reference`; a result only if both are agreed on, see `estimates`",
        ),
    ] = None
    ber_2t2r_estimated: Annotated[
        Probability | None,
        quantity(
            "1",
            "the same of a pair. Where a short run estimates only one stored value it stands for both, and `method` "
            "says so",
        ),
    ] = None
    estimates: Annotated[
        tuple[RareEstimate, ...],
        quantity("", "the estimates behind those means, with their diagnostics, see below", "estimated"),
    ] = ()
    reference: Annotated[
        float | None,
        quantity("Ohm", "resistance that 1T1R cells are compared with in `estimates`", "estimated"),
    ] = None
    sense_offset: Annotated[
        SenseOffset | None, quantity("", "input offset of the sense amplifier, see below", "fitted")
    ] = None
    ber_1t1r_lognormal: Annotated[
        Probability | None,
        quantity(
            "1",
            "**extrapolated** from log-normal laws, with an ideal comparator; needs 50 samples",
        ),
    ] = None
    ber_2t2r_lognormal: Annotated[
        Probability | None,
        quantity(
            "1",
            "**extrapolated** from log-normal laws, with the amplifier's measured offset; needs 50 samples and a "
            "`sense_offset`: without it there is no extrapolation",
        ),
    ] = None
    energy_set: Annotated[
        Moments | None,
        quantity(
            "J", "one pulse over the whole path, access transistor included", label="Energy, whole path: SET"
        ),
    ] = None
    energy_reset: Annotated[
        Moments | None, quantity("J", "one pulse over the whole path", label="Energy, whole path: RESET")
    ] = None
    energy_pair: Annotated[
        Moments | None,
        quantity(
            "J", "SET + RESET, since every 2T2R write needs both", label="Energy, whole path: SET + RESET"
        ),
    ] = None
    energy_set_cell: Annotated[
        Moments | None,
        quantity("J", "SET, between the terminals of the device alone", label="Energy, cell alone: SET"),
    ] = None
    energy_reset_cell: Annotated[
        Moments | None,
        quantity("J", "RESET, between the terminals of the device alone", label="Energy, cell alone: RESET"),
    ] = None
    energy_read: Annotated[
        Moments | None, quantity("J", "one read, pre-charge included", label="Read: energy")
    ] = None
    read_delay: Annotated[
        Moments | None, quantity("s", "from sense enable to a decided output", label="Read: delay")
    ] = None
    set_current: Annotated[
        Moments | None,
        quantity("A", "at the end of the SET pulse", label="Programming: current at the end of SET"),
    ] = None
    stopped: Annotated[
        str | None,
        quantity(
            "",
            'in words, the stop rule that ended the sampling, such as `"most errors (10)"`; stopping at errors biases '
            "`best` upwards by about one part in the number of errors",
        ),
    ] = None
    undecided: Annotated[
        int | None,
        quantity("1", "number of reads that did not resolve in time; they count as errors", "counted"),
    ] = None
    endurance: Annotated[Endurance | None, quantity("", "bit error rate against cycles, see below")] = None
    outside: Annotated[
        tuple[str, ...],
        quantity(
            "",
            "list, in words: settings beyond the data that the memory's card was fitted to (its `[fitted_at]`); absent "
            "if there are none",
        ),
    ] = ()


class Conditions(Block):
    """Programming conditions, in their order, as studies that each tell a part of them hand them on."""

    conditions: tuple[Condition, ...] = ()

    def joined(self, other: Self | None) -> Self:
        """Return all conditions of `other`, with what is said of them here, then those that only are here."""
        if other is None:
            return self
        own = {condition.name: condition for condition in self.conditions}
        joined = [own.pop(c.name).joined(c) if c.name in own else c for c in other.conditions]
        return self.model_copy(update={"conditions": (*joined, *own.values())})


class GridPoint(Block):
    """What the same experiment gives at another corner, temperature, supply, memory device, or value of a parameter."""

    name: Annotated[str, quantity("", "what the point changes, such as `ss_-40C_1.2V`; unique in the file")]
    process: Annotated[str, quantity("", "transistors and their corner")] = ""
    temperature: Annotated[float, quantity("K", "of the surroundings", "setting")]
    supply: Annotated[float, quantity("V", "of the sense amplifier", "setting")]
    memory: Annotated[str, quantity("", "the card of the memory device, where the point names one")] = ""
    parameters: Annotated[
        dict[str, float], quantity("", "other parameters that it changes, by name, in the unit of their card")
    ] = pydantic.Field(default={})
    conditions: Annotated[tuple[Condition, ...], quantity("", "as `conditions` of the whole")] = ()
    studies: Annotated[
        dict[str, dict[str, Any]],
        quantity("", "what studies found there, by the key that they have in the whole"),
    ] = pydantic.Field(default={})


class Provenance(Block):
    """What the numbers came from."""

    spec_sha256: Annotated[str, quantity("", "of the experiment file")] = ""
    models_sha256: Annotated[str, quantity("", "of the device models")] = ""
    ngspice: Annotated[str, quantity("", "its version")] = ""
    spicekit: Annotated[str, quantity("", "its version")] = ""
    seed: Annotated[int | None, quantity("1", "of the run")] = None
