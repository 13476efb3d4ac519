"""One sample again, alone and exactly as it was drawn: its decks, values, waveforms and outcome."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from spicekit.errors import InputError, did_you_mean
from spicekit.ngspice import Deck, Noted, noting, waveforms
from spicekit.run.folder import require_same
from spicekit.run.plan import Plan, PlannedStudy, make_plan
from spicekit.run.spec import load_spec
from spicekit.run_folder import MEMORY, RunFolder, of_grid
from spicekit.studies.memory.chain import sample_name
from spicekit.studies.study import Point, Study, labelled


@dataclass(frozen=True)
class Step:
    """One simulation of a sample: a deck with its values."""

    name: str  # such as "3 program RESET, right device"
    deck: Deck
    values: dict[str, float]
    driven: bool = False  # by noise that is drawn in Python: the deck alone does not have it

    @property
    def file(self) -> str:
        """Return a name for its files, without an ending, such as ``3_program_reset_right``."""
        return re.sub(r"[^a-z0-9]+", "_", self.name.removesuffix(" device").lower())


@dataclass(frozen=True)
class Replay:
    """A sample simulated again."""

    rows: pd.DataFrame  # one row, or of some studies several
    steps: tuple[Step, ...]

    @property
    def row(self) -> pd.Series:
        """The first row, which is the only one of a chain."""
        return self.rows.iloc[0]

    def waveforms(self) -> pd.DataFrame:
        """Return a long table: step, time [s], signal, value.

        Raises:
            InputError: all steps are driven by noise.
        """
        tables = []
        for step in (step for step in self.steps if not step.driven):
            waves = waveforms(step.deck, step.values)
            for signal in (name for name in waves if name != "time"):
                tables.append(
                    pd.DataFrame(
                        {"step": step.name, "time": waves["time"], "signal": signal, "value": waves[signal]}
                    )
                )
        if not tables:
            raise InputError(
                "this sample is driven by noise that is drawn in Python: its decks alone do not give its waveforms"
            )
        return pd.concat(tables, ignore_index=True)


def replay(folder: RunFolder, sample_id: str) -> Replay:
    """Simulate one sample of a run again, alone, and note each deck with its values.

    Args:
        folder: of a run.
        sample_id: ``CONDITION:NUMBER``, ``CONDITION:NUMBER@CYCLES``, or of a study ``STUDY/POINT:NUMBER``.

    Raises:
        InputError: not of this form, no such sample, or spec or models have changed since the run.
    """
    name, _, rest = sample_id.partition(":")
    number, _, cycles = rest.partition("@")
    if not re.fullmatch(r"-?[0-9]{1,15}", number) or (cycles and not re.fullmatch(r"[0-9.e+]{1,20}", cycles)):
        raise InputError(
            f"sample `{sample_id}`: expected CONDITION:NUMBER such as `typical:17`, or STUDY/POINT:NUMBER"
        )
    manifest, spec = folder.manifest(), load_spec(folder.spec_file)
    plan = make_plan(spec, manifest.get("seed"))
    name = _name(sample_id, name, cycles)
    planned, point = _point(sample_id, name, plan)
    require_same(plan, manifest, folder)  # after the name, which says more
    rule = manifest.get("planned", {}).get(name)
    counted = manifest.get("studies", {}).get(planned.study.name, {}).get(point.name)
    ranges = counted["ranges"] if counted else []
    if rule and rule["samples"]:
        ranges = [(rule["first"], rule["first"] + rule["samples"])]
    if planned.study.again is None:
        _require_in(sample_id, name, int(number), ranges)
    with noting() as notes:
        rows = labelled(point, _simulated(planned, point, plan, folder, int(number)))
    if planned.study.name == MEMORY:
        rows = rows.drop(columns=["point", "row"])
    return Replay(rows, tuple(_steps(planned.study, point, int(number), notes)))


def _simulated(
    planned: PlannedStudy, point: Point, plan: Plan, folder: RunFolder, number: int
) -> pd.DataFrame:
    """Return the rows of a sample, or of the simulation of that number behind the one row that a point has."""
    if planned.study.again is None:
        return planned.study.simulate(point, plan.seed, number, number + 1)
    stored = folder.stored(planned.study.name)
    mine = None if stored is None else stored[stored["point"] == point.name]
    if mine is None or mine.empty:
        raise InputError(f"`{planned.name_of(point)}`: the run has no result of it yet: run it to its end")
    return planned.study.again(point, mine, number)


def _name(sample_id: str, name: str, cycles: str) -> str:
    """Return the name of the point."""
    try:
        return name if "/" in name else sample_name(name, float(cycles or 0))
    except ValueError:
        raise InputError(
            f"sample `{sample_id}`: expected CONDITION:NUMBER@CYCLES such as `typical:17@1e6`"
        ) from None


def _point(sample_id: str, name: str, plan: Plan) -> tuple[PlannedStudy, Point]:
    """Return the point of that name."""
    points = {s.name_of(point): (s, point) for s in plan.studies for point in s.points}
    if name in points:
        planned, point = points[name]
        if planned.study.counts != "samples" and planned.study.again is None:
            raise InputError(
                f"sample `{sample_id}`: one of the {planned.study.counts}, which are made of many simulated cells: "
                "single samples are those of conditions and studies"
            )
        return planned, point
    condition = name.partition("@")[0]
    if condition in points:
        ages = ", ".join(f"{p.labels['cycles']:g}" for _, p in points.values() if p.labels.get("condition") == condition
                         and "cycles" in p.labels)  # fmt: skip
        raise InputError(f"sample `{sample_id}`: the experiment has samples at {ages} cycles")
    shown = [n for n, (s, _) in points.items() if s.study.counts == "samples" and "@" not in n]
    known = [n for n in shown if ("/" in n) == ("/" in name)] or shown
    told = [n for n in known if not of_grid(n)]
    what = "such point of a study" if "/" in name else f"condition `{condition}`"
    grid = ""
    if len(known) > len(told):
        grid = f", and each at {len(plan.spec.places)} points of its grid, such as `{known[-1]}`"
    raise InputError(
        f"sample `{sample_id}`: no {what}{did_you_mean(name, known)}; the run has {', '.join(told) or 'none'}"
        + grid
    )


def _steps(study: Study, point: Point, number: int, notes: list[Noted]) -> Iterator[Step]:
    for place, noted in enumerate(notes):
        name = noted.deck.name if study.step is None else study.step(point, number, place)
        if name is not None:
            yield Step(f"{place + 1} {name}", noted.deck, noted.values, noted.driven)


def _require_in(sample_id: str, name: str, number: int, ranges: list[tuple[int, int]]) -> None:
    if ranges and not any(first <= number < end for first, end in ranges):
        shown = ", ".join(f"{first} … {end - 1}" for first, end in ranges)
        raise InputError(f"sample `{sample_id}`: the run has samples {shown} of `{name}`")
    if number < 0:
        raise InputError(f"sample `{sample_id}`: the experiment has samples from 0 on")
