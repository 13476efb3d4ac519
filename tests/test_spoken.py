"""Spoken digits: front ends against closed forms, the reservoir against SciPy, the readout against scikit-learn."""

import hashlib
import io
import tarfile

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.io import wavfile
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.errors import InputError
from spicekit.network.data.spoken import Recordings, spoken_digits
from spicekit.network.oscillators.devices import load_oscillators
from spicekit.network.oscillators.front_ends import FRONT_ENDS, cochleagram, spectrogram
from spicekit.network.oscillators.readout import groups_of, moments, right
from spicekit.network.oscillators.reservoir import reservoir, responses, without_memory

from .made_up_oscillators import write_vortex

RATE = 8000


def _sine(frequency, seconds=0.3, rate=RATE):
    return np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate).astype(np.float32)


def _recordings(signals):
    n = len(signals)
    return Recordings(
        tuple(signals), RATE, np.arange(n) % 10, np.zeros(n, int), ("a", "b"), np.arange(n), "made up"
    )


def _device(tmp_path):
    return load_oscillators(write_vortex(tmp_path / "s.json")).devices(1, 1, spread=0.0)


def test_a_sine_lights_the_channel_of_its_frequency():
    frames = spectrogram(_recordings([_sine(1000)]))[0]
    assert set(frames.argmax(1)) == {16}  # 1 kHz over 8 kHz/128
    low, high = (frames.mean(0).argmax() for frames in cochleagram(_recordings([_sine(300), _sine(2500)])))
    # channels even on 21.4 log10(1 + 0.00437 f), 32 from 100 Hz to 3.6 kHz
    scale = 21.4 * np.log10(1 + 0.00437 * np.array([100, 300, 2500, 3600]))
    place = 31 * (scale - scale[0]) / (scale[-1] - scale[0])
    assert [low, high] == pytest.approx(place[1:3], abs=1)


@pytest.mark.parametrize("name", FRONT_ENDS)
def test_frames_do_not_depend_on_loudness_or_neighbours(name):
    sounds = [_sine(400) + 0.1 * _sine(1900), _sine(900, 0.02)]
    alone = FRONT_ENDS[name](_recordings(sounds[:1]))[0]
    both = FRONT_ENDS[name](_recordings([0.1 * sounds[1], 0.5 * sounds[0]]))
    assert len(both[0]) == 1  # shorter than a frame
    assert both[1] == pytest.approx(alone, abs=2e-3 * np.abs(alone).max())


def test_power_follows_the_current_as_in_scipy(tmp_path):
    """dp/dt = 2 (Γ- - Γ+) p, by DOP853."""
    device = _device(tmp_path)
    one = reservoir(device, 3, 12, bias=3.0, swing=1.5, node_time=0.5, noise=False, seed=1)
    frames = np.random.default_rng(2).random((2, 3))
    current = one.currents(frames).ravel()
    damping, growth, torque = (getattr(device, n)[0, 0] for n in ("damping", "damping_growth", "spin_torque"))

    def rate(t, p):
        i = current[min(int(t / one.node_time), len(current) - 1)]
        return 4 * np.pi * (torque * i * (1 - p) - damping * (1 + growth * p)) * p

    p, expected = device.power(np.array([[one.bias]]))[0], []
    for k in range(len(current)):
        span = k * one.node_time, (k + 1 - 1e-9) * one.node_time
        p = solve_ivp(rate, span, p, method="DOP853", rtol=1e-9, atol=1e-12).y[:, -1]
        expected.append(device.emitted(current[k])[0, 0] * p[0] ** 0.5)
    assert responses(one, [frames], 0)[0].ravel() == pytest.approx(expected, rel=1e-5)


def test_slow_nodes_have_no_memory(tmp_path):
    one = reservoir(_device(tmp_path), 3, 8, bias=3.0, swing=1.0, node_time=40.0, noise=False, seed=1)
    frames = [np.random.default_rng(2).random((3, 3))]
    assert responses(one, frames, 0)[0] == pytest.approx(without_memory(one, frames)[0], rel=1e-4)


def test_noise_of_the_amplitude_is_the_closed_form(tmp_path):
    """Under constant current p has the variance p D/Γp of the linearized model (Slavin and Tiberkevich 2009)."""
    device = _device(tmp_path)
    one = reservoir(device, 1, 50, bias=3.0, swing=0.0, node_time=0.1, noise=True, seed=1)
    bias = np.array([[one.bias]])
    volts = responses(one, [np.ones((60, 1))] * 20, 3)
    power = np.array([v[5:].ravel() for v in volts]) ** 2 / device.emitted(one.bias)[0, 0] ** 2
    p, d, rate = device.power(bias)[0, 0], device.noise(bias)[0, 0], device.relaxation_rate(bias)[0, 0]
    assert power.var() == pytest.approx(p * d / rate, rel=0.1)
    again = responses(one, [np.ones((60, 1))] * 2, 3)
    assert np.array_equal(again[1], volts[1])  # of recording and seed alone


