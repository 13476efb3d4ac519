"""Numbers that no experiment could mean are refused with the range, before anything is simulated or written."""

import re

import pytest

from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.design import load_design
from spicekit.run.spec import load_spec

from .commands import command
from .conftest import SHORT_SPEC
from .small_studies import spec_text


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("monte_carlo.samples", "samples = 6", "samples = 1000000000000"),
        ("monte_carlo.quick_samples", "quick_samples = 3", "quick_samples = 1000000000000"),
        ("seed", "seed = 7", "seed = 9223372036854775808"),
        ("endurance.cycles[0]", "cycles = [1e8]", "cycles = [1e300]"),
        ("endurance.cycles[0]", "cycles = [1e8]", "cycles = [inf]"),
        ("endurance.cycles[0]", "cycles = [1e8]", "cycles = [1e-300]"),
        ("endurance.samples", "samples = 3\ncriterion", "samples = 1000000000000\ncriterion"),
        ("monte_carlo.wall_time", "samples = 6", 'samples = 6\nwall_time = "1000000000000 h"'),
        ("conditions[0].name", 'name = "typical"', f'name = "{"a" * 300}"'),
        ("conditions[0].pulse_width", '"1 us"', '"1e-30 s"'),
        ("conditions[0].pulse_width", '"1 us"', '"1e9 s"'),
        ("conditions[0].reset_voltage", '"2.5 V"', '"1e9 V"'),
        ("conditions[0].reset_voltage", '"2.5 V"', '"1e-30 V"'),
        ("conditions[0].set_compliance", '"200 uA"', '"1e9 A"'),
    ],
)
def test_an_experiment_out_of_any_range_is_refused_by_key(tmp_path, key, good, bad):
    assert good in SHORT_SPEC
    path = tmp_path / "spec.toml"
    path.write_text(SHORT_SPEC.replace(good, bad, 1))
    with pytest.raises(InputError) as error:
        load_spec(path)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 500
    assert f"`{key}`" in str(error.value) or key.split("[")[0] in str(error.value)


QUANTITIES = re.findall(
    r"^(\w+) = \{value = ([^,]+),", data_path("device_models", "cells", "2t2r_130nm.toml").read_text(), re.M
)


@pytest.mark.parametrize("name", [name for name, _ in QUANTITIES])
@pytest.mark.parametrize("value", ["1e-30", "1e9", "1e300"])
def test_a_design_out_of_any_range_is_refused_by_key(tmp_path, name, value):
    text = data_path("device_models", "cells", "2t2r_130nm.toml").read_text()
    path = tmp_path / "design.toml"
    path.write_text(re.sub(rf"^{name} = \{{value = [^,]+,", f"{name} = {{value = {value},", text, flags=re.M))
    with pytest.raises(
        InputError,
        match=rf"design.toml: `quantities.{name}`: got {re.escape(f'{float(value):g}')} .*expected",
    ):
        load_design(path)


def test_a_read_of_too_many_steps_is_refused(tmp_path):
    text = data_path("device_models", "cells", "2t2r_130nm.toml").read_text()
    path = tmp_path / "design.toml"
    path.write_text(
        text.replace("sense_time = {value = 5e-9", "sense_time = {value = 90e-6").replace(
            "read_step = {value = 50e-12", "read_step = {value = 1e-12"
        )
    )
    with pytest.raises(InputError, match=r"`quantities.read_step`: .* more than 1e\+06 steps"):
        load_design(path)


def test_a_deck_of_a_study_that_ngspice_refuses_is_refused_before_anything_runs(tmp_path, here):
    models = data_path("device_models", "mtj")
    (tmp_path / "own.toml").write_text((models / "vortex.toml").read_text())
    text = (models / "stno.sub").read_text()
    (tmp_path / "stno.sub").write_text(text.replace(".ends", "dleak te be no_such_model\n.ends"))
    (tmp_path / "spec.toml").write_text(spec_text("oscillation").replace('"vortex"', '"own.toml"'))
    for arguments in ((), ("--dry-run",)):
        code, _, said = here("run", "spec.toml", "-o", "out", *arguments)
        assert (code, len(said.splitlines())) == (2, 1), said
        assert "stno.sub" in said
        assert "no_such_model" in said
        assert not (tmp_path / "out").exists()


def test_what_is_refused_leaves_nothing_behind(tmp_path):
    path = tmp_path / "spec.toml"
    path.write_text(SHORT_SPEC.replace('"2.5 V"', '"1e9 V"'))
    for arguments in ((), ("--dry-run",)):
        done = command("run", "spec.toml", "-o", "deep/out", *arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
        assert [p.name for p in tmp_path.iterdir()] == ["spec.toml"]
