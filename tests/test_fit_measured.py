"""Measured files: what a user gets wrong is said in one line with the line's number."""

import gzip

import pytest

from spicekit.errors import InputError
from spicekit.fit.measured import LEAST, Setting, read_measured

OTHERWISE = {
    "set_compliance": (2e-4, "origin A"),
    "reset_voltage": (2.5, "origin B"),
    "pulse_width": (1e-6, "origin C"),
    "read_voltage": (0.2, "origin D"),
}
GOOD = "state,resistance\n" + "lrs,5700\n" * (LEAST - 1) + "lrs,5800\n"


@pytest.fixture
def read(tmp_path):
    def from_text(text, given=None, cycles=None, alternating=None):
        path = tmp_path / "measured.csv"
        path.write_text(text)
        return read_measured(path, given or {}, OTHERWISE, cycles, alternating)

    return from_text


def test_comments_blank_lines_and_case(read):
    found = read("# of Monday\n\n State , Resistance\n" + "LRS, 5.7e3\n# one is off\nlrs,6000\n" * LEAST)
    assert len(found.table) == 2 * LEAST
    assert found.table["resistance"].tolist()[:2] == [5700, 6000]
    assert found.table["line"].tolist()[:3] == [4, 6, 7]
    assert not (found.has_device)
    assert not (found.has_cycle)


def test_conditions_from_the_file_then_from_options_then_from_elsewhere(read):
    found = read(
        "state,resistance,reset_voltage\n"
        + "hrs,1e5,2.0\nhrs,2e5,2.0\n" * LEAST
        + "hrs,3e5,\nhrs,4e5,\n" * LEAST,
        {"reset_voltage": 3.0, "pulse_width": 1e-7},
    )
    assert found.settings == (Setting(2e-4, 2.0, 1e-7, 0.2), Setting(2e-4, 3.0, 1e-7, 0.2))
    text = " ".join(found.notes)
    assert "origin A" in text
    assert "origin D" in text
    assert "origin B" not in text
    assert "origin C" not in text


