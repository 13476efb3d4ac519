"""What the page says of reads: where they stop working, which supply follows, maps, and estimates beside counts."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from spicekit.page.contours import Panel, contours
from spicekit.run.execute import Settings, run
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder
from spicekit.statistics import Estimate, GridPoint, Moments, Probability, Statistics, load
from spicekit.studies.read_path.curves import by_law
from spicekit.studies.read_path.result import (
    AmplifierOffset,
    ErrorAtRatio,
    ReadEstimate,
    ReadPath,
    ReadPoint,
)
from spicekit.studies.read_path.section import section
from spicekit.studies.read_path.supply import choice, stops, working_supplies
from spicekit.studies.read_path_estimate.request import Request

from .test_limit import agrees_with_a_count

SENSE = 5e-9
SUPPLIES = (1.0, 1.2, 1.4)
COLD, HOT = 233.15, 398.15


def point(process="sky130 tt", temperature=COLD, supply=1.4, works=True, slowest=1e-9, kind="plain"):
    sigma = 0.4 + (1.8 - supply)
    return ReadPoint(
        kind=kind,
        resistance=4e3,
        process=process,
        temperature=temperature,
        supply=supply,
        amplifiers=20,
        offsets=(
            AmplifierOffset(
                mean=Estimate(value=0.0, error=0.1), sigma=Estimate(value=sigma, error=0.1), samples=20
            ),
        ),
        errors=(ErrorAtRatio(ratio=20, failed=Probability.model_validate({"samples": 40, "errors": 0})),),
        delay=Moments(mean=slowest / 2 / supply, std=1e-11),
        slowest=slowest,
        energy=Moments(mean=1e-13 * supply**2, std=1e-15),
        reads_to_tenth=1e4 / supply**20 * (2 if temperature == COLD else 1),
        works=int(works),
    )


def grid(broken=(), slow=()):
    """Return points of two corners, two temperatures and three supplies; `broken` and `slow` name some of them."""
    return [
        point(
            f"sky130 {corner}",
            temperature,
            supply,
            works=(corner, temperature, supply) not in broken,
            slowest=4e-9 if (corner, temperature, supply) in slow else 1e-9,
        )
        for corner in ("tt", "ss")
        for temperature in (COLD, HOT)
        for supply in SUPPLIES
    ]


def test_reads_work_from_the_supply_on_above_which_none_fails():
    points = grid(broken=[("ss", COLD, 1.0), ("ss", COLD, 1.2), ("ss", HOT, 1.2), ("tt", COLD, 1.4)])
    assert working_supplies(points) == {
        ("sky130 tt", COLD): None,
        ("sky130 tt", HOT): 1.0,
        ("sky130 ss", COLD): 1.4,
        ("sky130 ss", HOT): 1.4,  # what works at 1 V again is not to be trusted
    }
    assert stops(points) == (
        "work at none of the supplies at tt, −40 °C · from 1.4 V on at ss, −40 °C; ss, 125 °C · from 1 V on, the "
        "lowest that was tried, at tt, 125 °C."
    )
    assert stops(points[:1]) == ""


def test_the_read_supply_is_the_lowest_that_works_everywhere_in_half_of_the_sense_time():
    found = choice(grid(broken=[("ss", COLD, 1.0)]), SENSE)
    assert found.supply == 1.2
    assert "1 V fails that at ss, −40 °C" in found.said
    assert "σ of the offset is at most 1 (tt, −40 °C)" in found.said
    assert choice(grid(broken=[("ss", COLD, 1.0)], slow=[("tt", HOT, 1.2)]), SENSE).supply == 1.4
    followed = (
        "would be, by the same rule, 1.2 V at −40 °C, 1 V at 125 °C, and a tenth takes 522 reads at least."
    )
    assert found.said.endswith(followed)  # 1e4 2/1.2^20 at the cold, 1e4 at 1 V
    lowest = choice(grid(), SENSE)
    assert lowest.supply == 1.0
    assert "no lower one was tried" in lowest.said
    none = choice(grid(broken=[("ss", COLD, v) for v in SUPPLIES]), SENSE)
    assert none.supply is None
    assert "1.4 V comes closest, but for ss, −40 °C" in none.said
    assert choice(grid()[:1], SENSE) is None


@pytest.mark.usefixtures("whole_pictures")
def test_a_map_needs_an_area_and_shows_where_nothing_works():
    x, y = (-40.0, 27.0, 125.0), (1.0, 1.2)

    def mapped(*panels):
        return contours(panels, "delay", "s", "x", "y", "a map")

    def panel(y, values):
        return Panel("ss", x, y, values, np.ones(values.shape, dtype=bool))

    assert mapped(panel(y, np.ones((2, 3)))) is None
    assert mapped(panel(y[:1], np.arange(3.0)[None, :])) is None
    drawn = mapped(panel(y, np.array([[np.nan, 2e-9, 1e-9], [1e-9, 6e-10, 3e-10]])))
    assert drawn is not None
    assert "#d55e00" in drawn.inline("p1")  # the cross
    assert drawn.alt == "a map"


def statistics(points, estimates=()):
    own = ReadPath(points=(points[0],), sense_time=SENSE, method="made up", estimates=estimates)
    places = tuple(
        GridPoint(
            name=f"{k}",
            temperature=p.temperature,
            supply=p.supply,
            studies={"read_path": ReadPath(points=(p,)).model_dump(mode="json", exclude_none=True)},
        )
        for k, p in enumerate(points)
    )
    return Statistics(conditions=(), grid=places, read_path=own)


def test_the_section_has_maps_the_supply_and_each_point_once():
    estimate = ReadEstimate(
        kind="plain",
        resistance=4e3,
        ratio=20,
        rate=Probability(low=1e-4, best=2e-4, high=3e-4, samples=1000, errors=50),
        outcome="agreed",
        reason="",
        runs=1000,
        discards=0,
    )
    found = section(statistics(grid(broken=[("ss", COLD, 1.0)]), (estimate,)), None)
    assert found is not None
    assert (
        "Read supply of plain reads: 1.2 V, the lowest supply at which reads work at all 4" in found.sentences
    )
    assert len(found.grid.rows) == 1 + 12
    assert [row[-1] for row in found.grid.rows[1:]].count("no") == 1
    assert len(found.pictures) == 1 + 4
    assert all("<svg" in plot.inline("p1") for plot, _ in found.pictures)
    assert any(
        "rare-event sampling 2e-4 (1e-4 … 3e-4) from 1000 reads storing +1" in text for text in found.points
    )
    assert "Read supply: plain reads 1.2 V." in found.summary
    assert section(Statistics(conditions=()), None) is None


def test_the_law_of_a_reference_is_that_of_half_the_logarithm():
    one = point(kind="reference").model_copy(
        update={
            "offsets": (
                AmplifierOffset(
                    mean=Estimate(value=-0.1, error=0.1), sigma=Estimate(value=0.4, error=0.1), samples=20
                ),
            )
        }
    )
    expected = (norm.sf(math.log(2), -0.1, 0.4) + norm.cdf(-math.log(2), -0.1, 0.4)) / 2
    assert float(by_law(one, np.array([4.0]))[0]) == pytest.approx(expected, rel=1e-9)


SPEC = """
schema = "spicekit.sweep/1"
name = "few"
seed = 3
[studies.read_path]
samples = 13
reads = ["plain"]
resistances = ["4 kOhm"]
ratios = [2.0, 20.0]
[studies.read_path.estimate]
ratios = [1.2]
method = "monte_carlo"
max_runs = 200
relative_error = 0.2
"""


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_estimates_stand_beside_law_and_count(tmp_path):
    (tmp_path / "few.toml").write_text(SPEC)
    folder = RunFolder(tmp_path / "run")
    run(make_plan(load_spec(tmp_path / "few.toml")), folder, Settings(1), lambda _: None)
    found = load(folder.statistics_file)
    block = found.read_path
    (one,), (own,) = block.estimates, block.points
    at = next(e for e in own.errors if e.ratio == 1.2)
    assert (one.outcome, one.rate.samples <= 200) == ("agreed", True)
    # the law is of twelve amplifiers, known within a fifth: a third of the reads errs at half a standard deviation
    law = float(by_law(own, np.array([1.2]))[0])
    assert one.rate.low - 0.1 < law < one.rate.high + 0.1
    assert one.rate.low <= at.failed.high
    assert at.failed.low <= one.rate.high
    shown = section(found, folder.study("read_path"))
    assert any("counted" in text for text in shown.points)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "ratio"), [("plain", 2.0), ("xnor", 1.5), ("reference", 4.0)])
def test_an_estimate_agrees_with_counted_reads(tmp_path, kind, ratio):
    (tmp_path / "few.toml").write_text(SPEC.replace('["plain"]', f'["{kind}"]'))
    points = make_plan(load_spec(tmp_path / "few.toml")).studies[0].points

    class Limit(Request):
        """As the helper asks for it."""

        @property
        def dimension(self):
            return len(self.coordinates)

    agrees_with_a_count(Limit(points[0].content, 1, ratio, "importance", 0.1, 1500, 0.95, 3), 1500)
