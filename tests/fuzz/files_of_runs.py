"""Readers of all files in a run folder: by reports, exports, merges, `show`, and of a run that has not ended."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from spicekit.export import FORMATS, export
from spicekit.report.asked import asked
from spicekit.run.merge import merge
from spicekit.run.so_far import opened
from spicekit.run_folder import RunFolder
from spicekit.studies.study import Point, labelled
from spicekit.tables import keep_table
from tests.fuzz import forms
from tests.fuzz.forms import Form
from tests.fuzz.reader import Reader, command
from tests.fuzz.study_rows import ROWS
from tests.made_up_estimates import estimate
from tests.small_studies import STUDIES, spec_text
from tests.test_report_made_up import CONDITIONS, made_up_run

_HOW_MANY = "[endurance]\ncycles = [1e4]\nsamples = 200\ncriterion = 1e-3\n"


def _content(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def _finished() -> dict[str, bytes]:
    """Return the files of a small run folder of made-up numbers, by their place."""
    with tempfile.TemporaryDirectory() as place:
        run = made_up_run(Path(place) / "run", samples=40, conditions=CONDITIONS[:1], ages=(1e4,))
        facts = {name: {"seed": 7, "decks": {"read": "1" * 64}} for name in run.manifest()["identities"]}
        run.identity_file.write_text(json.dumps(facts))
        run.spec_file.write_text(run.spec_file.read_text() + _HOW_MANY)
        return _content(run.path)


def _unfinished(study: str) -> dict[str, bytes]:
    """Return the files of a run of this study that has not ended, of rows that were simulated."""
    rows = pd.read_parquet(ROWS / f"{study}.parquet")
    rule = {"samples": 2, "errors": None, "relative_error": None, "first": 0}
    planned = {f"{study}/{point}": rule for point in rows["point"].unique()}
    identities = {name: hashlib.sha256(name.encode()).hexdigest() for name in planned}
    manifest = {"name": "few", "quick": False, "seed": 3, "planned": planned, "identities": identities}
    with tempfile.TemporaryDirectory() as place:
        run = RunFolder(Path(place))
        run.spec_file.write_text(spec_text(study))
        run.manifest_file.write_text(json.dumps(manifest))
        run.study_folder(study).mkdir(parents=True)
        for point, mine in rows.groupby("point", sort=False):
            keep_table(run.study_folder(study), mine, identities[f"{study}/{point}"])
        return _content(run.path)


_RUN = _finished()
_SAMPLES = next(name for name in _RUN if name.startswith("studies/memory/"))
_ESTIMATED = """schema = "spicekit.sweep/1"
name = "few"
seed = 3
[monte_carlo]
samples = 2
[estimate]
[[conditions]]
name = "a"
set_compliance = "200 uA"
reset_voltage = "2 V"
pulse_width = "100 ns"
"""


def _estimated() -> dict[str, bytes]:
    """Return the files of a run that has not ended, with one made-up estimate."""
    name = "rare/a_2t2r_+1"
    row = {"sample": [0], "outcome": ["ok"], "reason": [""], "reference": [1e4], "wall_time": [2.5]}
    point = Point("a_2t2r_+1", {"condition": "a", "cell": "2t2r", "stored": 1}, {})
    rows = labelled(point, pd.DataFrame(row | {"estimate": [estimate("2t2r", 1, 1e-7).model_dump_json()]}))
    rule = {"samples": 1, "errors": None, "relative_error": None, "first": 0}
    manifest = {"name": "few", "seed": 3, "planned": {name: rule}, "identities": {name: "1" * 64}}
    with tempfile.TemporaryDirectory() as place:
        run = RunFolder(Path(place))
        run.spec_file.write_text(_ESTIMATED)
        run.manifest_file.write_text(json.dumps(manifest))
        run.study_folder("rare").mkdir(parents=True)
        keep_table(run.study_folder("rare"), rows, "1" * 64)
        return _content(run.path)


def _in_run(file: str, read: Callable[[Path], Any], form: Form | None, files: dict[str, bytes]) -> Reader:
    """Return the reader of a file in a run folder; what `read` is given is the folder."""
    beside = {f"run/{other}": data for other, data in files.items() if other != file}

    def of_folder(path: Path) -> None:
        with _named_by_content(path):
            read(next(parent for parent in path.parents if parent.name == "run"))

    return Reader(f"run/{file}", of_folder, [files[file]], form, beside)


@contextmanager
def _named_by_content(path: Path) -> Iterator[None]:
    """Let a stored table have the checksum of its content, as one has that means harm."""
    if path.parents[1].name != "studies":
        yield
        return
    content = path.read_bytes()
    named = path.with_name(f"{path.name[:16]}-{hashlib.sha256(content).hexdigest()[:32]}.parquet")
    path.rename(named)
    try:
        yield
    finally:
        named.rename(path)


def _all_of_a_run(folder: Path) -> None:
    run = RunFolder(folder)
    asked(run, run.manifest())
    run.samples()
    run.waveforms()
    run.statistics()


def _page(folder: Path) -> None:
    command("report", str(folder), "-o", str(folder / "page.html"))


def _show(folder: Path) -> None:
    command("show", str(folder), "typical:3")


def _exports(folder: Path) -> None:
    for to in FORMATS:
        export(RunFolder(folder), to, folder / f"out.{to}")


def _merge(folder: Path) -> None:
    """Merge the folder with the same one, as it was."""
    merge([RunFolder(folder), RunFolder(folder.with_name("other"))], RunFolder(folder.with_name("merged")))


def _so_far(folder: Path) -> None:
    opened(RunFolder(folder)).statistics()
    opened(RunFolder(folder)).manifest()


def _of_run(
    file: str, form: Form | None, read: Callable[[Path], Any] = _all_of_a_run, share: float = 1.0
) -> Reader:
    reader = _in_run(file, read, form, _RUN)
    same = {f"other/{name}": data for name, data in _RUN.items()} if read is _merge else {}
    return replace(reader, share=share, beside=reader.beside | same)


def _of_rows(files: dict[str, bytes]) -> Reader:
    rows = next(name for name in files if name.startswith("studies/"))
    return replace(_in_run(rows, _so_far, forms.PARQUET, files), share=0.25)


_MANIFEST, _SPEC, _SAID = "manifest.json", "spec.toml", "statistics.json"
OF_RUNS: dict[str, Reader] = {
    "estimate": _of_rows(_estimated()),
    "manifest": _of_run(_MANIFEST, forms.JSON),
    "experiment of a run": _of_run(_SPEC, forms.TOML),
    "statistics of a run": _of_run(_SAID, forms.JSON),
    "samples": _of_run(_SAMPLES, forms.PARQUET),
    "waveforms": _of_run("waveforms.parquet", None),
    "page by manifest": _of_run(_MANIFEST, forms.JSON, _page, 0.02),
    "page by experiment": _of_run(_SPEC, forms.TOML, _page, 0.02),
    "page by samples": _of_run(_SAMPLES, forms.PARQUET, _page, 0.02),
    "export of statistics": _of_run(_SAID, forms.JSON, _exports, 0.5),
    "export of samples": _of_run(_SAMPLES, forms.PARQUET, _exports, 0.5),
    "export by manifest": _of_run(_MANIFEST, forms.JSON, _exports, 0.5),
    "merge by identities": _of_run("identity.json", forms.JSON, _merge, 0.25),
    "merge by manifest": _of_run(_MANIFEST, forms.JSON, _merge, 0.5),
    "merge by experiment": _of_run(_SPEC, forms.TOML, _merge, 0.25),
    "merge of samples": _of_run(_SAMPLES, forms.PARQUET, _merge, 0.5),
    "merge of statistics": _of_run(_SAID, forms.JSON, _merge, 0.25),
    "show by manifest": _of_run(_MANIFEST, forms.JSON, _show, 0.05),
    "show by experiment": _of_run(_SPEC, forms.TOML, _show, 0.05),
    "unfinished by manifest": replace(
        _in_run(_MANIFEST, _so_far, forms.JSON, _unfinished("retention")), share=0.5
    ),
    "unfinished by experiment": replace(
        _in_run(_SPEC, _so_far, forms.TOML, _unfinished("retention")), share=0.5
    ),
    **{f"rows of {study.replace('_', ' ')}": _of_rows(_unfinished(study)) for study in STUDIES},
}
