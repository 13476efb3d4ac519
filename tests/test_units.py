"""Quantities at the boundary: units are required, and M is never guessed."""

import pytest

from spicekit.units import celsius, engineering, kelvin, quantity, text_of


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("200 uA", "A", 200e-6), ("200u", "A", 200e-6), ("200µA", "A", 200e-6), ("2.5 V", "V", 2.5),
        ("100 ns", "s", 100e-9), ("1e-3 s", "s", 1e-3), ("75 fF", "F", 75e-15), ("10 MegOhm", "Ohm", 1e7),
        ("10 megohm", "ohm", 1e7), ("-3 mV", "V", -3e-3), ("27 C", "C", 27.0),
        ("10 K", "C", 10.0), ("10 °C", "C", 10.0),
    ],
)  # fmt: skip
def test_quantities_are_exact(text, unit, value):
    assert quantity(text, unit) == value


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (2e-4, "A", "200 uA"), (2.5, "V", "2.5 V"), (1e-7, "s", "100 ns"), (0.0, "V", "0 V"), (-0.1, "V", "-100 mV"),
        (1e7, "Ohm", "10 MegOhm"), (1e-20, "J", "0.00000000000000000001 J"), (1e13, "Hz", "10000000000000 Hz"),
        (0.1 + 0.2, "V", "300.00000000000004 mV"),
    ],
)  # fmt: skip
def test_the_text_of_a_quantity_is_read_as_the_very_number(value, unit, text):
    assert text_of(value, unit) == text
    assert quantity(text, unit) == value


def test_kelvin_is_celsius_and_back():
    assert kelvin(27.0) == 300.15
    assert all(celsius(f"{kelvin(t / 10)} K") == t / 10 for t in range(-550, 2001))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("85 C", 85.0), ("85C", 85.0), ("85°C", 85.0), ("85 °C", 85.0), ("300 K", 26.85), ("300K", 26.85),
        ("233.15 K", -40.0), ("-40 °C", -40.0), ("0 K", -273.15),
    ],
)  # fmt: skip
def test_temperatures_are_in_celsius_or_kelvin(text, value):
    assert celsius(text) == value


@pytest.mark.parametrize("text", ["85", "85 F", "85 degC", "85 ° C", "hot", 85, "٨٥ C"])
def test_what_is_no_temperature_is_refused(text):
    with pytest.raises(ValueError, match="27 C"):
        celsius(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (200e-6, "bare number"), ("2.5", "without a unit"), ("5 MV", "milli in SPICE"), ("5M", "milli in SPICE"),
        ("2.5 A", "expected the unit V"), ("fast", "expected a number"), (True, "bare number"), ("1 kkV", "the unit V"),
    ],
)  # fmt: skip
def test_what_is_not_a_quantity_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        quantity(text, "V")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.96e-10, "296 pJ"),
        (0.0, "0 J"),
        (1.0, "1 J"),
        (9.999e-7, "1 µJ"),
        (1234.0, "1.23 kJ"),
        (-2e-3, "-2 mJ"),
    ],
)
def test_numbers_get_a_prefix(value, text):
    assert engineering(value, "J") == text
