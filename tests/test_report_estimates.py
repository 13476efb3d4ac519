"""Rare-event estimates in the report: what is not agreed on is no result, and says why."""

import io
import json
import re

import pandas as pd
import pytest
from rich.console import Console
from scipy import stats

from spicekit.experiment.conditions import Published
from spicekit.report import build_report, rare, terminal_table
from spicekit.report.coordinates import full, short
from spicekit.report.estimated import estimated
from spicekit.report.key_table import key_table
from spicekit.report.plots_ber import axis_floor
from spicekit.report.plots_regions import kind, regions_section
from spicekit.report.published import compare
from spicekit.report.rare import rare_section, trust_section
from spicekit.report.summary import rate_sentence
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder
from spicekit.statistics import Condition, Probability, Statistics, known_rates, save
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.rare.single_ended import SingleEndedLimit, single_ended_read
from spicekit.studies.study import Point, labelled
from spicekit.tables import keep_table
from tests.made_up_estimates import estimate, rate, with_estimates
from tests.test_report_html import plain
from tests.test_report_made_up import CONDITIONS, made_up_run


def condition(name="a", **measured):
    return Condition(name=name, set_compliance=2e-4, reset_voltage=2.5, pulse_width=1e-6, **measured)


def counted(errors, samples):
    interval = stats.binomtest(errors, samples).proportion_ci(0.95, "exact")
    return Probability(
        low=interval.low, best=errors / samples if errors else None, high=interval.high, confidence=0.95,
        samples=samples, errors=errors, discards=0, method="counted",
    )  # fmt: skip


AGREED = with_estimates(condition("agreed"), "2t2r", 4e-7, 2e-7)
DOUBTED = with_estimates(condition("doubted"), "2t2r", 1e-9, 2e-9, outcome="not converged")
FAILED = condition(
    "failed",
    estimates=(
        estimate("2t2r", 1, None, "failed").model_copy(
            update={"rate": rate(None).model_copy(update={"samples": 0, "high": 1.0})}
        ),
        estimate("2t2r", -1, 1e-5),
    ),
)
BOUND = condition(
    "bound",
    estimates=(estimate("2t2r", 1, None, "bound only"), estimate("2t2r", -1, None, "bound only")),
    ber_2t2r_estimated=rate(None),
)
ALL = Statistics(conditions=(AGREED, DOUBTED, FAILED, BOUND))


@pytest.fixture
def folder(tmp_path):
    run = RunFolder(tmp_path)
    counts = {"samples": 1, "ranges": [[0, 1]], "stopped": "most samples (1)"}
    none = {"samples": 0, "ranges": [], "stopped": "too few samples"}
    rare = {"agreed_2t2r_+1": counts, "bound_1t1r_+1": none}
    known = {"identities": {"rare/agreed_2t2r_+1": "1" * 64}, "studies": {"rare": rare}}
    run.manifest_file.write_text(json.dumps(known))
    row = {"sample": [0], "outcome": ["ok"], "reason": [""], "wall_time": [41.7]}
    run.study_folder("rare").mkdir(parents=True)
    keep_table(
        run.study_folder("rare"), labelled(Point("agreed_2t2r_+1", {}, {}), pd.DataFrame(row)), "1" * 64
    )
    return run


def rows(section):
    """The lines of a table by condition and name, without marks."""
    found, group = {}, ""
    for row in section.grid.rows:
        if len(row) == 1:
            group = row[0]
        else:
            found[group, row[0]] = [re.sub(r"<[^>]+>", "", str(cell)) for cell in row[1:]]
    return found


def test_each_estimate_is_a_row_with_its_cost(folder):
    section = rare_section(ALL, folder)
    plus = rows(section)["agreed", "2T2R storing +1"]
    assert plus[0].startswith("4e-7 (")
    assert plus[1] == "10 %"
    assert plus[2] == "1000"
    assert plus[3] == "2.5e5"  # 1 / (4e-7 · 0.1²) = 2.5e8 runs of brute force, over 1,000
    assert plus[4] == "42 s"
    assert plus[5] == "agreed"
    assert rows(section)["agreed", "2T2R storing −1"][4] == "–"  # this wall time is not known
    assert any("bound_1t1r_+1" in note and "too few samples" in note for note in section.notes)


