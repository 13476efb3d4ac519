"""Keys of `[studies.circuit]`."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from spicekit.errors import did_you_mean
from spicekit.experiment.conditions import OptionalRuns
from spicekit.experiment.fields import MOST_SAMPLES, PLAIN, AnyNumber, Name, Table, Times, key
from spicekit.experiment.study import StudyTable
from spicekit.limits import FEWEST_RUNS
from spicekit.units import number

RESERVED = frozenset(
    {"point", "circuit", "setting", "sample", "row", "outcome", "reason"}
    | {"distance", "coordinates", "transistors", "without_mismatch", "technology"}
)
"""Columns of samples that are no measurement."""

Kind = Literal[
    "value", "difference", "crossing", "delay", "mean", "peak", "lowest", "energy", "charge", "regeneration"
]
NEEDED: dict[str, tuple[str, ...]] = {
    "value": (), "difference": ("minus",), "crossing": ("level",), "delay": ("level", "to"), "mean": (), "peak": (),
    "lowest": (), "energy": (), "charge": (), "regeneration": ("minus", "level", "start", "time_constant"),
}  # fmt: skip
"""Keys of a measurement that its kind cannot do without, beside `name`, `kind`, `of`."""
TAKEN: dict[str, tuple[str, ...]] = {
    "value": ("at",),
    "difference": ("minus", "at"),
    "crossing": ("minus", "level", "edge", "start", "never"),
    "delay": ("level", "edge", "to", "to_level", "to_edge", "start", "never"),
    "regeneration": ("minus", "level", "start", "time_constant"),
    **dict.fromkeys(("mean", "peak", "lowest", "energy", "charge"), ("start", "stop")),
}
"""Keys that it takes at all."""


def _takers(one: str) -> str:
    """Return which kinds of measurement take a key, if any does."""
    kinds = [f"`{kind}`" for kind, taken in TAKEN.items() if one in taken]
    return f", which is of {', '.join(kinds)}" if kinds else ""


def _spread(text: str) -> str:
    if number(text.strip().removesuffix("%")) < 0:
        raise ValueError(f"got {text!r}, expected 0 or more")
    return text


def _plain(given: object, info: ValidationInfo) -> object:
    """Return the text of a plain number, which tables built in Python may have."""
    number_of_python = (
        info.context == PLAIN and isinstance(given, int | float) and not isinstance(given, bool)
    )
    return repr(float(given)) if number_of_python else given  # type: ignore[arg-type]


class ParameterTable(Table):
    """A number of the netlist, with what it is and how it spreads."""

    name: Annotated[
        str,
        Field(min_length=1, max_length=200),
        key(
            "what it is in the netlist: an element's value (`r1`, `x1.c2`, a constant source `vdd`), a parameter of an "
            "instance or of a model (`m1[w]`, `nch[vto]`), a `.param`, or `temperature`"
        ),
    ]
    value: Annotated[
        AnyNumber | None, key('such as `"1.8 V"`, or `"1.5e-4"` where it has no unit', "the netlist's")
    ] = None
    values: Annotated[
        list[AnyNumber],
        key("list of values instead: each is a point of its own, all combinations with other lists"),
    ] = Field(default=[])
    sigma: Annotated[
        Annotated[str, BeforeValidator(_plain), AfterValidator(_spread)] | None,
        key('standard deviation over samples: `"20 mV"`, or relative, `"5 %"`', "no spread"),
    ] = None
    law: Annotated[
        Literal["normal", "lognormal", "uniform"],
        key(
            '`"normal"`; `"lognormal"`: `sigma` is relative, of the logarithm; `"uniform"`: value ± √3 `sigma`'
        ),
    ] = "normal"

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if self.value is not None and self.values:
            raise ValueError(f"`{self.name}` has `value` and `values`: give one of them")
        if self.law == "lognormal" and self.sigma is not None and not self.sigma.strip().endswith("%"):
            raise ValueError(f'`{self.name}`: `sigma` of a lognormal law is relative, such as "5 %"')
        return self


class MeasurementTable(Table):
    """What is read from the waveforms of a sample."""

    name: Annotated[Name, key("of its column and in results")]
    kind: Annotated[Kind, key("what it is ([all kinds](circuits.md#measurements))")]
    of: Annotated[
        str,
        Field(min_length=1, max_length=200),
        key("node voltage `v(out)` or current `i(vdd)`; of `energy` the name of a source"),
    ]
    minus: Annotated[str | None, key("what is subtracted, such as `v(outn)`", "nothing")] = None
    at: Annotated[Times | None, key("of a value", "the end")] = None
    start: Annotated[Times | None, key("from when on", "the beginning")] = None
    stop: Annotated[Times | None, key("until when", "the end")] = None
    level: Annotated[AnyNumber | None, key("that is crossed or reached", "required where it is used")] = None
    edge: Annotated[Literal["rising", "falling"], key("of the crossing")] = "rising"
    to: Annotated[str | None, key("of `delay`: the vector whose crossing ends it", "required there")] = None
    to_level: Annotated[AnyNumber | None, key("its level", "as `level`")] = None
    to_edge: Annotated[Literal["rising", "falling"], key("of its crossing")] = "rising"
    never: Annotated[
        Literal["discard", "infinite"],
        key(
            "where there is no crossing: the sample is a discard, or takes forever, which an `above` limit calls failed"
        ),
    ] = "discard"
    time_constant: Annotated[Times | None, key("of `regeneration`: of the latch", "required there")] = None

    @model_validator(mode="after")
    def _has_what_its_kind_takes(self) -> Self:
        if self.name in RESERVED:
            raise ValueError(f"`{self.name}` is the name of a column of its own: give another `name`")
        for one in NEEDED[self.kind]:
            if getattr(self, one) is None:
                raise ValueError(f"`{self.name}`, a {self.kind}, needs `{one}`")
        taken = ("name", "kind", "of", *TAKEN[self.kind])
        for one in sorted(self.model_fields_set):
            if one not in taken:
                raise ValueError(
                    f"`{self.name}`, a {self.kind}, takes no `{one}`{did_you_mean(one, taken)}{_takers(one)}; it takes "
                    f"{', '.join(taken)}"
                )
        return self


class LimitTable(Table):
    """What fails."""

    of: Annotated[str, key("name of a measurement")]
    below: Annotated[AnyNumber | None, key("a sample fails below this", "no such limit")] = None
    above: Annotated[AnyNumber | None, key("a sample fails above this", "no such limit")] = None

    @model_validator(mode="after")
    def _of_one_side_at_least(self) -> Self:
        if self.below is None and self.above is None:
            raise ValueError("needs `below`, `above` or both: what fails")
        return self


class LawTable(Table):
    """Mismatch of transistors of a technology that spicekit does not know: sigma = A / sqrt(W L)."""

    model: Annotated[str, Field(min_length=1, max_length=200), key("name of their `.model`")]
    avt: Annotated[
        float,
        Field(ge=0, le=1e-6),
        key("A_VT of the threshold, a plain number: 3 mV·µm is `3e-9`", unit="V·m"),
    ]
    abeta: Annotated[
        float,
        Field(ge=0, le=1e-6),
        key("A_β of the current, relative, a plain number: 1 %·µm is `1e-8`", unit="m"),
    ] = 0.0


class CircuitEstimateTable(Table):
    """A rare-event estimate at each point."""

    method: Annotated[
        Literal["auto", "monte_carlo", "sobol", "importance", "subset"],
        key("[which](rare_events.md#which-method)"),
    ] = "auto"
    relative_error: Annotated[
        float, Field(gt=0, lt=1), key("one standard error over the rate, at which it ends")
    ] = 0.1
    max_runs: Annotated[
        int,
        Field(ge=FEWEST_RUNS),
        key(f"most circuits that it simulates, search included; at least {FEWEST_RUNS}"),
    ] = 4000
    quick_max_runs: Annotated[OptionalRuns, key("the same with `--quick`; 0 leaves it out")] = 0


class OneCircuitTable(Table):
    """A netlist, and what is asked of it."""

    name: Annotated[Name, key("of it in results and in the names of samples")]
    netlist: Annotated[
        str,
        key(
            "path of a plain SPICE netlist with one `.tran`, relative to this file, or a bundled one by its name"
        ),
    ]
    include: Annotated[
        list[str],
        key(
            "list of the files that the netlist may `.include` or take a `.lib` section of, as it writes them; "
            "no other is read"
        ),
    ] = Field(default=[])
    samples: Annotated[
        int | None, Field(ge=1, le=MOST_SAMPLES), key("at each of its points", "those of the study")
    ] = None
    quick_samples: Annotated[
        int | None, Field(ge=0, le=MOST_SAMPLES), key("the same with `--quick`", "those of the study")
    ] = None
    parameters: Annotated[list[ParameterTable], key("what of it is set, and what spreads")] = Field(
        default=[]
    )
    mismatch: Annotated[
        Literal["automatic", "none"],
        key(
            '`"automatic"`: of every transistor of a known technology, of those with a law, and what a library draws '
            'in its subcircuits; `"none"`: of none'
        ),
    ] = "automatic"
    process: Annotated[
        Literal["automatic", "none"],
        key(
            '`"automatic"`: what a library draws outside of subcircuits spreads too, one draw for all transistors of a '
            'sample; `"none"`: it stays nominal'
        ),
    ] = "automatic"
    laws: Annotated[
        list[LawTable], key("mismatch of transistors of other technologies, one table for each model")
    ] = Field(default=[])
    measurements: Annotated[list[MeasurementTable], Field(min_length=1), key("what is read from each sample")]
    limit: Annotated[LimitTable | None, key("what fails", "nothing: distributions alone")] = None

    estimate: Annotated[
        CircuitEstimateTable | None, key("how often the limit is violated, if that is rare", "counted alone")
    ] = None

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        if self.estimate is not None and self.limit is None:
            raise ValueError(f"circuit `{self.name}`: `estimate` needs a `limit`: what fails")
        for what, names in (
            ("parameter", [p.name.lower() for p in self.parameters]),
            ("measurement", [m.name for m in self.measurements]),
            ("law of model", [law.model.lower() for law in self.laws]),
        ):
            if twice := [name for name in names if names.count(name) > 1]:
                raise ValueError(
                    f"circuit `{self.name}`: {what} `{twice[0]}` is given twice; each must be given once"
                )
        known = [m.name for m in self.measurements]
        if self.limit is not None and self.limit.of not in known:
            raise ValueError(
                f"circuit `{self.name}`: `limit.of` is `{self.limit.of}`, which is no measurement"
                f"{did_you_mean(self.limit.of, known)}; there are {', '.join(known)}"
            )
        return self


class CircuitTable(StudyTable):
    """`[studies.circuit]`: samples are circuits at each point."""

    circuits: Annotated[
        list[OneCircuitTable],
        Field(min_length=1),
        key("one table `[[studies.circuit.circuits]]` each"),
    ]

    subject: ClassVar[str] = "circuits of your own"
    transistors: ClassVar[bool] = False
    files: ClassVar[tuple[str, ...]] = ("circuits.netlist",)
    example: ClassVar[str] = """
[[studies.circuit.circuits]]
name = "filter"
netlist = "rc_lowpass"
parameters = [
  { name = "r1", sigma = "5 %" },
  { name = "c1", values = ["1 pF", "2 pF"], sigma = "10 %", law = "lognormal" },
]
measurements = [
  { name = "delay", kind = "crossing", of = "v(out)", level = "0.5 V", start = "1 ns" },
  { name = "final", kind = "value", of = "v(out)" },
]
limit = { of = "delay", above = "1.5 ns" }
"""

    @property
    def quick_leaves_out(self) -> tuple[str, ...]:
        """What ``--quick`` leaves out, in words."""
        asked = [one.estimate for one in self.circuits if one.estimate]
        return () if all(one.quick_max_runs for one in asked) else ("rare-event estimates of circuits",)

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        names = [one.name for one in self.circuits]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"circuit `{twice[0]}` is given twice; each must be given once")
        return self


TABLE = CircuitTable
