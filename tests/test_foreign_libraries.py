"""The user's own libraries: what ngspice takes is taken, what would silently act on results is refused by line."""

import re
import shutil

import pytest

from spicekit.circuits.cell import ProgramDeck, Technology
from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.circuits.surroundings import process_variation, shared_by
from spicekit.errors import InputError, SimulatorError
from spicekit.models.own_library import own_library
from spicekit.models.transistor import Transistor
from spicekit.ngspice import Deck, Final, compile_model, loads_osdi
from spicekit.ngspice.expressions import PARAMETER_FUNCTIONS, SOURCE_FUNCTIONS
from spicekit.run.spec import load_spec

MODELS = ".model n nmos level=1 vto=0.5 kp=200u\n.model p pmos level=1 vto=-0.5 kp=80u\n"
WIDE = Transistor("nmos", 2e-6, 0.5e-6)
SQUARE_LAW = 0.5 * 200e-6 * 4 * (1.8 - 0.5) ** 2  # A, of WIDE saturated at 1.8 V


def read(folder, text, section=None, name="own.lib", **options):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return own_library(folder / name, section, **{"element": "M", "nmos": "n", "pmos": "p"} | options)


def current(process, transistor=WIDE):
    """Return A: what a transistor takes with gate and drain at 1.8 V, by ngspice."""
    text = process.instance("m1", "d", "g", "0", "0", transistor)
    lines = ["t", *process.header, *text.lines, "vd d 0 1.8", "vg g 0 1.8", ".tran 1n 10n", ".end", ""]
    deck = Deck("d", "\n".join(lines), (), (Final("i", "i(vd)"),), 1e-8, osdi=process.osdi)
    return -deck.measure()["i"]


TAKEN = {
    "as it is": (MODELS, None),
    ".end of an included file": (f"{MODELS}.end\n", None),
    "text behind .end": (f".END\n{MODELS}", None),
    "byte order mark": (b"\xef\xbb\xbf" + MODELS.encode(), None),
    "CRLF": (MODELS.replace("\n", "\r\n"), None),
    "Latin-1 comment": (b"* 0.13 \xb5m, gr\xf6\xdfer\n" + MODELS.encode(), None),
    "no newline at the end": (MODELS.rstrip(), None),
    "quoted section": (f".lib 'tt'\n{MODELS}.endl 'tt'\n", "tt"),
    "double quotes": (f'.lib "tt"\n{MODELS}.endl "tt"\n', "TT"),
    "upper case": (f".LIB TT\n{MODELS.upper()}.ENDL\n", "tt"),
    "section with a comment": (f".lib tt $ typical\n{MODELS}.endl tt ; end\n", "tt"),
    "first of two sections": (f".lib tt\n{MODELS}.endl\n.lib tt\n.model n nmos level=1 vto=9\n.endl\n", "tt"),
    "section by section": (f".lib a\n.lib own.lib b\n.endl\n.lib b\n{MODELS}.endl\n", "a"),
    "continued, with comments and blank lines between": (
        MODELS.replace("level=1", "\n* c\n\n+level=1 $ one\n\n+"),
        None,
    ),
    "encryption marks": (f".prot\n{MODELS}.unprot\n", None),
    "other words in comments": (f"* agauss(0,1,1) .temp 85\n{MODELS}.param x=1 $ was agauss(0,1,1)\n", None),
    "function of its own": (f".func limit(a,b) {{a+b-b}}\n.param v={{limit(0.5,7)}}\n{MODELS}", None),
    "old-style function": (f".param gauss(a)={{a}}\n.param v={{gauss(0.5)}}\n{MODELS}", None),
}


@pytest.mark.parametrize(("text", "section"), TAKEN.values(), ids=TAKEN.keys())
def test_what_ngspice_takes_is_taken(text, section, tmp_path):
    assert current(read(tmp_path, text, section)) == pytest.approx(SQUARE_LAW, rel=1e-6)


@pytest.mark.parametrize("own", [".func limit(a,b) {a}", ".param limit(a,b)={a}", ".FUNC LIMIT(a,b)={a}"])
def test_a_function_of_its_own_is_that_function_for_ngspice_too(own, tmp_path):
    text = f"{own}\n.param v={{limit(0.5,0.3)}}\n{MODELS.replace('vto=0.5', 'vto={v}')}"
    found = {current(read(tmp_path, text, name=f"{i}.lib")) for i in range(3)}
    assert list(found) == [pytest.approx(SQUARE_LAW, rel=1e-6)]


