"""An experiment of each study alone, with the small table that it brings as an example."""

import re
from pathlib import Path

from spicekit.registry import tables
from spicekit.run.plan import PlannedStudy, make_plan
from spicekit.run.spec import Spec, load_spec

STUDIES = list(tables())
"""Those that stand under `[studies]`."""
JUNCTIONS = 'mtj = "vortex"\nsuperparamagnetic = "superparamagnetic_inplane"\n'
TECHNOLOGY = {"pbit": 'superparamagnetic = "superparamagnetic_pbit"\ndesign = "pbit_130nm"\n'}
"""Of studies that need another one than the others."""


def spec_text(name: str, **changed: str) -> str:
    """Return an experiment of this study alone, seed 3; texts among its keys may be `changed`."""
    head = f'schema = "spicekit.sweep/1"\nname = "few"\nseed = 3\n[technology]\n{TECHNOLOGY.get(name, JUNCTIONS)}'
    example = tables()[name].example
    for key, value in changed.items():
        example, found = re.subn(f'^{key} = ".*"$', f'{key} = "{value}"', example, flags=re.MULTILINE)
        assert found == 1, key
    return f"{head}[studies.{name}]\nsamples = 2\n{example}"


def small_study(name: str, folder: Path, **changed: str) -> tuple[Spec, PlannedStudy]:
    """Return that experiment, read from a file in `folder`, and its one study."""
    file = folder / "spec.toml"
    file.write_text(spec_text(name, **changed))
    spec = load_spec(file)
    (planned,) = make_plan(spec).studies
    return spec, planned
