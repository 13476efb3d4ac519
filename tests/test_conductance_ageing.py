"""The study of aged devices: the same ones at every age, through SPICE."""

import numpy as np
import pandas as pd
import pytest

from spicekit.errors import InputError
from spicekit.registry import studies
from spicekit.statistics import Statistics
from spicekit.studies.conductance_ageing.section import section as aged_section
from spicekit.studies.conductance_ageing.table import AgeingTable
from spicekit.studies.study import labelled

STUDY = studies()["conductance_ageing"]


def _table(ages):
    return AgeingTable(
        samples=3, compliances=["200 uA"], ages=ages, reset_voltage="2.0 V", pulse_width="1 us", cycles=2
    )


def test_the_same_devices_are_seen_at_every_age(technology):
    table = _table([1e-3, 1e11])
    fresh, young, old = points = STUDY.points(technology, table)
    assert len({p.identity for p in points}) == 3
    rows = {p.name: STUDY.simulate(p, 5, 0, 3) for p in points}
    conductance = [rows[p.name]["conductance"].to_numpy() for p in points]
    # a wear of (1e-3/2.6e9)^0.35 = 4e-5 changes next to nothing; other devices would differ by some per cent
    np.testing.assert_allclose(conductance[1], conductance[0], rtol=1e-3)
    assert np.abs(conductance[2] / conductance[0] - 1).max() > 0.02
    # the RESET barrier is higher by 0.15 eV times the wear: devices stay conductive and draw more energy
    worn = rows[old.name]["energy_reset"].mean() / rows[fresh.name]["energy_reset"].mean()
    assert worn > 2
    alone = STUDY.simulate(old, 5, 2, 3)  # sample i does not depend on the others
    np.testing.assert_array_equal(alone["conductance"], rows[old.name]["conductance"].to_numpy()[4:])
    stored = pd.concat([labelled(p, rows[p.name]) for p in points], ignore_index=True)
    block = STUDY.analyze(table, stored, 0.95)["conductance_ageing"]
    assert block.ages == (0.0, 1e-3, 1e11)
    assert block.at(1e11)[0].conductance.mean.value == pytest.approx(conductance[2].mean())
    # 1.5 V across the whole path, 200 uA for 1 us: 300 pJ
    assert block.at(0.0)[0].energy_set.mean == pytest.approx(300e-12, rel=0.1)
    section = aged_section(Statistics(conditions=(), conductance_ageing=block), None)
    assert [row[0] for row in section.grid.rows if len(row) == 1] == ["fresh", "1e-3 cycles", "1e11 cycles"]
    assert young.labels["age"] == 1e-3


def test_an_age_beyond_the_law_is_refused(technology):
    with pytest.raises(InputError, match=r"ages`: 1e\+12 cycles are a wear of 5.4, expected at most 5"):
        STUDY.points(technology, _table([1e9, 1e12]))
