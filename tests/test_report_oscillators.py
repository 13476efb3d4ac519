"""The oscillator sections of the report, from the committed statistics."""

import pytest

from spicekit import statistics
from spicekit.page.numbers import estimate
from spicekit.statistics import Estimate, Statistics
from spicekit.studies.injection_locking import section as tongues
from spicekit.studies.mutual_locking import section as mutual
from spicekit.studies.oscillation import section as oscillation


@pytest.fixture(scope="module")
def found(request):
    return statistics.load(request.config.rootpath / "reports" / "oscillators" / "statistics.json")


@pytest.mark.parametrize("make", [oscillation, tongues, mutual])
@pytest.mark.usefixtures("whole_pictures")
def test_a_section_is_there_when_its_part_is(make, found):
    section = make.section(found, None)  # without samples: no traces and no spectra
    assert section.pictures[0][0].svg.startswith("<?xml")
    assert {len(row) for row in section.grid.rows} == {len(section.grid.head)}
    assert make.section(Statistics(conditions=()), None) is None


def test_sections_say_the_numbers_of_the_block(found):
    block = found.oscillator
    cells = {row[0]: row[1:] for row in oscillation.section(found, None).grid.rows}
    threshold = block.laws.threshold.nominal
    assert cells["threshold"][2] == f"{threshold.value * 1e3:.3g} ± {threshold.error * 1e3:.2g} mA"
    rows = {row[0]: row for row in mutual.section(found, None).grid.rows}
    two = next(p for p in block.mutual.points if (p.wiring, p.number) == ("series", 2))
    assert rows["2 in series"][1] == f"{two.locked.events} of {two.locked.samples}"
    assert f"{two.sum_power.value:.2f} times the square" in mutual.section(found, None).sentences
    strongest = max((p for p in block.injection.points if p.through == "line"), key=lambda p: p.drive)
    times = strongest.locking_range.mean.value / strongest.pure_phase
    assert f"{times:.1f} times what a pure phase" in tongues.section(found, None).sentences


@pytest.mark.parametrize(
    ("value", "error", "unit", "text"),
    [
        (2.0123e-3, 1.23e-5, "A", "2.01 ± 0.012 mA"),
        (5.22e5, 1.6e5, "Hz", "522 ± 160 kHz"),
        (3.74, None, "", "3.74"),
        (0.0, 0.5, "Hz", "0 ± 0.5 Hz"),
    ],
)
def test_an_estimate_has_one_prefix(value, error, unit, text):
    assert estimate(Estimate(value=value, error=error), unit) == text
