"""What an experiment file asks of memory cells: programming conditions, and how many chains of them are simulated."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from spicekit.experiment.fields import (
    MOST_SAMPLES,
    Amperes,
    Cycles,
    Duration,
    Joules,
    Name,
    Positive,
    Seconds,
    Table,
    Volts,
    key,
)
from spicekit.limits import FEWEST_RUNS


def _none_or_enough(runs: int) -> int:
    if 0 < runs < FEWEST_RUNS:
        raise ValueError(f"got {runs}, expected 0 to leave estimates out, or at least {FEWEST_RUNS}")
    return runs


def _distinct(given: list[Any]) -> list[Any]:
    if len(set(given)) < len(given):
        raise ValueError(f"got {given!r}, expected each once")
    return given


Share = Annotated[float, Field(gt=0, lt=1)]
OptionalRuns = Annotated[int, Field(ge=0), AfterValidator(_none_or_enough)]


class MonteCarlo(Table):
    """The stop rules."""

    samples: Annotated[
        int, Field(ge=1, le=MOST_SAMPLES), key("most chains per condition", "required with conditions")
    ] = 0  # not given
    quick_samples: Annotated[int, Field(ge=1, le=MOST_SAMPLES), key("the same with `--quick`")] = 100
    errors: Annotated[int | None, Field(ge=1), key("most 2T2R errors", "no limit")] = None
    relative_error: Annotated[
        Share | None, key("one standard error of the 2T2R error rate over the rate", "no limit")
    ] = None
    wall_time: Annotated[
        Duration | None,
        key('of the whole run: `"90 s"`, `"30 min"`, `"2 h"`; run again to go on', "no limit"),
    ] = None
    confidence: Annotated[Share, key("of all intervals")] = 0.95


class EnduranceTable(Table):
    """Chains on aged devices."""

    cycles: Annotated[
        list[Cycles],
        Field(min_length=1),
        key(
            "list of ages, in cycles done before; those beyond the limit of the card's ageing law are left out"
        ),
    ]
    samples: Annotated[int, Field(ge=0, le=MOST_SAMPLES), key("chains at each age")]
    quick_samples: Annotated[
        int, Field(ge=0, le=MOST_SAMPLES), key("the same with `--quick`; 0 leaves endurance out")
    ] = 0
    criterion: Annotated[Share, key("2T2R bit error rate at which a cell counts as worn out")]
    max_runs: Annotated[
        OptionalRuns,
        key(
            "most chains that the rare-event estimate of each condition and age simulates; with 0 the ages are counted "
            "alone, which seldom tells where the criterion is crossed"
        ),
    ] = 0
    relative_error: Annotated[
        Share, key("one standard error over the rate, at which such an estimate ends")
    ] = 0.3


class EstimateTable(Table):
    """What is asked of every rare-event estimate."""

    method: Annotated[
        Literal["auto", "monte_carlo", "sobol", "importance", "subset"],
        key(
            '`"auto"`, `"monte_carlo"`, `"sobol"`, `"importance"`, `"subset"` ([which](rare_events.md#which-method))'
        ),
    ] = "auto"
    relative_error: Annotated[Share, key("one standard error over the rate, at which an estimate ends")] = 0.1
    max_runs: Annotated[
        int,
        Field(ge=FEWEST_RUNS),
        key(f"most chains that one estimate simulates, search included; at least {FEWEST_RUNS}"),
    ] = 2000
    quick_max_runs: Annotated[OptionalRuns, key("the same with `--quick`; 0 leaves estimates out")] = 0
    quick_relative_error: Annotated[Share, key("as `relative_error`, with `--quick`")] = 0.3
    quick_stored: Annotated[
        list[Literal[1, -1]],
        Field(min_length=1),
        AfterValidator(_distinct),
        key(
            "with `--quick`, the stored values of 2T2R that are estimated: `[1]` takes +1 for both, since cell and "
            "amplifier are their own mirror image; of 1T1R it is always both"
        ),
    ] = Field(default=[1, -1])
    cells: Annotated[
        list[Literal["2t2r", "1t1r"]],
        Field(min_length=1),
        AfterValidator(_distinct),
        key(
            'list of `"2t2r"` and `"1t1r"`: one device, read by the same amplifier against a resistor that fresh '
            "samples place (at least 50)"
        ),
    ] = Field(default=["2t2r"])


class Published(Table):
    """Published numbers: compared with in the report, never used."""

    ber_2t2r_below: Annotated[Positive | None, key("bound of the bit error rate")] = None
    programming_energy: Annotated[
        Joules | None, key("compared with that of one SET pulse over the whole path")
    ] = None
    cyclability_above: Annotated[Positive | None, key("bound, in cycles")] = None
    source: Annotated[str, key("where they were published")]


class ConditionEstimate(Table):
    """What one condition needs differently from `[estimate]`."""

    max_runs: Annotated[
        int | None,
        Field(ge=FEWEST_RUNS),
        key("most chains that one estimate simulates", "that of `[estimate]`"),
    ] = None
    quick_max_runs: Annotated[
        OptionalRuns | None,
        key("the same with `--quick`; 0 leaves its estimates out", "that of `[estimate]`"),
    ] = None


class Targets(Table):
    """What the user needs: a run that misses one ends with exit code 1."""

    ber_2t2r_below: Annotated[
        Positive | None,
        key(
            "the upper end of the [surest result](statistics.md#which-rate-counts): an estimate that is agreed on, "
            "otherwise the count"
        ),
    ] = None
    energy_set_below: Annotated[Joules | None, key("mean, whole path")] = None
    energy_reset_below: Annotated[Joules | None, key("mean, whole path")] = None
    energy_read_below: Annotated[Joules | None, key("mean, pre-charge included")] = None
    read_delay_below: Annotated[Seconds | None, key("mean")] = None


class ConditionTable(Table):
    name: Annotated[Name, key("letters, digits, `-`, `_`, `.`")]
    set_compliance: Annotated[
        Amperes,
        key("current to which the access transistor limits SET; the word line for it is found by simulation"),
    ]
    reset_voltage: Annotated[
        Volts, key("over cell and access transistor; at most the supply of the access transistor")
    ]
    pulse_width: Annotated[Seconds, key("of SET and RESET, at half height")]
    published: Annotated[Published | None, key("only compared with, in the report")] = None
    targets: Annotated[Targets, key("what you need")] = Targets()
    estimate: Annotated[ConditionEstimate | None, key("what this one needs differently")] = None