def test_what_is_not_agreed_on_is_in_brackets_with_its_reason(folder):
    section = rare_section(ALL, folder)
    found = rows(section)
    assert found["doubted", "2T2R storing +1"] == ["(1e-9)", "10 %", "1000", "–", "–", "not converged"]
    assert found["failed", "2T2R storing +1"][0] == "–"
    assert found["bound", "2T2R storing +1"][0] == "(< 3e-3)"
    doubts = [note for note in section.notes if "made up to be" in note]
    assert len(doubts) == 3  # both of one condition stand together
    said = "not converged: made up to be not converged; 1000 runs were too few, ask for `max_runs` = 2000"
    assert f"doubted, 2T2R storing +1, {said} (with --quick: `quick_max_runs`)." in doubts
    apart = with_estimates(condition("apart"), "2t2r", 1e-9, 2e-9, outcome="disagreed")
    assert rare.advice(apart.estimates[0]).startswith("; more runs may settle it, ask for `max_runs` = 2000")
    assert section.sentences.startswith("4 of 8 estimates are agreed on, with 8000 SPICE runs in all.")


def test_estimates_asked_for_and_not_made_are_said(folder):
    bare = Statistics(conditions=(condition(),))
    section = rare_section(bare, folder)
    assert section.sentences == "None of the estimates that were asked for was made."
    assert section.grid is None
    assert any("not estimated (too few samples)" in note for note in section.notes)


def test_both_stored_values_are_kept_apart(folder):
    # the ratio's standard error is 0.1 √2 on the logarithm: 2 exp(±1.96 · 0.1414) = 1.52 … 2.64
    assert "agreed 2T2R 2 (1.5 … 2.6)" in rare_section(ALL, folder).sentences
    even = Statistics(conditions=(with_estimates(condition(), "2t2r", 3e-7, 3.3e-7),))
    assert "+1 and −1 are equal within" in rare_section(even, folder).sentences


def test_diagnostics_stand_beside_each_estimate(folder):
    found = rows(trust_section(ALL, folder))
    assert found["agreed", "2T2R storing +1"] == [
        "4e-7 ± 21 %",
        "100",
        "5.5 %",
        "−0.12",
        "99 %",
        "3",
        "agreed",
    ]
    assert found["bound", "2T2R storing +1"] == ["–", "–", "–", "–", "–", "3", "bound only"]


def test_no_estimates_no_sections(folder):
    bare = Statistics(conditions=(condition(),))
    folder.manifest_file.write_text("{}")
    assert [make(bare, folder) for make in (rare_section, trust_section, regions_section)] == [None] * 3


def test_regions_name_their_leading_coordinates(folder):
    section = regions_section(ALL, folder)
    first = rows(section)["agreed", "2T2R storing +1"]
    lines = [row for row in section.grid.rows if len(row) > 1]
    assert len(lines) == 2 * 5  # two regions of each estimate that saw failures
    assert first == ["6.00", "20 %", "LRS SET barrier (last pulse)\u00a0+4.1"]  # the second row of that name
    assert (
        "HRS RESET barrier (device to device)\u00a0+2.9, left latch NMOS subthreshold offset\u00a0+2.3, "
        "HRS RESET barrier (pulse before)\u00a0+2.0"
    ) in str(lines[0][3])
    assert "β 4.90" in section.pictures[0][0].alt


def test_the_picture_leaves_out_regions_but_the_table_does_not(folder):
    many = Statistics(
        conditions=tuple(with_estimates(condition(f"c{i}"), "2t2r", 1e-6, 1e-6) for i in range(10))
    )
    section = regions_section(many, folder)  # two regions of each of 20 estimates
    picture, caption = section.pictures[0]
    assert "Drawn are 10 of 40 regions" in caption
    assert picture.alt.count("β 4.90") == 10  # the largest of each condition, storing +1
    assert len([row for row in section.grid.rows if len(row) > 1]) == 40
    assert section.grid.folded


def test_every_coordinate_of_both_cells_has_a_kind():
    spec = load_spec("programming_conditions")
    chain = build_chain(spec.technology, spec.conditions[0])
    single = SingleEndedLimit(chain, 1, 1e4, single_ended_read(spec.technology, chain.shared))
    for name in (*chain.coordinates, *single.coordinates):
        device = name.split(".")[0] in ("left", "right", "cell")
        assert ("cycle" in kind(name) or "device" in kind(name)) == device, name
        assert "_" not in short(name, estimate("1t1r", 1, 1e-6)), name  # in words, not as in the deck
    assert kind("access_left.toxe") == "access transistors"
    assert kind("foot.vth0") == "amplifier transistors"
    assert kind("supply") == kind("left.telegraph") == "supply, temperature, telegraph noise"


@pytest.mark.parametrize(
    ("cell", "stored", "name", "text"),
    [("2t2r", 1, "right.device.e_reset", "HRS RESET barrier"),
     ("2t2r", -1, "right.program.slow.i0", "LRS current scale"),
     ("1t1r", 1, "cell.prepare.slow.e_set", "LRS SET barrier"),
     ("1t1r", -1, "cell.prepare.fresh.e_set", "HRS SET barrier"),
     ("2t2r", 1, "n_left.vth0", "left latch NMOS threshold"), ("2t2r", 1, "supply", "supply voltage"),
     ("1t1r", 1, "access_reference.voff", "reference’s access transistor subthreshold offset")],
)  # fmt: skip
def test_devices_go_by_the_state_they_shall_be_in(cell, stored, name, text):
    assert short(name, estimate(cell, stored, 1e-6)) == text


