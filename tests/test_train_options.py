"""The commands that train networks, where PyTorch is not installed."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["train", "baseline"])
def test_without_pytorch_one_line_says_how_to_get_it(module, tmp_path):
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError('torch')")
    code = f"import runpy, sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv[1:] = ['--help']; "
    code += f"runpy.run_module('spicekit.network.bnn.{module}', run_name='__main__')"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 2
    (line,) = found.stderr.splitlines()
    assert "training needs PyTorch: `pip install '.[torch]'`" in line
    assert not found.stdout
