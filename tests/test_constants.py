"""The constants of physics are those that SciPy knows."""

import pytest
import scipy.constants

from spicekit import constants

KNOWN = [name for name in vars(constants) if not name.startswith("_") and name != "pi"]


@pytest.mark.parametrize("name", KNOWN)
def test_a_constant_is_the_one_that_scipy_has(name):
    assert getattr(constants, name) == pytest.approx(getattr(scipy.constants, name), rel=1e-8)