def test_unknown_columns_are_named_as_ignored(read):
    for name in ("operator", "line"):
        found = read(GOOD.replace("resistance\n", f"resistance,{name}\n").replace("00\n", "00,me\n"))
        assert any(f"`{name}`" in note for note in found.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("state;resistance\nlrs;1;2\n", "line 2: 3 cells, expected 2 as in the header, parted by semicolons"),
        ("state;resistance\nlrs;1.234,5\n", "`resistance` is `1.234.5`"),
        ("state,resistence\nlrs,5\n", "did you mean `resistance`?"),
        ("state,resistance,reset_volts\nlrs,5,2\n", "did you mean `reset_voltage`?"),
        ("resistance\n5\n", "`state` is missing"),
        ("state,state,resistance\nlrs,lrs,5\n", "given twice"),
        ("state,resistance\nlrs,5,6\n", "line 2: 3 cells, expected 2"),
        (GOOD + "lrs,nan\n", f"line {LEAST + 2}: `resistance` is `nan`, expected a number"),
        (GOOD + "lrs,-3\n", "`resistance` is -3, expected a number above 0 in Ohm"),
        (GOOD + "lrs,0\n", "`resistance` is 0"),
        (
            GOOD + "lrs,5k7\n",
            "`resistance` is `5k7`, expected a number above 0 in Ohm, plain as in 5700 or 5.7e3, or",
        ),
        (
            GOOD + "lrs,5.7M\n",
            "or with its unit as in 5.7 kOhm (`M` is milli in SPICE and mega in SI; write `Meg`)",
        ),
        (
            GOOD + "lrs,5.7 mOhm\n",
            "(`mOhm` is less than an Ohm, which no cell has; write `kOhm` or `MegOhm`)",
        ),
        (GOOD + "lrs,5.7 kV\n", "(`kV` is no unit such as `kOhm`)"),
        (
            GOOD.replace("resistance", "resistance_MOhm"),
            "line 1: column `resistance_MOhm`: `M` is milli in SPICE",
        ),
        (
            GOOD.replace("resistance", "resistance [V]"),
            "line 1: column `resistance [V]`: `V` is no unit such as `kO",
        ),
        (
            GOOD.replace("resistance", "resistance []"),
            "line 1: column `resistance []`: `` is no unit such as `kOhm`",
        ),
        (
            GOOD.replace("resistance", "resistance [kOhm]") + "lrs,4900 Ohm\n",
            f"line {LEAST + 2}: `resistance` is `4900 Ohm`, expected a number above 0 in kOhm, as its title says; "
            "take the unit out of the title, or out of the cells",
        ),
        (
            GOOD.replace("resistance", "resistance [kOhm]") + "lrs,4.9k\n",
            "`4.9k`, expected a number above 0 in kOhm",
        ),
        (
            GOOD.replace("resistance", "resistance_kOhm") + "lrs,1e13\n",
            "1e13, expected a number above 0 in kOhm, at",
        ),
        (
            GOOD.replace("ce\n", "ce,resistance_kOhm\n").replace("00\n", "00,5\n"),
            "`resistance` is given twice",
        ),
        (
            GOOD + "lrs,x\nhrrs,5\n",
            f"line {LEAST + 2}: `resistance` is `x`",
        ),  # the first line, not the first column
        ("state,resistance,resistance_befor\nlrs,5,6\n", "unknown column `resistance_befor`"),
        (GOOD + "hrrs,5\n", "`state` is `hrrs`, expected lrs or hrs (did you mean `hrs`?)"),
        ("state,resistance,reset_voltage\nlrs,5,2000\n", "`reset_voltage` is 2000"),
        ("state,resistance,device\nlrs,5,\n", "`device` is empty"),
        ("state,resistance,cycle\nlrs,5,-1\n", "`cycle` is -1"),
        ("state,resistance\n" + "lrs,5\n" * (LEAST - 1), f"{LEAST - 1} resistances of LRS"),
        (GOOD + "hrs,1e5\n", "1 resistances of HRS"),
        (GOOD + "hrs,1e5\n" * LEAST, "are 100000 Ohm: no spread to fit"),
        ("state,resistance\n", f"at least {LEAST} resistances"),
        ("state,resistance,cycle\n" + "lrs,5,1\nlrs,6,1\n" * LEAST, "stands twice: add a column `device`"),
        ("state,resistance,device,cycle\n" + "lrs,5,a,1\nlrs,6,a,1\n" * LEAST, "stands twice of device `a`"),
        (
            "state,resistance,reset_voltage\n"
            + "".join(f"hrs,1e5,{2 + i / 100}\n" * LEAST for i in range(25)),
            "25 different settings",
        ),
    ],
)
def test_bad_files(read, text, said):
    with pytest.raises(InputError) as error:
        read(text)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert "measured.csv" in str(error.value)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_marks_between_columns_with_decimal_commas_or_points_give_the_same_rows(read, mark):
    rows = [
        f"{state},{value + i / 8},d{i}" for i in range(LEAST) for state, value in (("lrs", 4e3), ("hrs", 6e4))
    ]
    text = "state,resistance,device\n" + "\n".join(rows) + "\n"
    wanted = read(text)
    pointed, excel = text.replace(",", mark), text.replace(",", mark).replace(".", ",")
    for other in (pointed, excel):
        assert read(other).table.equals(wanted.table)
    assert [note for note in read(excel).notes if "decimal points" in note]
    assert read(pointed).notes == wanted.notes


