"""What the simulated devices are worth to a network, as functions; nothing is written, no simulator runs."""

from spicekit.face.networks.bayesian import bayes
from spicekit.face.networks.learning import cartpole, mcmc
from spicekit.face.networks.memory import bnn
from spicekit.face.networks.oscillators import digits, vowels
from spicekit.face.networks.posteriors import posterior
from spicekit.face.networks.probabilistic import pbits

__all__ = ["bayes", "bnn", "cartpole", "digits", "mcmc", "pbits", "posterior", "vowels"]
