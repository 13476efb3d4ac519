"""Writes the fitted card: the base card's text, with the numbers that were fitted and where they come from."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit

from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.fit.curve import BARRIER
from spicekit.fit.estimate import Estimate, Interval
from spicekit.fit.fit import Fit
from spicekit.fit.form import Formed
from spicekit.fit.measured import Setting
from spicekit.models.population import PARTS
from spicekit.models.quantity import find_card
from spicekit.models.rram import RramModel, load_rram
from spicekit.models.spread_law import SpreadLaw
from spicekit.run_folder import write_text

_DIGITS = 5
FITTED_AT = ("set_compliance", "reset_voltage", "pulse_width")


def check_output(path: Path, force: bool) -> None:
    """Refuse a place that no card can be written to.

    Raises:
        InputError: not TOML, no such folder, or there is a file already and `force` is not given.
    """
    if path.suffix != ".toml":
        raise InputError(f"{path}: a card is a TOML file: expected a name that ends in .toml")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}: make it first")
    if path.exists() and not force:
        raise InputError(f"{path}: exists already; give another name, or `--force` to replace it")


def write_card(fit: Fit, base: str | Path, measured: str, path: Path) -> Path:
    """Write the card and check that it loads.

    All numbers that were not fitted keep value, status and source of `base`; comments stay. A subcircuit of the
    user's own beside the base card is copied beside the new one.

    Args:
        base: the card that the fit started from.
        measured: name of the file that was fitted.

    Raises:
        InputError: the card would not be accepted, such as for a spread too wide for its value.
    """
    source = find_card(base, "rram")
    document = tomlkit.parse(source.read_text(encoding="utf-8"))
    _head(document, path, measured)
    for estimate in fit.estimates:
        if estimate.key[0] != "spread":
            _set(document, estimate.key, estimate.interval.value, _origin(estimate, measured))
    _spreads(document, fit, measured)
    _range(document, fit.settings)
    own = source.parent / document["meta"]["subcircuit"]  # type: ignore[index]
    place = path.parent / own.name
    if own.is_file() and not place.exists() and source.parent != data_path("device_models", "rram"):
        shutil.copyfile(own, place)
    draft = path.with_name(f".{path.stem}.draft.toml")  # checked before it takes the place of another
    try:
        write_text(draft, _header(source, measured) + tomlkit.dumps(document))
        load_rram(draft)
        draft.replace(path)
    except InputError as error:
        raise InputError(str(error).replace(str(draft), str(path))) from None
    finally:
        draft.unlink(missing_ok=True)
    return path


def _head(document: Any, path: Path, measured: str) -> None:
    base = document["meta"]["name"]
    document["meta"]["name"] = path.stem
    document["meta"]["description"] = f"{base}, fitted to {measured}"


def _header(source: Path, measured: str) -> str:
    return (
        f"# Fitted by `spicekit fit` to {measured}: the entries whose source names that file.\n"
        f"# All else stands as in the base card {source.name}, whose own remarks follow.\n#\n"
    )


def _origin(estimate: Estimate, measured: str) -> str:
    interval = estimate.interval
    stated = f", {estimate.stated}" if estimate.stated else ""
    return (
        f"{measured}, {estimate.resistances} resistances{stated}, "
        f"95 % interval {interval.low:.4g} ... {interval.high:.4g}"
    )


def _spreads(document: Any, fit: Fit, measured: str) -> None:
    """Set both levels of each spread that was touched; the origin says which is from where."""
    fitted = {e.key[1:]: e for e in fit.estimates if e.key[0] == "spread"}
    formed = {one.parameter: one for one in fit.forms.states.values()} if fit.forms else {}
    for parameter, one in formed.items():
        document["spread"][parameter] = _formed(fit.rram.laws[parameter], one, fitted, measured)
    _correlate(document, fit.rram, fit.forms.correlation if fit.forms else None, measured)
    for parameter in dict.fromkeys(p for p, _ in [*fitted, *fit.scaled]):
        if parameter in formed:
            continue
        entry = document["spread"][parameter]
        before, origins = f"{entry['status']}, {entry['source']}", []
        relative = fit.rram.value(parameter) if entry["kind"] == "relative" else 1.0
        for form in ("shape", "uneven", "marginal"):
            if form in entry and not getattr(fit.rram.laws[parameter], form):
                del entry[form]
        for of in PARTS:
            key = (parameter, of)
            _number(entry, of, fit.rram.sigma(*key) / relative)
            if key in fitted:
                unit = "" if relative == 1.0 else f" {fitted[key].unit}"
                origins.append(f"{of}: {_origin(fitted[key], measured)}{unit}")
            elif key in fit.scaled:
                origins.append(f"{of}: put to {fit.scaled[key]:.2f} of it, as {measured} spreads less")
            elif (parameter, "slow") in fitted and fitted[parameter, "slow"].stated:
                origins.append(f"{of}: not told apart from slow")
        if not {(parameter, "device"), (parameter, "slow")} <= set(fitted):
            origins.append(f"base card: {before}")
        entry["status"], entry["source"] = "fitted", "; ".join(origins)


def _formed(law: SpreadLaw, one: Formed, fitted: Mapping[Any, Estimate], measured: str) -> Any:
    """Return the entry of a distribution that was fitted with its tails."""
    entry = tomlkit.inline_table()
    entry["device"] = 0.0  # stands also where other parameters bring all that differs between devices
    for part in PARTS:
        _number(entry, part, getattr(law, part))
    _number(entry, "uneven", law.uneven)
    entry["kind"] = "absolute"
    if law.shape:
        entry["shape"] = {name: _rounded(value) for name, value in law.shape}
    if law.marginal:
        entry["marginal"] = {name: [_rounded(v) for v in values] for name, values in law.marginal}
    ends = ", ".join(
        f"{part} {found.interval.low:.4g} ... {found.interval.high:.4g}"
        for part in PARTS
        if (found := fitted.get((one.parameter, part)))
    )
    entry["status"] = "fitted"
    entry["source"] = f"{measured}, {one.resistances} resistances, 95 % intervals: {ends} eV"
    return entry


def _correlate(document: Any, rram: RramModel, found: Interval | None, measured: str) -> None:
    tables = tomlkit.aot()
    for law in rram.correlations:
        table = tomlkit.table()
        table["of"] = list(law.of)
        table["value"] = _rounded(law.value)
        table["status"], table["source"] = law.status, law.source
        if found and set(law.of) == set(BARRIER.values()):
            table["source"] = (
                f"{measured}, means of devices, 95 % interval {found.low:.3g} ... {found.high:.3g}"
            )
        tables.append(table)
    document.pop("correlation", None)
    if rram.correlations:
        document["correlation"] = tables


def _range(document: Any, settings: Sequence[Setting]) -> None:
    """Note between which conditions the card rests on data: a run elsewhere says so."""
    document["fitted_at"] = table = tomlkit.table()
    table.comment("lowest and highest condition that was measured, SI units; a run beyond says so")
    for name in FITTED_AT:
        values = [getattr(setting, name) for setting in settings]
        table[name] = [min(values), max(values)]


def _set(document: Any, key: tuple[str, ...], value: float, source: str) -> None:
    entry: Mapping = document
    for part in key:
        entry = entry[part]
    _number(entry, "value", value)
    entry["status"], entry["source"] = "fitted", source  # type: ignore[index]


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _number(entry: Any, key: str, value: float) -> None:
    rounded = _rounded(value)
    if rounded != entry.get(key, 0):
        entry[key] = rounded
