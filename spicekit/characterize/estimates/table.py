"""`[estimate]` of an experiment file, and `[conditions.estimate]`, which overrides it for one condition."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from spicekit.errors import did_you_mean
from spicekit.experiment.fields import Table

FEWEST_RUNS = 200
"""Of an estimate: with fewer there is not even a search."""


def _method(name: str) -> str:
    from spicekit.sampling.rare import METHODS  # here, as loading OpenTURNS takes half a second

    if name not in METHODS:
        raise ValueError(f"got {name!r}, expected one of {', '.join(METHODS)}{did_you_mean(name, METHODS)}")
    return name


def _none_or_enough(runs: int) -> int:
    if 0 < runs < FEWEST_RUNS:
        raise ValueError(f"got {runs}, expected 0 to leave estimates out, or at least {FEWEST_RUNS}")
    return runs


def _distinct(given: list[Any]) -> list[Any]:
    if len(set(given)) < len(given):
        raise ValueError(f"got {given!r}, expected each once")
    return given


class EstimateTable(Table):
    """What is asked of every estimate."""

    method: Annotated[str, AfterValidator(_method)] = "auto"
    relative_error: float = Field(default=0.1, gt=0, lt=1)  # one standard error over the rate
    max_runs: int = Field(default=2000, ge=FEWEST_RUNS)  # simulated cells, search included
    quick_relative_error: float = Field(default=0.3, gt=0, lt=1)  # with --quick
    quick_max_runs: Annotated[int, Field(ge=0), AfterValidator(_none_or_enough)] = 0  # with --quick; 0: none
    # with --quick, of 2T2R: [1] leaves -1 out, which fails alike where cell and amplifier are their own mirror image
    quick_stored: Annotated[list[Literal[1, -1]], AfterValidator(_distinct)] = Field(
        default=[1, -1], min_length=1
    )
    cells: Annotated[list[Literal["2t2r", "1t1r"]], AfterValidator(_distinct)] = Field(
        default=["2t2r"], min_length=1
    )


class ConditionEstimate(Table):
    """What one condition needs differently."""

    max_runs: int | None = Field(default=None, ge=FEWEST_RUNS)
    quick_max_runs: Annotated[int, Field(ge=0), AfterValidator(_none_or_enough)] | None = None