@pytest.mark.parametrize(
    ("titles", "row"),
    [
        ("resistance,pulse_width", "{0},1e-7"),
        ("Resistance [kOhm],pulse_width_ns", "{1},100"),
        ("resistance (kΩ),pulse_width (ns)", "{1},100"),
        ("resistance_kohm,Pulse_Width [ns]", "{1} kOhm,100 ns"),
        ("resistance_Ohm,pulse_width_us", "{0},0.1"),
        ("resistance,pulse_width", "{1}k,100n"),
        ("resistance,pulse_width", "{1} K\u2126,0.1 us"),
        ("resistance,pulse_width", "{1} kohms,100 ns"),
    ],
)
def test_units_in_titles_and_cells_give_the_same_numbers(read, titles, row):
    ohms = (4971.23, 5700, 6.1e3, 12345.678) * LEAST
    rows = "".join(f"lrs,{row.format(f'{ohm:.10g}', f'{ohm / 1e3:.10g}')}\n" for ohm in ohms)
    found = read(f"state,{titles}\n{rows}")
    assert found.table["resistance"].tolist() == list(ohms)  # to the last digit
    assert [setting.pulse_width for setting in found.settings] == [1e-7]
    said = [note for note in found.notes if "is taken in" in note]
    assert len(said) == sum("_" in title[9:] or "[" in title or "(" in title for title in titles.split(","))


def test_a_range_of_cycles_is_what_a_file_of_these_cycles_gives(read):
    rows = [
        f"lrs,{5000 + 10 * i + d},{'a' if d else 'b'},{i},{2 + i // 20}\n" for i in range(40) for d in (0, 1)
    ]
    head = "state,resistance,device,cycle,reset_voltage\n"
    found = read(head + "".join(rows), None, (20, 33))
    alone = read(head + "".join(rows[40:68]))
    assert found.table.drop(columns="line").equals(alone.table.drop(columns="line"))
    assert found.settings == alone.settings
    assert found.table["line"].tolist() == list(range(42, 70))  # of the whole file
    assert "cycles 20 to 33: 52 of 80 rows are left out" in found.notes
    assert found.name == "measured.csv (cycles 20 to 33)"
    with pytest.raises(InputError, match="has no cycles 60 to 70; expected `--cycles` within 0 to 39"):
        read(head + "".join(rows), None, (60, 70))
    with pytest.raises(InputError, match="line 82: `resistance` is `x`"):  # all rows are checked
        read(head + "".join(rows) + "lrs,x,a,99,2\n", None, (20, 33))


PAIRS = [[(60000.5 + 1000 * d + i, 5000 + 10 * d + i) for i in range(8)] for d in range(4)]


def a_row_per_cell(mark="\t", end=""):
    rows = (
        [f"{2048 + d}.000", *(f"{r:.3f}" for pair in pairs for r in pair)] for d, pairs in enumerate(PAIRS)
    )
    return "".join(mark.join(row) + end + "\n" for row in rows)


