"""The HTML report: self-contained, the same again, complete, and whole when parts of a run are missing."""

import base64
import json
import re
import shutil
import xml.etree.ElementTree as ElementTree

import pytest

from spicekit.errors import InputError
from spicekit.report import build_report, numbers
from spicekit.report.counts import count, count_aged
from spicekit.run_folder import RunFolder
from spicekit.statistics import Statistics, save
from tests.test_report_made_up import CONDITIONS, made_up_run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return made_up_run(tmp_path_factory.mktemp("html") / "run", samples=400)


@pytest.fixture(scope="module")
def page(run):
    return build_report(run).read_text(encoding="utf-8")


@pytest.fixture
def copy(run, tmp_path):
    shutil.copytree(run.path, tmp_path / "copy")
    return RunFolder(tmp_path / "copy")


def plain(page: str) -> str:
    """The text of a page, without marks and pictures."""
    page = re.sub(r"<style>.*?</style>|<[^>]+>", "", page, flags=re.DOTALL)
    return page.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&#34;", '"')


def test_nothing_outside_is_needed(page):
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!data:)""", page)
    assert "http" not in plain(page)
    assert "<script" not in page
    assert "url(" not in page
    assert len(page.encode()) < 3_000_000


def test_every_picture_is_svg_with_words_beside(page):
    pictures = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)"', page)
    assert len(pictures) == page.count("<img") == 5 + 2 * len(CONDITIONS)
    for data, alt in pictures:
        root = ElementTree.fromstring(base64.b64decode(data))
        assert root.tag.endswith("svg")
        assert len(alt) > 40
        links = [v for e in root.iter() for k, v in e.attrib.items() if k.endswith("href")]
        assert all(link.startswith("#") for link in links)


def test_the_numbers_of_the_statistics_are_on_the_page(run, page):
    text = plain(page)
    for condition in run.statistics().conditions:
        for rate in (condition.ber_1t1r, condition.ber_2t2r, condition.ber_2t2r_lognormal):
            assert numbers.interval(rate) in text
        for energy in (condition.energy_set, condition.energy_reset, condition.energy_pair,
                       condition.energy_set_cell, condition.energy_read):  # fmt: skip
            assert numbers.plus_minus(energy, "J") in text
        assert numbers.plus_minus(condition.read_delay, "s") in text
        assert numbers.cyclability(condition.endurance) in text
        assert f"σ = {condition.hrs.sigma_ln:.3g}" in text
    assert "extrapolated" in text
    assert "ageing law behind this plot is not measured" in text
    manifest = run.manifest()
    for key in ("identity", "spec_sha256", "models_sha256", "seed", "python"):
        assert str(manifest[key]) in text


def test_spec_is_verbatim_and_titles_are_escaped(run, page):
    assert run.spec_file.read_text() in plain(page)
    assert "<h1>Made-up numbers &lt;for&gt; testing the report</h1>" in page


def test_same_run_same_bytes(run, tmp_path):
    first = build_report(run, tmp_path / "a.html").read_bytes()
    assert build_report(run, tmp_path / "b.html").read_bytes() == first
    assert b"2001-01-01" not in first


def test_counts_add_up(run):
    samples = run.samples()
    for made_up in CONDITIONS:
        row = count(samples, made_up.name, 0.95)
        table = samples[(samples.condition == made_up.name) & (samples.cycles == 0)]
        assert row.samples == len(table) == row.ok + row.errors + row.discards
        assert row.errors == row.errors_plus + row.errors_minus
        assert sum(number for _, number in row.reasons) == row.discards
        worst = row.errors + row.discards
        assert row.worst.best == (worst / row.samples if worst else None)
        aged = count_aged(samples, made_up.name, 0.95)
        assert [cycles for cycles, _ in aged] == [1e4, 1e6, 1e8, 1e10, 1e12]
        assert all(block.samples == 200 for _, block in aged)


def test_condition_without_any_samples(tmp_path):
    run = made_up_run(tmp_path / "run", samples=0, ages=())
    text = plain(build_report(run).read_text())
    assert "Left out: no samples with resistances" in text
    assert "Left out: no energy was measured" in text
    assert "Left out: this sweep has no endurance" in text


def test_all_samples_discarded(tmp_path):
    run = made_up_run(tmp_path / "run", samples=20, discard=1.0, ages=())
    text = plain(build_report(run).read_text())
    assert "no 2T2R read was valid (20 discarded)" in text
    assert "timestep too small" in text
    assert "not bounded" in text


def test_one_condition_without_published_numbers_endurance_and_waveforms(tmp_path):
    run = made_up_run(
        tmp_path / "run", samples=50, conditions=CONDITIONS[:1], ages=(), published=False, waveforms=False
    )
    text = plain(build_report(run).read_text())
    for line in ("this run folder holds no waveforms", "this sweep has no endurance",
                 "the spec names no published numbers"):  # fmt: skip
        assert f"Left out: {line}." in text


def test_statistics_and_manifest_alone_are_enough(copy):
    shutil.rmtree(copy.samples_folder)
    copy.waveforms_file.unlink()
    copy.spec_file.unlink()
    text = plain(build_report(copy).read_text())
    assert "Left out: no samples are in this run folder." in text
    assert "Left out: the run folder holds no spec.toml." in text


def test_no_conditions_at_all(copy):
    save(Statistics(conditions=()), copy.statistics_file)
    assert "The run has no conditions." in plain(build_report(copy).read_text())


def test_quick_run_says_so(copy):
    copy.manifest_file.write_text(json.dumps({**copy.manifest(), "quick": True}))
    page = build_report(copy).read_text()
    assert "This is a quick run" in page
    assert "--quick" in page


def test_many_conditions_keep_apart(tmp_path):
    many = tuple(type(CONDITIONS[0])(**{**vars(CONDITIONS[0]), "name": f"condition {i}"}) for i in range(9))
    run = made_up_run(tmp_path / "run", samples=40, conditions=many, ages=(), waveforms=False)
    assert "condition 8" in build_report(run).read_text()


def test_not_a_run_folder(tmp_path):
    with pytest.raises(InputError, match="not a run folder"):
        build_report(RunFolder(tmp_path))


def test_damaged_waveforms(copy):
    copy.waveforms_file.write_bytes(b"PAR1")
    with pytest.raises(InputError, match="waveforms"):
        build_report(copy)
