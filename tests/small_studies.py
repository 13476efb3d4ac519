"""An experiment of each study alone, with the small table that it brings as an example."""

from pathlib import Path

from spicekit.registry import tables
from spicekit.run.plan import PlannedStudy, make_plan
from spicekit.run.spec import Spec, load_spec

STUDIES = list(tables())
"""Those that stand under `[studies]`."""
JUNCTIONS = 'mtj = "vortex"\nsuperparamagnetic = "superparamagnetic_inplane"\n'
TECHNOLOGY = {"pbit": 'superparamagnetic = "superparamagnetic_pbit"\ndesign = "pbit_130nm"\n'}
"""Of studies that need another one than the others."""


def spec_text(name: str) -> str:
    """Return an experiment of this study alone, seed 3."""
    head = f'schema = "spicekit.sweep/1"\nname = "few"\nseed = 3\n[technology]\n{TECHNOLOGY.get(name, JUNCTIONS)}'
    return f"{head}[studies.{name}]\nsamples = 2\n{tables()[name].example}"


def small_study(name: str, folder: Path) -> tuple[Spec, PlannedStudy]:
    """Return that experiment, read from a file in `folder`, and its one study."""
    file = folder / "spec.toml"
    file.write_text(spec_text(name))
    spec = load_spec(file)
    (planned,) = make_plan(spec).studies
    return spec, planned