def test_the_part_of_a_spread_is_named():
    one = estimate("2t2r", 1, 1e-6)
    assert full("left.uneven.e_set", one) == "LRS SET barrier (how noisy the device is)"
    assert full("right.program.fresh.e_reset", one) == "HRS RESET barrier (last pulse, fresh)"


def test_the_key_table_shows_an_interval_only_of_results():
    cells = next(row.cells for row in key_table(ALL) if row.label == "rare-event sampling")
    assert cells[0].startswith("3e-7 (2.6e-7 … ")
    assert cells[1:] == ("not converged (1.5e-9)", "failed", "bound only (< 3e-3)")


def test_a_rate_without_its_estimates_is_no_result():
    one = estimated(condition(ber_2t2r_estimated=rate(1e-7)), "2t2r")
    assert not one.agreed
    assert one.text == "not checked (1e-7)"


def test_published_bounds_are_held_against_agreed_estimates_alone():
    known = dict.fromkeys(("agreed", "doubted", "failed"), Published(ber_2t2r_below=1e-4, source=""))
    verdicts = {
        row.condition: row.verdict for row in compare(ALL, known) if row.quantity == "2T2R BER, estimated"
    }
    assert verdicts == {"agreed": "yes", "doubted": "not converged: no result", "failed": "failed: no result"}
    broken = compare(ALL, {"agreed": Published(ber_2t2r_below=1e-7, source="")})
    assert [row.verdict for row in broken if row.quantity == "2T2R BER, estimated"] == ["no"]
    none = Statistics(conditions=(condition("agreed"),))
    assert not any("estimated" in row.quantity for row in compare(none, known))


@pytest.mark.parametrize(
    ("errors", "said"),
    [(30, "which agrees with the count (ratio 1 ("), (60, "which does NOT agree with the count (ratio 0.5 ("),
     (0, "which does NOT agree with the count: no error was seen")],
)  # fmt: skip
def test_a_count_and_an_estimate_are_compared(errors, said):
    both = with_estimates(condition(ber_2t2r=counted(errors, 10_000)), "2t2r", 3e-3, 3e-3)
    assert said in rate_sentence(both)


def test_an_estimate_in_doubt_is_no_result():
    assert "rare-event sampling gave no result (not converged)" in rate_sentence(DOUBTED)


def test_only_an_agreed_estimate_lowers_the_floor_of_the_plot():
    agreed = known_rates(with_estimates(condition(), "2t2r", 1e-15, 1e-15), "2t2r")
    doubted = known_rates(with_estimates(condition(), "2t2r", 1e-15, 1e-15, outcome="disagreed"), "2t2r")
    assert axis_floor(agreed, []) == pytest.approx(1e-17)  # a decade below its lower end of 8.7e-16
    assert axis_floor(doubted, []) == pytest.approx(1e-13)


def test_terminal_shows_results_and_words():
    text = io.StringIO()
    Console(file=text, width=200).print(terminal_table(ALL))
    line = next(line for line in text.getvalue().splitlines() if "BER 2T2R" in line)
    assert re.split(r" {2,}", line.strip())[1:] == [
        "3e-7",
        "not converged (1.5e-9)",
        "–",
        "bound only (< 3e-3)",
    ]


def test_the_page_has_all_of_it(tmp_path):
    run = made_up_run(tmp_path / "run", samples=40, ages=(), waveforms=False, conditions=CONDITIONS[:2])
    one, two = run.statistics().conditions
    one = with_estimates(one, "2t2r", 4e-9, 4e-9)
    two = with_estimates(two, "2t2r", 1e-5, 1e-5, outcome="disagreed")
    save(run.statistics().model_copy(update={"conditions": (one, two)}), run.statistics_file)
    page = build_report(run).read_text(encoding="utf-8")
    text = plain(page)
    for title in ("Bit error rates by rare-event sampling", "What fails", "Can these estimates be trusted?",
                  "2T2R against 1T1R and error correction"):  # fmt: skip
        assert f"<h2>{title}</h2>" in page
    assert '<span class="outcome agreed">agreed</span>' in page
    assert '<span class="outcome disagreed">disagreed</span>' in page
    assert "2T2R disagreed (1e-5) estimated" in page  # in words, for those who cannot see the plot
    assert "2T2R BER, estimated" in text
    assert "asks for no rare-event estimates" not in text
