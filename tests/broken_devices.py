"""Memory devices with one fault each, made of the bundled VTEAM by a change of its text or of its card."""

from pathlib import Path

from spicekit.circuits.cell import Technology
from spicekit.data import data_path
from spicekit.device_check.bench import Bench
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.memory import load_memory

CARD = data_path("device_models", "foreign", "vteam.toml").read_text(encoding="utf-8")
MODEL = data_path("device_models", "foreign", "vteam.sub").read_text(encoding="utf-8")


def write_device(
    folder: Path, *, card: tuple[tuple[str, str], ...] = (), model: tuple[tuple[str, str], ...] = ()
) -> Path:
    """Write a VTEAM in which texts are replaced by others; return its card."""
    text, equations = CARD, MODEL
    for old, new in card:
        assert old in text, old
        text = text.replace(old, new)
    for old, new in model:
        assert old in equations, old
        equations = equations.replace(old, new)
    (folder / "vteam.sub").write_text(equations, encoding="utf-8")
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def bench_of(source: str | Path) -> Bench:
    """Return the bench of a card in the default design."""
    return Bench(Technology(sky130("tt"), load_memory(source), load_design()))
