"""Measurements against closed forms on hand-made waves with an uneven time axis."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from spicekit.ngspice import At, Charge, Crossing, Difference, Energy, Final, Mean, MeasurementFailed, Peak

TIME = np.concatenate(([0.0], np.sort(np.random.default_rng(0).uniform(0, 2, 50)), [2.0]))
WAVES = {
    "time": TIME,
    "ramp": 3 * TIME - 1,
    "fall": 1 - TIME,
    "vs#branch": 2 - TIME,
}


def test_points():
    assert Final("m", "v(ramp)")(WAVES) == 5
    assert At("m", "ramp", 0.7)(WAVES) == pytest.approx(1.1, rel=1e-14)
    assert Difference("m", "ramp", "fall", 0.7)(WAVES) == pytest.approx(0.8, rel=1e-14)
    assert Difference("m", "ramp", "fall")(WAVES) == 6


def test_windows_of_straight_waves_are_exact():
    window = {"start": 0.123, "stop": 1.777}

    def integral(f):
        return quad(f, 0.123, 1.777)[0]

    power = integral(lambda t: ((3 * t - 1) - (1 - t)) * (2 - t))
    assert Energy("m", "ramp", "fall", "i(vs)", **window)(WAVES) == pytest.approx(power, rel=1e-12)
    assert Energy("m", "ramp", "fall", "i(vs)", delivered=True, **window)(WAVES) == pytest.approx(
        -power, rel=1e-12
    )
    assert Charge("m", "i(vs)", **window)(WAVES) == pytest.approx(integral(lambda t: 2 - t), rel=1e-12)
    assert Mean("m", "ramp", **window)(WAVES) == pytest.approx(3 * 0.95 - 1, rel=1e-12)
    assert Peak("m", "ramp", **window)(WAVES) == pytest.approx(3 * 1.777 - 1, rel=1e-12)
    assert Peak("m", "ramp", lowest=True, **window)(WAVES) == pytest.approx(3 * 0.123 - 1, rel=1e-12)


def test_crossings():
    assert Crossing("m", "ramp", None, 2.0)(WAVES) == pytest.approx(1.0, rel=1e-12)
    assert Crossing("m", "ramp", None, 2.0, start=0.25)(WAVES) == pytest.approx(0.75, rel=1e-12)
    assert Crossing("m", "fall", None, 0.5, rising=False)(WAVES) == pytest.approx(0.5, rel=1e-12)
    assert Crossing("m", "ramp", "fall", 0.0)(WAVES) == pytest.approx(0.5, rel=1e-12)
    # |4 t - 2| starts at 2, falls through 1 at t = 0.25 and rises through it at t = 0.75
    assert Crossing("m", "ramp", "fall", 1.0, magnitude=True)(WAVES) == pytest.approx(0.75, rel=1e-12)
    falling = Crossing("m", "ramp", "fall", 1.0, magnitude=True, rising=False)
    assert falling(WAVES) == pytest.approx(0.25, rel=1e-12)


def test_a_magnitude_crossing_between_points_of_opposite_sign():
    waves = {"time": np.array([0.0, 1.0]), "a": np.array([-0.5, 1.0])}
    assert Crossing("m", "a", None, 0.75, magnitude=True)(waves) == pytest.approx(1.25 / 1.5)
    waves["a"] = np.array([1.0, -0.3])
    assert Crossing("m", "a", None, 0.5, magnitude=True, rising=False)(waves) == pytest.approx(0.5 / 1.3)


def test_no_answer_is_said_not_guessed():
    with pytest.raises(MeasurementFailed, match="never crosses"):
        Crossing("m", "fall", None, 2.0)(WAVES)
    assert Crossing("m", "fall", None, 2.0, missing=math.inf)(WAVES) == math.inf
    with pytest.raises(MeasurementFailed, match="outside"):
        At("m", "ramp", 2.1)(WAVES)
    with pytest.raises(MeasurementFailed, match="outside"):
        Mean("m", "ramp", 1.0, 2.1)(WAVES)
    with pytest.raises(MeasurementFailed, match="outside"):
        Mean("m", "ramp", 1.0, 0.5)(WAVES)


def test_vectors_are_those_read():
    assert Energy("m", "v(P)", None, "i(Vs)").vectors == ("p", "vs#branch")
    assert Crossing("m", "q", "qb", 1.0).vectors == ("q", "qb")
