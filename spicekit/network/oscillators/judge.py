"""Vowels in all ways, beside usual classifiers and, if asked for, for other couplings, noise and spreads."""

from collections.abc import Callable

from spicekit.network.oscillators.baselines import baselines
from spicekit.network.oscillators.scan import points, scan
from spicekit.network.oscillators.vowels import Study, steps_in, study_vowels, tests_of
from spicekit.network.oscillators.vowels_result import Result

_POINT = 50  # steps of the progress that a point of the scan is worth


def all_steps(study: Study, maps: bool) -> int:
    """Return how many steps `judge_vowels` has."""
    return steps_in(study) + _POINT * points() * maps


def judge_vowels(
    study: Study, maps: bool = False, progress: Callable[[int], None] = lambda _: None
) -> Result:
    """Return all that is found, with `maps` also where it still works; `progress` is told steps."""
    findings = study_vowels(study, progress)
    own = steps_in(study)
    scanned = scan(study, lambda found: progress(own + _POINT * found)) if maps else ()
    size = (
        findings.first_split.tone_map.parameters
        + study.choice.oscillators
        + findings.trials["noisy"].parameters
    )
    usual = baselines(study.vowels, tests_of(study), size, study.seed)
    return Result(study, findings, usual, scanned)