REFUSED = {
    "in a function": (".func f(x) {x+agauss(0,1,1)}", "in `.func` `agauss` is another number at each use"),
    "without its parenthesis": (
        ".param d={limit + (1,2)}",
        '`limit` is drawn by ngspice.*`statistics = "nominal"`',
    ),
    "own function of another subcircuit": (
        ".subckt s a\n.func limit(x) {x}\nr1 a 0 {limit(1)}\n.ends\n.param d={limit(1)}",
        r"own.lib, line 7: .*expected `limit\(nominal, variation\)`",
    ),
    "noise": (".subckt s a\nv1 a 0 dc 0 trnoise 1m 1n 0 0\n.ends", "`trnoise` is drawn"),
    "random source": (".subckt s a\ni1 a 0 TRRANDOM (2 1n 0 1)\n.ends", "`trrandom` is drawn"),
    "external source": (".subckt s a\nv1 a 0 external\n.ends", "`external`"),
    "unknown function": (".param d={sqrtt(2)}", r"`sqrtt\(\.\.\.\)`: .*did you mean `sqrt`"),
    "function of sources in a parameter": (".param d={uramp(2)}", r"`uramp\(\.\.\.\)`"),
    "function of parameters in a source": (".subckt s a\nb1 a 0 v=int(v(a))\n.ends", r"`int\(\.\.\.\)`"),
    "a function that crashes ngspice 39": (
        ".subckt s a\nb1 a 0 v=pwl_derivative(v(a),0,0,1,1)\n.ends",
        r"`pwl_derivative\(\.\.\.\)`",
    ),
    "LTspice's if": (".func f(x) {if(x>0,1,2)}", r"ngspice writes `if\(c, a, b\)` as `\(c \? a : b\)`"),
    "temperature": (".temp 85", "`.temp 85` would win over the experiment's temperature"),
    "options": (".options reltol=0.1 abstol=1e-6", "would change the simulator"),
    "scale": (".option scale=1u", "give `length_unit = 1e-06`"),
    "scale with blanks": (".OPTIONS scale = 1.0E-6", "give `length_unit = 1e-06`"),
    "measurement": (".meas tran x max v(q)", "spicekit saves and measures by itself"),
    "save": (".save all", "saves and measures"),
    "print": (".print tran v(q)", "saves and measures"),
    "probe": (".probe alli", "saves and measures"),
    "analysis": (".dc v1 0 1 0.1", "no other analysis"),
    "initial value": (".ic v(q)=1", "outside of any `.subckt`"),
    "element": ("cload q 0 1p", "outside of any `.subckt`"),
    "unknown word": (".subckts x a", r"`.subckts` is not taken \(did you mean `.subckt`\?\)"),
    "XSPICE model": ('.model d d_process (process_file="x")', "`d_process` is no device"),
    "CIDER, which writes files": (".model m numos level=2", "`numos` is no device"),
    "compiled transistor": (".subckt s d g s b\nn1 d g s b psp\n.ends", "take ngspice 44 with OSDI"),
    "compiled model": (".model psp psp103va type=1", "`psp103va` is no device.*OSDI"),
    "continuation of nothing": ("", "`\\+` continues no line"),
    "comment sign in quotes": (".param d='1;2'", "inside or right behind quotes"),
    "not ASCII": (".param d=1µ", "holds `µ`"),
    "back-tick": (".param d=`x`", "holds a back-tick"),
    "NUL": (".param d=1\0", "control character 0x00"),
}


