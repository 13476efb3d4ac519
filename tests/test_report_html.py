"""The HTML report: self-contained, the same again, complete, and whole when parts of a run are missing."""

import base64
import re
import shutil
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pandas as pd
import pytest
from markupsafe import escape

from spicekit.errors import InputError
from spicekit.page import numbers
from spicekit.page.drawing import Plot
from spicekit.report import build_report
from spicekit.report.build import collect
from spicekit.report.counts import count, count_aged
from spicekit.report.page import render
from spicekit.run_folder import RunFolder
from spicekit.statistics import Statistics, known_rates, save
from tests.test_report_made_up import CONDITIONS, made_up_run

pytestmark = pytest.mark.usefixtures("whole_pictures")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return made_up_run(tmp_path_factory.mktemp("html") / "run", samples=100)


@pytest.fixture(scope="module")
def page(run, whole_pictures):  # noqa: ARG001
    return build_report(run).read_text(encoding="utf-8")


@pytest.fixture
def copy(run, tmp_path):
    shutil.copytree(run.path, tmp_path / "copy")
    return RunFolder(tmp_path / "copy")


def plain(page: str) -> str:
    """The text of a page, without marks and pictures."""
    page = re.sub(r"<style>.*?</style>|<svg.*?</svg>|<[^>]+>", "", page, flags=re.DOTALL)
    return page.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&#34;", '"')


def words_of(run: RunFolder) -> str:
    """The text of the report of a run; nothing is drawn."""
    return plain(render(collect(run), pictures=False))


def test_nothing_outside_is_needed(page):
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!data:|#)""", page)
    assert "http" not in plain(page)
    assert "<script" not in page
    assert not re.findall(r"url\((?!#)", page)
    assert len(page.encode()) < 3_000_000


def test_every_picture_is_svg_with_words_beside(page):
    pictures = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(pictures) == page.count("<svg") == 1 + 5 + 2 * len(CONDITIONS)  # the cell, and plots
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        assert root.get("role") == "img"
        assert len(root.get("aria-label")) > 40


def test_letters_of_pictures_are_text(page):
    (energies,) = [
        svg for svg in re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL) if "Programming energies" in svg
    ]
    letters = " ".join(ElementTree.fromstring(energies).itertext())
    assert "energy per pulse" in letters
    assert "optimized-endurance" in letters


class Ids(HTMLParser):
    """All ids of a page, and all that is referred to by one."""

    def __init__(self, page: str):
        super().__init__()
        self.ids, self.targets = [], set(re.findall(r"url\(#([^)]+)\)", page))
        self.feed(page)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        self.ids += [value for name, value in attrs if name == "id"]
        self.targets |= {value[1:] for name, value in attrs if name == "href" and value.startswith("#")}


def test_every_id_is_there_once_and_every_link_within_the_page_leads_somewhere(page):
    found = Ids(page)
    assert len(found.ids) == len(set(found.ids))
    assert found.targets <= set(found.ids)
    titles = re.findall(r"<h2>(.*?)</h2>", page)
    assert re.findall(r'<li><a href="#[^"]+">(.*?)</a></li>', page) == titles


def test_tables_say_what_their_heads_are_for(page):
    assert page.count("<th") - page.count("<thead") == page.count("<th scope=")
    assert page.count("<main>") == page.count("<nav ") == 1


def test_the_files_that_the_page_carries_are_those_of_the_run(run, page, tmp_path):
    files = dict(re.findall(r'<a download="([^"]+)" href="data:[^,]+,([^"]+)"', page))
    assert base64.b64decode(files["statistics.json"]) == run.statistics_file.read_bytes()
    (tmp_path / "table.csv").write_bytes(base64.b64decode(files["table.csv"]))
    assert list(pd.read_csv(tmp_path / "table.csv")["condition"]) == [c.name for c in CONDITIONS]


def test_only_words_that_the_page_uses_are_explained(run, copy):
    def explained(folder):
        return re.findall(r"<dt>(.*?)</dt>", render(collect(folder), pictures=False))

    assert {"2T2R", "LRS", "HRS", "BER", "SET", "RESET", "σ of ln R"} <= set(explained(run))
    save(Statistics(conditions=()), copy.statistics_file)
    copy.spec_file.unlink()
    assert not {"2T2R", "linewidth", "SECDED"} & set(explained(copy))


def test_the_numbers_of_the_statistics_are_on_the_page(run, page):
    text = plain(page)
    for condition in run.statistics().conditions:
        for rate in (condition.ber_1t1r, condition.ber_2t2r):
            assert numbers.interval(rate) in text
        assert numbers.extrapolated(known_rates(condition, "2t2r")[-1]) in text
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


def test_same_run_same_bytes(run, page):
    assert words_of(run) == words_of(run)
    sections = collect(run).sections
    plots = [plot for section in sections for plot, _ in section.pictures if isinstance(plot, Plot)]
    pictures = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    (there,) = [svg for svg in pictures if f'aria-label="{escape(plots[-1].alt)}"' in svg]
    assert plots[-1].inline(re.search(r' id="(p\d+)-', there)[1]) == there  # drawn anew
    assert "2001-01-01" not in page


@pytest.mark.slow
def test_same_run_same_bytes_in_whole(run, page, tmp_path):
    assert build_report(run, tmp_path / "again.html").read_text(encoding="utf-8") == page


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
    text = words_of(run)
    assert "Left out: no samples with resistances" in text
    assert "Left out: no energy was measured" in text
    assert "Nothing was measured that tells the conditions apart." in text


def test_all_samples_discarded(tmp_path):
    run = made_up_run(tmp_path / "run", samples=20, discard=1.0, ages=())
    text = words_of(run)
    assert "no 2T2R read was valid (20 discarded)" in text
    assert "timestep too small" in text
    assert "not bounded" in text


def test_one_condition_without_published_numbers_endurance_and_waveforms(tmp_path):
    run = made_up_run(
        tmp_path / "run", samples=50, conditions=CONDITIONS[:1], ages=(), published=False, waveforms=False
    )
    text = words_of(run)
    assert "Left out: this run folder holds no waveforms." in text
    assert "Left out: the experiment names no published numbers." in text
    assert "(compared with published)" not in text
    assert "published, one-sided" not in text
    assert "The published number is drawn" not in text


def test_statistics_and_manifest_alone_are_enough(copy):
    shutil.rmtree(copy.studies_folder)
    copy.waveforms_file.unlink()
    copy.spec_file.unlink()
    text = words_of(copy)
    assert "Left out: no samples are in this run folder." in text
    assert "the run folder holds no spec.toml" in text
    assert "the experiment names no published" not in text  # nobody knows


def test_no_conditions_at_all(copy):
    save(Statistics(conditions=()), copy.statistics_file)
    assert "The run has no conditions and no results of studies" in words_of(copy)


@pytest.mark.parametrize("words", [words_of, pytest.param(build_report, marks=pytest.mark.slow)])
def test_many_conditions_keep_apart(tmp_path, words):
    many = tuple(type(CONDITIONS[0])(**{**vars(CONDITIONS[0]), "name": f"condition-{i}"}) for i in range(9))
    run = made_up_run(tmp_path / "run", samples=40, conditions=many, ages=(), waveforms=False)
    page = words(run)
    assert "condition-8" in (page if isinstance(page, str) else page.read_text())


def test_not_a_run_folder(tmp_path):
    with pytest.raises(InputError, match="not a run folder"):
        build_report(RunFolder(tmp_path))


def test_damaged_waveforms(copy):
    copy.waveforms_file.write_bytes(b"PAR1")
    with pytest.raises(InputError, match="waveforms"):
        build_report(copy)
