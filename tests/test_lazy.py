"""Names of packages that are loaded when they are first used."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

MODULES = {"spicekit": {"ngspice", "statistics"}, "spicekit.statistics": set()}
"""Of each such package the names that are meant to be modules of it."""


@pytest.mark.parametrize("package", MODULES)
def test_every_name_is_there_and_no_other(package):
    module = import_module(package)
    assert set(module.__all__) <= set(dir(module))  # also before they are used, for who completes names
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = module.nothing


@pytest.mark.parametrize("package", MODULES)
def test_no_other_name_is_that_of_a_module_beside_it(package):
    """Python makes a module that is loaded an attribute of its package, in the place of what had the name."""
    module = import_module(package)
    beside = {found.name for found in iter_modules(module.__path__)}
    assert beside & set(module.__all__) == MODULES[package]