@pytest.mark.parametrize(("lines", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_would_act_on_results_is_refused_by_file_and_line(lines, said, tmp_path):
    head = "+ x=1\n" if "continues" in said else MODELS
    used = {"element": "X", "nmos": "s", "pmos": None} if lines.startswith(".subckt s ") else {}
    with pytest.raises(InputError, match=said) as refused:
        read(tmp_path, f"{head}{lines}\n", **used)
    assert "\n" not in str(refused.value)
    assert re.search(r"own\.lib, line \d", str(refused.value))


def test_the_line_is_that_of_the_file_that_holds_it(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/corner.inc").write_text("* corner\n\n.param x=1 ; fine\n.temp 85\n")
    with pytest.raises(InputError, match=r"deep/corner\.inc, line 4: `\.temp 85`"):
        read(tmp_path, f".lib tt\n.include 'deep/corner.inc'\n{MODELS}.endl\n", "tt")


DRAWS = (
    ".param mc_on=1 a = agauss ( 0.1 , 0.04 , 1 )\n.param b={limit(0.1,0.3)+unif((0.1),0.5)*1}\n"
    f".param c='gauss(max(0.05,0.1),1,3)+aunif(0.1,0.2)'\n{MODELS.replace('vto=0.5', 'vto={a+b+c}')}"
)


@pytest.mark.parametrize("statistics", ["drawn", "process", "mismatch", "nominal"])
def test_statistics_are_nominal_where_nothing_is_drawn(statistics, tmp_path):
    process = read(tmp_path, DRAWS, statistics=statistics)
    assert current(process) == pytest.approx(SQUARE_LAW, rel=1e-6)
    drawn = [("normal", "a"), ("sign", "b"), ("uniform", "b_2"), ("normal", "c"), ("uniform", "c_2")]
    drawn = [(law, f"process.{name}") for law, name in drawn] if statistics in ("drawn", "process") else []
    assert [(one.law, one.name) for one in process.drawn] == drawn
    ends = {"drawn": "", "nominal": ", nominal values"}
    assert process.name == f"own.lib{ends.get(statistics, f', {statistics} alone')}"


def test_statistics_are_one_of_the_known_words(tmp_path):
    with pytest.raises(InputError, match=r"`statistics` is `nominl`.*did you mean `nominal`"):
        read(tmp_path, DRAWS, statistics="nominl")


KIT = """.param skew=agauss(0,0.02,1) on=1
.subckt n d g s b w=1u l=1u
.param mis='on*agauss(0, 4n/sqrt(w*l), 1)'
.model inner nmos level=1 vto='0.5+skew+mis' kp=200u
m1 d g s b inner w={w} l={l}
.ends
.subckt other a
r1 a 0 'agauss(1k,1,1)'
.ends
"""


def test_each_transistor_of_the_builder_draws_its_own_mismatch_and_shares_the_process(tmp_path):
    """A word-line voltage is the threshold and an overdrive: both move it by what was drawn, 3 σ in closed form."""
    process = read(tmp_path, KIT, element="X", pmos=None, access="n")
    assert [one.name for one in process.drawn] == ["process.skew"]
    builder = CircuitBuilder("two", "of a kit", process, 300.15)
    builder.hold("d", "d", 1.8)
    for name, width in (("access", 1e-6), ("other", 4e-6)):
        builder.hold(name, f"g{name}", 1.5)
        builder.circuit.V(f"s{name}", f"s{name}", builder.circuit.gnd, 0)
        builder.transistor(name, "d", f"g{name}", f"s{name}", Transistor("nmos", width, 1e-6))
    measured = (Final("access", "i(vsaccess)"), Final("other", "i(vsother)"))
    drawn = ProgramDeck(builder.deck(measured, 1e-9, 1e-8), tuple(builder.spread))
    assert [one.name for one in drawn.spread] == ["access.mis", "other.mis"]
    technology = Technology(process, None, None)  # type: ignore[arg-type]
    whole = shared_by(drawn, process_variation(technology))
    for moved, shift in (
        ({}, (0, 0)),
        ({"process.skew": 3.0}, (0.06, 0.06)),
        ({"access.mis": 3.0}, (0.012, 0)),
        ({"other.mis": -3.0, "process.skew": 1.0}, (0.02, 0.02 - 0.006)),
    ):
        found = whole.deck.measure(moved)
        for name, width, by in zip(("access", "other"), (1, 4), shift, strict=True):
            assert found[name] == pytest.approx(0.5 * 200e-6 * width * (1.5 - 0.5 - by) ** 2, rel=1e-5)


def test_a_second_mismatch_beside_the_librarys_own_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"`avt_nmos`: `n` draws mismatch of its own \(1 numbers\)"):
        read(tmp_path, KIT, element="X", pmos=None, avt_nmos=3e-9)
    assert read(tmp_path, KIT, element="X", pmos=None, avt_nmos=3e-9, statistics="process").header


def test_the_text_that_a_run_folder_keeps_is_the_same_process(tmp_path):
    first = read(tmp_path, KIT, element="X", pmos=None)
    again = read(tmp_path, "\n".join(first.header), element="X", pmos=None, name="kept.lib")
    assert (again.identity, again.drawn) == (first.identity, first.drawn)
    assert "other" not in " ".join(first.header)


def test_the_unit_of_sizes_is_kept_where_the_user_states_it_too(tmp_path):
    text = (
        f".option scale=1.0u\n.subckt wrapped d g s b w=1 l=1\nm1 d g s b n w={{w}} l={{l}}\n.ends\n{MODELS}"
    )
    process = read(tmp_path, text, element="X", nmos="wrapped", pmos=None, length_unit=1e-6)
    assert current(process) == pytest.approx(SQUARE_LAW, rel=1e-6)
    with pytest.raises(InputError, match="give `length_unit = 1e-06`"):
        read(tmp_path, text, element="X", nmos="wrapped", pmos=None, length_unit=1e-9)


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_home_and_variables_in_paths_are_replaced(quote, tmp_path, monkeypatch):
    (tmp_path / "pdk").mkdir()
    (tmp_path / "pdk/cards.inc").write_text(MODELS)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PDK_ROOT", str(tmp_path / "pdk"))
    for path in ("~/pdk/cards.inc", "$PDK_ROOT/cards.inc", "${PDK_ROOT}/cards.inc"):
        assert read(tmp_path, f".include {quote}{path}{quote}\n").header
        assert own_library(path, element="M", nmos="n").header
    monkeypatch.delenv("PDK_ROOT")
    with pytest.raises(
        InputError, match=r"own\.lib, line 1: the path .* holds `\$PDK_ROOT`, which is not set"
    ):
        read(tmp_path, ".include $PDK_ROOT/cards.inc\n")
    with pytest.raises(InputError, match="names a home folder that there is not"):
        read(tmp_path, ".include ~nobody_of_that_name/cards.inc\n")


def test_an_experiment_finds_its_library_by_home_and_variables(tmp_path, monkeypatch):
    (tmp_path / "own.lib").write_text(MODELS)
    monkeypatch.setenv("PDK_ROOT", str(tmp_path))
    spec = tmp_path / "spec.toml"
    (tmp_path / "elsewhere").mkdir()
    spec = tmp_path / "elsewhere/spec.toml"
    text = (
        'schema = "spicekit.sweep/1"\nname = "x"\nseed = 7\n[technology.library]\npath = "$PDK_ROOT/own.lib"\n'
        'nmos = "n"\npmos = "p"\naccess = "n"\nelement = "M"\n[monte_carlo]\nsamples = 4\n[[conditions]]\nname = "a"\n'
        'set_compliance = "200 uA"\nreset_voltage = "1.5 V"\npulse_width = "1 us"\n'
    )
    spec.write_text(text)
    assert load_spec(spec).technology.process.name == "own.lib"
    monkeypatch.delenv("PDK_ROOT")
    with pytest.raises(InputError, match=r"spec\.toml: .*`\$PDK_ROOT`, which is not set"):
        load_spec(spec)


def test_laughs_loops_and_depths_end_in_one_line(tmp_path):
    for i in range(40):
        (tmp_path / f"{i}.inc").write_text(f".include {i + 1}.inc\n" * 10)
    (tmp_path / "40.inc").write_text("")
    with pytest.raises(InputError, match="includes more than"):
        read(tmp_path, ".include 0.inc\n")
    (tmp_path / "own.inc").write_text(".lib 'own.lib' tt\n")
    with pytest.raises(InputError, match="section `tt` includes itself"):
        read(tmp_path, ".lib tt\n.include own.inc\n.endl\n", "tt")
    for i in range(60):
        (tmp_path / f"{i}.inc").write_text(f".include {i + 1}.inc\n")
    with pytest.raises(InputError, match="nested more than 50 deep"):
        read(tmp_path, ".include 0.inc\n")


def test_nested_calls_and_subcircuits_by_the_ten_thousands_end_soon(tmp_path):
    many = 10_000
    for statistics in ("nominal", "drawn"):
        with pytest.raises(InputError, match="draws more than 1000 random numbers"):
            read(tmp_path, f"{MODELS}.param a={'agauss(' * many}1{',1,1)' * many}\n", statistics=statistics)
    text = MODELS + ".subckt s a\n.func f(x) {x}\n" * many + ".ends\n" * many
    with pytest.raises(InputError, match="subcircuits are defined more than 50 deep"):
        read(tmp_path, text, element="X", nmos="s", pmos=None)
    text = MODELS + ".subckt s a\n.func f(x) {x}\n.ends\n" * many
    assert len(read(tmp_path, text, element="X", nmos="s", pmos=None).header) > 2 * many


def test_no_library_is_read_from_a_device_or_a_name_that_is_none(tmp_path):
    for name in ("/dev/zero", str(tmp_path), "x" * 5000, "a\tb"):
        with pytest.raises(
            InputError, match=r"no such file|cannot be read|has a name of 5000 bytes, expected at most 255"
        ):
            read(tmp_path, f'.include "{name}"\n')


def test_sections_that_are_missing_not_ended_or_not_asked_for_are_named(tmp_path):
    text = f".lib typical\n{MODELS}.endl\n"
    with pytest.raises(InputError, match=r"no section `\.lib tipical` \(did you mean `typical`\?\)"):
        read(tmp_path, text, "tipical")
    with pytest.raises(
        InputError, match=r"has sections \(typical\), and nothing outside of them: give `section`"
    ):
        read(tmp_path, text)
    with pytest.raises(InputError, match=r"section `typical` has no `\.endl`"):
        read(tmp_path, text.replace(".endl", ""), "typical")


VERILOG_A = """\
`include "disciplines.vams"
module square_law(d, g, s, b);
inout d, g, s, b;
electrical d, g, s, b;
(* type="instance" *) parameter real w = 1;
(* type="instance" *) parameter real l = 1;
parameter real kp = 200e-6, vto = 0.5;
analog I(d, s) <+ 0.5*kp*w/l*pow(max(V(g, s) - vto, 0), 2);
endmodule
"""
COMPILED_KIT = (
    ".subckt sn d g s b w=1u l=1u\nNn d g s b card w={w} l={l}\n.model card square_law kp=200u\n.ends\n"
)


@pytest.fixture(scope="module")
def compiled_kit(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kit")
    try:
        shutil.copy(compile_model(VERILOG_A), folder / "square law's.osdi")
    except InputError as error:
        pytest.skip(str(error))
    return folder


def test_compiled_transistors_are_taken_with_their_osdi_file(compiled_kit):
    kit = {"element": "X", "nmos": "sn", "pmos": None}
    with pytest.raises(InputError, match=r"take ngspice 44 with OSDI.*`osdi = \[\"FILE\.osdi\"\]`"):
        read(compiled_kit, COMPILED_KIT, **kit)
    process = read(compiled_kit, COMPILED_KIT, osdi=[compiled_kit / "square law's.osdi"], **kit)
    if loads_osdi():
        assert current(process) == pytest.approx(SQUARE_LAW, rel=1e-6)
    else:
        with pytest.raises(
            SimulatorError, match=r"law's\.osdi: ngspice .* cannot load compiled models: it takes"
        ):
            current(process)


def test_files_that_hold_no_such_compiled_model_are_refused(compiled_kit):
    kit = {"element": "X", "nmos": "sn", "pmos": None}
    file = compiled_kit / "square law's.osdi"
    with pytest.raises(InputError, match="`psp103va` is no device"):
        read(compiled_kit, COMPILED_KIT.replace("square_law", "psp103va"), osdi=[file], **kit)
    with pytest.raises(InputError, match=r"none\.osdi: cannot be read"):
        read(compiled_kit, COMPILED_KIT, osdi=[compiled_kit / "none.osdi"], **kit)
    with pytest.raises(InputError, match=r"own\.lib: is no OSDI file"):
        read(compiled_kit, COMPILED_KIT, osdi=[compiled_kit / "own.lib"], **kit)


def test_another_compiled_file_is_another_result(compiled_kit):
    kit = {"element": "X", "nmos": "sn", "pmos": None}
    shutil.copy(compiled_kit / "square law's.osdi", compiled_kit / "changed.osdi")
    with (compiled_kit / "changed.osdi").open("ab") as file:
        file.write(b"\0")
    one, other = (
        read(compiled_kit, COMPILED_KIT, osdi=[compiled_kit / n], **kit)
        for n in ("square law's.osdi", "changed.osdi")
    )
    assert one.identity != other.identity


ARGUMENTS = {
    **dict.fromkeys(("pow", "pwr", "min", "max"), "0.5,2"),
    "pwl": "v(a),0,0,1,1",
    "ternary_fcn": "1,2,3",
    "acosh": "1.5",
    "v": "a",
    "i": "va",
    "ddt": "v(a)",
}


@pytest.mark.parametrize("name", sorted(PARAMETER_FUNCTIONS))
def test_ngspice_knows_every_function_that_is_let_through_in_parameters(name):
    text = f"t\n.param p={{{name}({ARGUMENTS.get(name, 0.5)})}}\nva a 0 {{p}}\n.tran 1n 10n\n.end\n"
    Deck("d", text, (), (Final("a", "a"),), 1e-8).measure()


@pytest.mark.parametrize("name", sorted(SOURCE_FUNCTIONS))
def test_ngspice_knows_every_function_that_is_let_through_in_sources(name):
    text = f"t\nva a 0 0.5\nbx x 0 v={name}({ARGUMENTS.get(name, 0.5)})\n.tran 1n 10n\n.end\n"
    Deck("d", text, (), (Final("x", "x"),), 1e-8).measure()
