"""What README, docs and messages say to users: how to install, and links that lead somewhere."""

import re
import tomllib
from pathlib import Path

import pytest

from spicekit.errors import install_extra

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md")), ROOT / "reports/README.md",
         ROOT / "benchmarks/README.md"]  # fmt: skip
OTHERS = [
    *ROOT.glob("*.toml"),
    ROOT / "Makefile",
    ROOT / "CITATION.cff",
    *ROOT.glob("tools/*"),
    *ROOT.glob(".ci/*"),
]
TEXTS = [*PAGES, *(p for p in OTHERS if p.is_file()), *ROOT.glob("spicekit/**/*.py"), *ROOT.glob("spicekit/**/*.j2"),
         *ROOT.glob("benchmarks/*.py"), *ROOT.glob("reports/*.py"), *ROOT.glob("tests/*.py"), *ROOT.glob("sweeps/*"),
         *ROOT.glob("device_models/**/*.toml"), *ROOT.glob("device_models/**/*.py")]  # fmt: skip

# the package index has another project of this name, with the same import name
FROM_INDEX = re.compile(
    r"(?:pip3?|pipx|uv|uvx|conda|mamba|poetry|easy_install)\b[^`\n]*\b(?:install|add|run|tool)\b[^`\n]*"
    r"""(?<![\w./'-])['"]?spicekit(?:\[|[=<>~!]=|['"`\s]|$)"""
)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def names_the_index(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if FROM_INDEX.search(line)]


@pytest.mark.parametrize("command", [
    "pip install spicekit", "pip install -U spicekit", "pip install 'spicekit[dask]'", 'pip install "spicekit[dask]"',
    "python -m pip install --upgrade spicekit==0.1", "`pip install spicekit`", "uv pip install spicekit",
    "uv add 'spicekit[torch]'", "pipx run spicekit", "conda install spicekit",
])  # fmt: skip
def test_commands_that_would_fetch_the_other_project_are_recognised(command):
    assert names_the_index(f"    {command}\n") == [command]


@pytest.mark.parametrize(
    "command", ["pip install .", "pip install '.[dask]'", "pip install -e .", "pip install ./spicekit"]
)
def test_commands_that_install_the_checkout_pass(command):
    assert names_the_index(command) == []


def test_no_text_tells_to_install_from_the_package_index():
    texts = {p.relative_to(ROOT): p.read_text(encoding="utf-8") for p in TEXTS if p != Path(__file__)}
    assert len(texts) > 200
    assert {path: found for path, text in texts.items() if (found := names_the_index(text))} == {}


def test_extras_do_not_name_the_project_itself_and_dev_has_the_compiler():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *(one for each in extras.values() for one in each)]
    assert not [one for one in asked if re.match(r"spicekit\b", one)]
    assert set(extras["verilog-a"]) <= set(extras["dev"])


def test_every_extra_that_a_message_names_exists():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    code = "\n".join(p.read_text(encoding="utf-8") for p in ROOT.glob("spicekit/**/*.py"))
    named = set(re.findall(r"install_extra\(['\"]([\w-]+)['\"]\)", code))
    assert {"dask", "verilog-a", "bayes", "flatten"} <= named <= set(extras)
    assert install_extra("dask").startswith("`pip install '.[dask]'`")


def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of a page's headings."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+\s+(.*)$", text, flags=re.MULTILINE)
    bare = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in bare}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(page):
    lost = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"\w+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


def test_the_commands_of_network_reports_are_those_of_their_index():
    """Whoever makes them elsewhere would else commit the paths of their machine."""
    index = re.sub(
        r"\s+#.*", "", (ROOT / "reports/README.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    pages = sorted(ROOT.glob("reports/network_*/report.html"))
    assert pages
    for page in pages:
        (command,) = re.findall(r"<pre>(spicekit network [^<]*)</pre>", page.read_text(encoding="utf-8"))
        assert command in index, page
