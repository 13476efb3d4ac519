"""Commands as a person meets them: on a terminal, of any width and kind."""

import pytest

from .conftest import SHORT_SPEC
from .terminals import on_terminal, plain


@pytest.mark.parametrize("columns", [60, 80])
def test_a_run_on_a_terminal_draws_its_bar_and_ends_well(tmp_path, columns):
    (tmp_path / "short.toml").write_text(SHORT_SPEC)
    code, text = on_terminal(
        "run", "short.toml", "--quick", "-o", "out", "-j", "2", cwd=tmp_path, columns=columns
    )
    assert code == 0, text
    assert any("6/6" in line for line in plain(text))
    assert "report: out/report.html" in plain(text)
    assert max(len(line) for line in plain(text)) <= columns
