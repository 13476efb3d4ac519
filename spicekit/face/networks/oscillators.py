"""Networks of simulated oscillators: vowels by synchronization, spoken digits by a reservoir."""

from collections.abc import Sequence
from pathlib import Path

from spicekit.cli import network_digits, network_vowels
from spicekit.cli.progress import steps_of
from spicekit.errors import InputError
from spicekit.face.networks.arguments import arguments, checked, path_of
from spicekit.network.data.formants import Vowels, load_vowels
from spicekit.network.data.spoken import spoken_digits
from spicekit.network.data.talkers import listed
from spicekit.network.oscillators import digits_result, vowels_result
from spicekit.network.oscillators.devices import oscillators_of
from spicekit.network.oscillators.digits import Drive, steps_in, study_digits
from spicekit.network.oscillators.digits import Study as DigitsStudy
from spicekit.network.oscillators.front_ends import FRONT_ENDS
from spicekit.network.oscillators.judge import all_steps, judge_vowels
from spicekit.network.oscillators.setup import Choice
from spicekit.network.oscillators.vowels import Study
from spicekit.statistics import Statistics


def vowels(
    statistics: Statistics,
    data: str | Vowels = "hillenbrand",
    *,
    path: str | Path | None = None,
    group: str | Sequence[str] | None = None,
    vowels: str | Sequence[str] | None = None,
    splits: int = 4,
    chips: int = 5,
    epochs: int = 4,
    oscillators: int = 4,
    reach: float = 0.65,
    lowest: float = 2.0,
    highest: float = 4.0,
    coupling: float = 1.0,
    noise: float = 1.0,
    spread: float = 1.0,
    load: float | None = None,
    maps: bool = False,
    seed: int = 0,
    progress: bool = True,
) -> vowels_result.Result:
    """Tell spoken vowels apart by coupled oscillators, as `spicekit network vowels` does.

    Args:
        statistics: with an oscillator, such as those that come along as "oscillators".
        data: "hillenbrand", whose file is `path`, "deterding", or `Vowels`.
        group: of talkers: some of "women", "men", "girls", "boys", or the own words of the file; None: women.
        vowels: codes of the file, such as ["ae", "iy"]; None: the seven of `spicekit.network.data.formants.SEVEN`.
        splits: of the talkers into training and test, at least 2.
        chips: with devices drawn from the spread, at least 2.
        epochs: passes of the training over all training vowels.
        oscillators: on a chip.
        reach: of an oscillator to either side, in spacings between neighbours.
        lowest, highest: bias currents of the outermost oscillators, in threshold currents; above 1.
        coupling, noise, spread: as multiples of the simulated ones; 0 is none.
        load: of the loop, Ohm; None: that of the statistics.
        maps: whether to find the accuracy for other couplings, noise, spreads and ranges, too.

    Returns:
        `table`: a DataFrame, one row for each way and usual classifier; `findings`, `baselines`, `scan`.

    Raises:
        InputError: no oscillator, no such data, or a number out of range.
    """
    with arguments(network_vowels.vowels):
        checked(
            network_vowels.vowels, splits=splits, chips=chips, epochs=epochs, oscillators=oscillators, reach=reach,
            lowest=lowest, highest=highest, coupling=coupling, noise=noise, spread=spread, load=load, seed=seed,
        )  # fmt: skip
        choice = Choice(oscillators, 2, lowest, highest, reach, coupling, noise, spread, load)
        known = _tokens(data, path_of(path), listed(group), listed(vowels))
        study = Study(known, oscillators_of(statistics), choice, splits, chips, epochs, seed)
        with steps_of(not progress, all_steps(study, maps), "steps") as show:
            return judge_vowels(study, maps, show)


def _tokens(
    data: str | Vowels, path: Path | None, group: tuple[str, ...] | None, vowels: tuple[str, ...] | None
) -> Vowels:  # fmt: skip
    if not isinstance(data, Vowels):
        return load_vowels(data, path, group, vowels)
    for name, given in (("path", path), ("group", group), ("vowels", vowels)):
        if given is not None:
            raise InputError(
                f"`{name}` is for `data` by name: choose the tokens before you make `Vowels` of them"
            )
    return data


def digits(
    statistics: Statistics,
    path: str | Path | None = None,
    *,
    front_ends: Sequence[str] = tuple(FRONT_ENDS),
    speakers: str | Sequence[str] | None = None,
    recordings: int = 15,
    masks: int = 2,
    nodes: int = 200,
    bias: float = 3.0,
    swing: float = 1.8,
    node_time: float = 2.0,
    noise: float = 1.0,
    spread: float = 1.0,
    seed: int = 0,
    progress: bool = True,
) -> digits_result.Result:
    """Recognize spoken digits by one oscillator as a reservoir, as `spicekit network digits` does.

    Args:
        statistics: with an oscillator, such as those that come along as "oscillators".
        path: folder or .tar.gz of the recordings.
        front_ends: some of "spectrogram", "mfcc", "cochleagram".
        speakers: names, as in those of the files, at least 2; None: all.
        recordings: takes of each digit by each speaker, at least 6; the first 5 are the test.
        masks: of the inputs, each with a drawn device of its own, at least 2.
        nodes: virtual ones.
        bias: current, in threshold currents, above 1.
        swing: of the current to either side, in threshold currents, below `bias`.
        node_time: in relaxation times of the oscillator.
        noise, spread: as multiples of the simulated ones; 0 is none.

    Returns:
        `table`: a DataFrame, one row for each front end and way; `trials`.

    Raises:
        InputError: no oscillator, no such recordings, or a number out of range.
    """
    with arguments(network_digits.digits):
        checked(
            network_digits.digits, recordings=recordings, masks=masks, nodes=nodes, bias=bias, swing=swing,
            node_time=node_time, noise=noise, spread=spread, seed=seed,
        )  # fmt: skip
        drive = Drive(nodes, bias, swing, node_time, noise, spread)
        names = (front_ends,) if isinstance(front_ends, str) else tuple(dict.fromkeys(front_ends))
        known = spoken_digits(path_of(path), recordings, listed(speakers))
        study = DigitsStudy(known, oscillators_of(statistics), drive, masks, names, seed)
        with steps_of(not progress, steps_in(study), "steps") as show:
            return digits_result.Result(study, study_digits(study, show))
