"""`spicekit fit` as a user meets it."""

import numpy as np
import pytest
from scipy.stats import norm
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.cli.fit_options import alternating_of, conditions_given, cycles_of, temperature_given
from spicekit.errors import InputError
from spicekit.fit.fit import fit_devices
from spicekit.models.rram import load_rram
from spicekit.report.plots_fit import Compared, plot_fit

HEAD = "state,resistance,device\n"


def run(*arguments):
    return CliRunner().invoke(app, ["fit", *map(str, arguments)])


def of_few(measured, technology, samples, **more):
    """Fit as the command does, with half of the devices simulated, once."""
    return fit_devices(measured, technology, samples // 2, rounds=0, **more)


@pytest.fixture
def measured(tmp_path):
    """Thirty devices, measured once: log-normal."""
    ln = np.log(6e3) + 0.15 * norm.ppf((np.arange(30) + 0.5) / 30)
    path = tmp_path / "measured.csv"
    path.write_text(HEAD + "".join(f"lrs,{np.exp(v):.6g},d{i}\n" for i, v in enumerate(ln)))
    return path


def test_a_card_a_table_and_a_plot(measured, tmp_path, monkeypatch):
    # rounds and many devices are the question of other tests
    monkeypatch.setattr("spicekit.fit.fit.fit_devices", of_few)
    card, plot = tmp_path / "card.toml", tmp_path / "fit.png"
    done = run(measured, "-o", card, "--plot", plot, "--samples", 32, "--set-compliance", "150u",
               "--reset-voltage", "2.3", "--quiet")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert load_rram(card).quantities["e_set"].status == "fitted"
    assert plot.stat().st_size > 10_000
    assert done.output.splitlines()[-1].startswith("agreement: ")
    for text in ("parameters.e_set", "95 % interval", "set_compliance 150 µA", "6 kΩ", f"card: {card}"):
        assert text in done.output
    assert "note: `--reset-voltage 2.3` has no unit: 2.3 V is taken" in done.output
    assert "`set_compliance` is not stated" not in done.output
    assert "`pulse_width` is not stated: 1 µs is taken, as in condition `typical`" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set-compliance", "200"], "`--set-compliance`: got '200' without a unit"),
        (
            ["--set-compliance", "0.2"],
            "`--set-compliance`: got '0.2' without a unit, expected such as 200u (200",
        ),
        (
            ["--pulse-width", "100"],
            "`--pulse-width`: got '100' without a unit, expected such as 100n (100 ns) or 1e-7",
        ),
        (["--pulse-width", "0.1"], "`--pulse-width`: got '0.1' without a unit"),
        (
            ["--reset-voltage", "2300"],
            "got 2300 V, expected above 0 and at most 20 V; write such as 2300m if",
        ),
        (
            ["--temperature", "300"],
            "`--temperature` is 300, expected -55 C to 200 C; write `300 K` if it is in",
        ),
        (["--reset-voltage", "2 A"], "`--reset-voltage`"),
        (["--plot", "fit.gif"], "expected .png, .svg or .pdf"),
        (["--base", "hfo2_130"], "did you mean `hfo2_130nm`?"),
        (["--set-compliance", "100mA"], "the access transistor does not give"),
        (["--reset-voltage", "-2V"], "`--reset-voltage`: got -2 V, expected above 0 and at most 20 V"),
        (["--pulse-width", "1e9s"], "`--pulse-width`: got 1e+09 s, expected above 0 and at most 1 s"),
        (
            ["--cycles", "51"],
            "`--cycles` is `51`, expected FIRST:LAST such as 51:300, both included, or 51: for",
        ),
        (["--cycles", "9:1"], "`--cycles` is `9:1`"),
        (["--cycles", ":"], "`--cycles` is `:`"),
        (
            ["--cycles", "1:9"],
            "measured.csv: has no column `cycle`, which `--cycles` needs: add it, or leave",
        ),
        (["--temperature", "1000 K"], "`--temperature` is 1000 K, expected -55 C to 200 C"),
        (["--pulse-width", "1n"], "`pulse_width` is 1e-09 s"),
    ],
)
def test_bad_options(measured, tmp_path, arguments, said):
    done = run(measured, "-o", tmp_path / "card.toml", *arguments)
    assert isinstance(done.exception, InputError)
    assert said in str(done.exception)
    assert not (tmp_path / "card.toml").exists()


def test_ctrl_c_is_one_line_and_writes_no_card(measured, tmp_path, monkeypatch, here):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("spicekit.fit.fit.fit_devices", interrupt)
    code, _, said = here("fit", measured, "-o", "card.toml", "--quiet", "--set-compliance", "200u")
    assert (code, said.splitlines()[-1]) == (130, "spicekit: interrupted")
    assert [path.name for path in tmp_path.iterdir()] == ["measured.csv"]