def test_the_readout_is_ridge_regression_of_votes():
    from sklearn.linear_model import LinearRegression

    rng = np.random.default_rng(4)
    labels, speakers = np.tile(np.arange(10), 12), np.repeat(np.arange(6), 20)
    centres = rng.standard_normal((10, 14))
    features = [centres[k] + 1.2 * rng.standard_normal((rng.integers(3, 8), 14)) for k in labels]
    test = np.arange(120) % 4 == 0
    found = right(moments(features, groups_of(test, speakers)), labels, test)
    x = np.concatenate([f for f, t in zip(features, test, strict=True) if not t])
    y = np.concatenate(
        [np.eye(10)[[k] * len(f)] for f, k, t in zip(features, labels, test, strict=True) if not t]
    )
    model = LinearRegression().fit(x, y)
    votes = np.array([model.predict(f).mean(0).argmax() for f, t in zip(features, test, strict=True) if t])
    assert abs(found.mean() - (votes == labels[test]).mean()) <= 2 / 30  # penalties differ by little
    assert found.mean() > 0.6


def write_recordings(path, recordings=8):
    """Two speakers whose digits are tones of their own."""
    with tarfile.open(path, "w:gz") as archive:
        for digit in range(10):
            for place, speaker in enumerate(("ann", "bob")):
                for index in range(recordings):
                    rng = np.random.default_rng([digit, place, index])
                    tone = _sine((300 + 300 * digit) * (1 + 0.02 * place), 0.2) + 0.3 * rng.standard_normal(
                        1600
                    )
                    held = io.BytesIO()
                    wavfile.write(held, RATE, (8000 * tone).astype(np.int16))
                    info = tarfile.TarInfo(f"recordings/{digit}_{speaker}_{index}.wav")
                    info.size = len(held.getvalue())
                    archive.addfile(info, io.BytesIO(held.getvalue()))
    return path


def test_recordings_are_read_and_split(tmp_path):
    found = spoken_digits(write_recordings(tmp_path / "r.tar.gz"), 7)
    assert (len(found.labels), found.rate, found.names) == (140, RATE, ("ann", "bob"))
    assert found.test.sum() == 100
    with pytest.raises(InputError, match="all are for the test"):
        spoken_digits(tmp_path / "r.tar.gz", 5)
    with pytest.raises(InputError, match="need --path"):
        spoken_digits(None, 7)
    (tmp_path / "x.tar.gz").write_bytes(b"no archive")
    with pytest.raises(InputError, match="is not an archive of recordings") as raised:
        spoken_digits(tmp_path / "x.tar.gz", 7)
    assert "\n" not in str(raised.value)


def test_speakers_are_asked_for_by_name(tmp_path):
    own = write_recordings(tmp_path / "r.tar.gz", 6)
    assert len(spoken_digits(own, 6, ("bob", "ann")).labels) == 120
    with pytest.raises(InputError, match=r"`--speakers` `bo` \(did you mean `bob`\?\); there are ann, bob"):
        spoken_digits(own, 6, ("ann", "bo"))
    with pytest.raises(InputError, match="`--speakers` is `ann`, expected two or more"):
        spoken_digits(own, 6, ("ann",))


def test_only_the_recordings_of_the_data_set_have_its_name(tmp_path, monkeypatch):
    import spicekit.network.data.spoken as spoken

    content = {}
    for speaker, tone in (("ann", 400), ("bob", 600)):
        for take in (0, 7):
            wavfile.write(tmp_path / f"3_{speaker}_{take}.wav", RATE, (8000 * _sine(tone)).astype(np.int16))
        held = hashlib.sha256((tmp_path / f"3_{speaker}_0.wav").read_bytes()).hexdigest()
        content[speaker] = hashlib.sha256(f"3_{speaker}_0 {held}".encode()).hexdigest()
    own = spoken_digits(tmp_path, 8)
    assert own.source == f"{tmp_path.name}, whose recordings are not those of the free spoken digit dataset"
    assert own.chance == 1.0  # one digit alone
    monkeypatch.setattr(spoken, "_KNOWN", content)
    assert spoken_digits(tmp_path, 8).source.startswith("Free spoken digit dataset")
    (tmp_path / "3_bob_0.wav").write_bytes((tmp_path / "3_ann_0.wav").read_bytes())
    assert "are not those" in spoken_digits(tmp_path, 8).source


def test_takes_that_are_numbered_otherwise_are_named(tmp_path):
    for speaker in ("ann", "bob"):
        wavfile.write(tmp_path / f"3_{speaker}_7.wav", RATE, (8000 * _sine(400)).astype(np.int16))
    with pytest.raises(InputError, match=r"no takes numbered 0 \.\.\. 4, which are for the test"):
        spoken_digits(tmp_path, 8)
    with pytest.raises(InputError, match="numbered from 6 on, which `--recordings` 6 leaves out"):
        spoken_digits(tmp_path, 6)


def test_the_command_recognizes_tones(tmp_path):
    statistics, data = write_vortex(tmp_path / "s.json"), write_recordings(tmp_path / "r.tar.gz")
    arguments = ["network", "digits", str(statistics), "--path", str(data), "--front-ends", "spectrogram", "--nodes",
                 "40", "--recordings", "8", "--quiet", "-o", str(tmp_path / "out")]  # fmt: skip
    found = CliRunner().invoke(app, arguments)
    assert found.exit_code == 0, found.output
    assert "spectrogram, front end alone: 100.0% same speakers" in found.output
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Recognition rates" in page
    bad = CliRunner().invoke(app, [*arguments[:6], "spectogram", *arguments[7:]])
    assert "did you mean `spectrogram`" in str(bad.exception)
    bad = CliRunner().invoke(app, [*arguments, "--swing", "3"])
    assert "expected below `--bias` (3)" in str(bad.exception)