def test_a_row_per_cell_is_what_the_tidy_file_gives(read):
    tidy = read(
        "device,cycle,state,resistance\n"
        + "".join(
            f"{2048 + d}.000,{i},{state},{r:.3f}\n"
            for d, pairs in enumerate(PAIRS)
            for i, pair in enumerate(pairs, 1)
            for state, r in zip(("hrs", "lrs"), pair, strict=True)
        )
    )
    for text in (
        a_row_per_cell(),
        a_row_per_cell(","),
        a_row_per_cell(";").replace(".", ","),
        a_row_per_cell(end="\t"),  # each line ends with a mark
        "# address, then RESET and SET\n" + a_row_per_cell(),
        a_row_per_cell().replace("61000.500", "61.0005k"),
    ):
        found = read(text, alternating=("hrs", "lrs"))
        tables = (
            t.drop(columns=["line"]).replace({"device": {",": "."}}, regex=True)
            for t in (found.table, tidy.table)
        )
        assert next(tables).equals(next(tables))
        assert (found.has_device, found.has_cycle) == (True, True)
        assert "a row per cell: 4 cells, 8 cycles each, counted from 1" in found.notes
    assert read(a_row_per_cell(), None, (3, 7), ("hrs", "lrs")).table["line"].tolist()[9:11] == [1, 2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; expected a row per cell"),
        (
            "cell,HRS,LRS\n" + a_row_per_cell(","),
            "line 1: is `HRS` and no resistance in column 2; files for `--alt",
        ),
        (
            ",0,1,2,3\na,6e4,5e3,6e4,5e3\n",
            "line 1: counts its columns; files for `--alternating` have no header",
        ),
        (
            a_row_per_cell(end="\t1"),
            "line 1: 18 cells, expected a label and pairs of HRS and LRS, thus an odd number",
        ),
        (a_row_per_cell(" "), "line 1: 1 cells, expected a label and pairs"),
        (a_row_per_cell() + "2060\t1e5\t5e3\n", "line 5: 3 cells, expected 17 as in line 1, parted by tabs"),
        (a_row_per_cell().replace("5011.000", "x"), "line 2, column 5: `resistance` is `x`, expected"),
        (
            a_row_per_cell().replace("62007.500", "-62007.500"),
            "line 3, column 16: `resistance` is -62007.500",
        ),
        (a_row_per_cell().replace("2049.000", ""), "line 2, column 2: `device` is empty"),
        (
            a_row_per_cell().replace("2049", "2048"),
            "line 2: cycle 1 in HRS stands twice of device `2048.000`",
        ),
    ],
)
def test_bad_rows_per_cell(read, text, said):
    with pytest.raises(InputError) as error:
        read(text, alternating=("hrs", "lrs"))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_states_the_wrong_way_round_and_files_that_need_the_option(read):
    with pytest.raises(InputError) as error:
        read(a_row_per_cell(), alternating=("lrs", "hrs"))
    assert (
        "HRS has 5.02 kOhm in the median, less than LRS with 61.5 kOhm; expected `--alternating hrs,lrs`"
        in str(error.value)
    )
    with pytest.raises(
        InputError, match=r"line 1: has numbers where titles .*`--alternating hrs,lrs` or lrs,hrs"
    ):
        read(a_row_per_cell())
    with pytest.raises(
        InputError, match="column `hrs` is given twice; for a row per cell see `--alternating`"
    ):
        read("device,HRS,LRS,HRS,LRS\na,6e4,5e3,6e4,5e3\n")


def test_cells_with_and_without_unit_are_counted(read):
    found = read(GOOD.replace("5800", "5.8k"))
    assert found.table["resistance"].max() == 5800
    assert f"`resistance`: 1 cells have a unit, {LEAST - 1} have none and are taken as SI" in found.notes


def test_packed_files_are_the_same(read, tmp_path):
    packed = tmp_path / "measured.csv.gz"
    packed.write_bytes(gzip.compress(GOOD.encode()))
    assert read_measured(packed, {}, OTHERWISE).table.equals(read(GOOD).table)
    packed.write_bytes(gzip.compress((GOOD + "lrs,nan\n").encode()))
    with pytest.raises(InputError, match=rf"measured.csv.gz, line {LEAST + 2}: `resistance` is `nan`"):
        read_measured(packed, {}, OTHERWISE)
    packed.write_text(GOOD)
    with pytest.raises(InputError, match="Not a gzipped file"):
        read_measured(packed, {}, OTHERWISE)
    packed.write_bytes(gzip.compress(GOOD.encode())[:-9])
    with pytest.raises(InputError, match=r"measured.csv.gz: is not a file that gzip can unpack"):
        read_measured(packed, {}, OTHERWISE)
    packed.write_bytes(gzip.compress(b"lrs,5000\n" * (1 << 24), 1))  # 144 MiB of few bytes
    with pytest.raises(InputError, match="holds more than 128 MiB"):
        read_measured(packed, {}, OTHERWISE)


def test_missing_and_binary_files(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_measured(tmp_path / "none.csv", {}, OTHERWISE)
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is not a table in CSV"):
        read_measured(tmp_path / "binary.csv", {}, OTHERWISE)