def test_files_that_exist_are_kept(measured, tmp_path):
    (tmp_path / "fit.png").write_text("mine")
    done = run(measured, "-o", tmp_path / "card.toml", "--plot", tmp_path / "fit.png")
    assert "exists already" in str(done.exception)
    assert (tmp_path / "fit.png").read_text() == "mine"


def test_plain_numbers_are_taken_where_only_one_unit_can_be_meant():
    plain = {"reset_voltage": "2.3", "read_voltage": "0.2", "set_compliance": "2e-4", "pulse_width": "1e-7"}
    given, notes = conditions_given(plain)
    assert given == {"reset_voltage": 2.3, "read_voltage": 0.2, "set_compliance": 2e-4, "pulse_width": 1e-7}
    assert notes[0] == "`--reset-voltage 2.3` has no unit: 2.3 V is taken"
    assert len(notes) == 4
    united = {
        "reset_voltage": "2300mV",
        "read_voltage": "0.2 V",
        "set_compliance": "200u",
        "pulse_width": "100ns",
    }
    assert conditions_given(united) == (given, ())
    assert temperature_given("85") == (85.0, ("`--temperature 85` has no unit: 85 C is taken",))
    assert temperature_given("358.15 K") == (85.0, ())


def test_ranges_of_cycles_and_alternating_states():
    assert alternating_of("HRS, lrs") == ("hrs", "lrs")
    assert (cycles_of("51:300"), cycles_of(":9"), cycles_of("7:7")) == ((51, 300), (0, 9), (7, 7))
    assert cycles_of("51:") == (51, np.inf)
    assert cycles_of(None) is None


def test_help_has_an_example():
    assert "spicekit fit measured.csv -o card.toml" in run("--help").output
    assert "spicekit fit measured.csv --describe" in run("--help").output


def test_data_described_by_themselves(tmp_path):
    rng = np.random.default_rng(2)
    path = tmp_path / "measured.csv"
    rows = [
        f"d{d},{c},{s},{np.exp(rng.normal(m, 0.5)):.6g}\n"
        for d in range(12)
        for c in range(20)
        for s, m in (("lrs", 8.5), ("hrs", 9.5))
    ]
    path.write_text("device,cycle,state,resistance\n" + "".join(rows))
    done = run(path, "--describe", "--read-voltage", "0.2", "--plot", tmp_path / "measured.png")
    assert done.exit_code == 0, done.output
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    assert lines[0] == "measured.csv: 480 resistances, 12 devices, 20 cycles"
    assert "read_voltage 200 mV" in lines  # nothing is taken for what is not stated
    starts = (
        "0.1 % too few values",
        "median 5.",
        "within devices 0.5",
        "lag-1, scores",
        "of a pair 0.0",
        "in worst 5 %",
    )
    for start in starts:
        assert any(line.startswith(start) for line in lines), start
    assert "`--read-voltage 0.2` has no unit: 0.2 V is taken" in done.output
    assert (tmp_path / "measured.png").stat().st_size > 10_000


def test_many_settings_are_described_by_a_line_each(tmp_path):
    path = tmp_path / "measured.csv"
    rows = [f"lrs,{6000 - 100 * v + 10 * i},{1 + v / 100}\n" for v in range(30) for i in range(12)]
    path.write_text("state,resistance,set_word_line\n" + "".join(rows))
    done = run(path, "--describe", "--plot", tmp_path / "many.png")
    assert done.exit_code == 0, done.output
    assert sum(line.startswith("LRS") for line in done.output.splitlines()) == 30
    assert "set_word_line 1.29 V" in done.output


def test_describe_fits_nothing(measured, tmp_path):
    assert "`-o` is missing, expected the card to write such as `-o card.toml`" in str(
        run(measured).exception
    )
    both = run(measured, "--describe", "-o", tmp_path / "card.toml")
    assert "`--describe` fits nothing: leave out `-o` and `--hold-out`" in str(both.exception)


def test_plots_of_one_state_and_of_many_settings(tmp_path):
    rng = np.random.default_rng(0)
    drawn = {v: 1e5 * np.exp(rng.normal(v, 0.4, (2, 60))) for v in (1.5, 2.0, 2.5)}
    curves = [Compared("hrs", f"reset_voltage {v:g} V", *both) for v, both in drawn.items()]
    text = plot_fit(curves, "three", tmp_path / "three.svg").read_text()
    assert text.count("<use") > 3 * 60  # a dot per measured resistance
    assert plot_fit(curves[:1], "one", tmp_path / "one.pdf").stat().st_size > 1000
