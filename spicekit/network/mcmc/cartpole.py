"""Cartpole: policies sampled in the array, the better the likelier; the environment is Gymnasium's (extra `bayes`).

There are no labels: ln of the likelihood of a policy is proportional to how long it balances the pole, as a share of
the longest time, on start states that stay the same during a training.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from spicekit.errors import InputError, install_extra
from spicekit.network.mcmc.devices import generator_of
from spicekit.network.mcmc.evidence import Whole
from spicekit.network.mcmc.law import Law
from spicekit.network.mcmc.sampler import Learned, Rule, learn
from spicekit.network.mcmc.target import Coding
from spicekit.network.shown import Shown

LONGEST = 500
SOLVED = 475.0
"""Steps of an episode, and the mean that counts as solved: CartPole-v1 of Gymnasium."""
FEATURES = 5  # four of the state, and a constant
_STARTS = 8  # of a training
_TESTS = 50  # start states of a test, none of them seen in training
_SIZES = np.array(
    [2.4, 2.0, 0.21, 2.0]
)  # of the state: where an episode ends, and of that order for the velocities
_PUSH = 0.05  # start states lie within, as in CartPole-v1
_SHARPNESS = 20.0  # ln of the likelihood of a policy that always balances, over one that never does


@dataclass(frozen=True)
class Pole:
    """What arrays are asked that learn to balance the pole."""

    law: Law
    code: Coding
    rule: Rule
    arrays: int
    seed: int


@dataclass(frozen=True, repr=False)
class Balanced(Shown):
    """How long arrays balance the pole on start states that they have not seen."""

    asked: Pole
    steps: np.ndarray  # (arrays,), mean over start states
    untrained: np.ndarray  # (arrays,), the same of a policy drawn from the prior
    learned: Learned

    @property
    def solved(self) -> int:
        """How many arrays have learned it."""
        return int((self.steps >= SOLVED).sum())

    @property
    def table(self) -> pd.DataFrame:
        """Return one row per array: steps balanced with and without training, share of accepted proposals."""
        return pd.DataFrame(
            {
                "array": np.arange(len(self.steps)),
                "steps": self.steps,
                "untrained": self.untrained,
                "accepted": self.learned.accepted / self.learned.proposals,
            }
        )


def cartpole(asked: Pole, progress: Callable[[int], None] = lambda _: None) -> Balanced:
    """Return what arrays learn; `progress` is told how many proposals are done.

    Raises:
        InputError: Gymnasium is not installed.
    """
    code, seed, chains = asked.code, asked.seed, tuple(range(asked.arrays))
    train, test = (
        _Poles(chains, starts, seed, what) for starts, what in ((_STARTS, "poles"), (_TESTS, "other poles"))
    )

    def likelihood(w: np.ndarray) -> np.ndarray:
        return _SHARPNESS * train.balanced(partial(_follow, w[:, None])).mean(axis=1) / LONGEST

    learned = learn(asked.law, code, Whole(likelihood), FEATURES, asked.rule, chains, seed, progress)
    policies = code.parameters(learned.conductances)
    voted = test.balanced(partial(_vote, policies))
    untrained = code.prior_std * np.stack(
        [generator_of(seed, c, "untrained").standard_normal(FEATURES) for c in chains]
    )
    random = test.balanced(partial(_follow, untrained[:, None]))
    return Balanced(asked, voted.mean(axis=1), random.mean(axis=1), learned)


def _follow(w: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Return which (arrays, starts) push to the right; w is (arrays, 1, features)."""
    return (states * w).sum(axis=-1) > 0


def _vote(policies: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Return which push to the right: policies (arrays, models, features) vote."""
    return expit(states @ policies.swapaxes(-1, -2)).mean(axis=-1) > 0.5


class _Poles:
    """Poles of several arrays on carts, some start states for each; the same states at each call."""

    def __init__(self, chains: tuple[int, ...], starts: int, seed: int, what: str) -> None:
        try:
            from gymnasium.envs.classic_control.cartpole import (
                CartPoleVectorEnv,
            )
        except ImportError:
            raise InputError(f"`cartpole` needs Gymnasium: {install_extra('bayes')}") from None
        self._shape = len(chains), starts
        self._environment: Any = CartPoleVectorEnv(num_envs=len(chains) * starts, max_episode_steps=LONGEST)
        # as the environment draws them, but each array its own, however many there are
        drawn = [generator_of(seed, chain, what).uniform(-_PUSH, _PUSH, (4, starts)) for chain in chains]
        self._states = np.concatenate(drawn, axis=1)

    def balanced(self, policy: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Return for how many steps (arrays, starts) the pole stays up; the policy says where to push right."""
        self._environment.reset(seed=0)  # what it draws is replaced
        self._environment.state = self._states.copy()
        states, up = self._states.T, np.ones(self._states.shape[1], dtype=bool)
        steps = np.zeros(len(up))
        for _ in range(LONGEST):
            seen = np.column_stack([states / _SIZES, np.ones(len(states))]).reshape(*self._shape, FEATURES)
            states, _, fallen, _, _ = self._environment.step(policy(seen).astype(np.int64).ravel())
            steps += up
            up &= ~fallen
            if not up.any():
                break
        return steps.reshape(self._shape)
