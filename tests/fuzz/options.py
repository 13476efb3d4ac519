"""Readers of the words of every command: options and arguments, whatever their values.

Each command ends before its work, mostly as the place for its results is taken: what is said then is a refusal, too.
"""

from pathlib import Path

from tests.fuzz.forms import WORDS
from tests.fuzz.reader import CommandRefused, Reader, command
from tests.fuzz.rule import files_in

_TAKEN = {"taken/keep": b"mine", "taken.toml": b"mine", "taken.png": b"mine"}
_CSV = {"m.csv": b"state,resistance\n" + b"lrs,6000\nhrs,90000\n" * 20}

# before the words, the options with values as people give them, behind the words
COMMANDS: dict[str, tuple[list[str], dict[str, str], list[str]]] = {
    "doctor": ([], {}, ["no_such"]),
    "init": ([], {"": "mine.toml"}, ["no_such/mine.toml"]),
    "run": (
        [],
        {"": "programming_conditions", "--workers": "2", "--seed": "7", "--quick": "", "--part": "0:100",
         "--max-discards": "1e-3", "--sample-timeout": "120", "--executor": "local", "--dry-run": "", "--quiet": ""},
        ["-o", "taken"],
    ),
    "report": ([], {"": "no_such"}, ["-o", "taken.png"]),
    "export": ([], {"": "no_such", "--to": "npz"}, ["-o", "taken.png"]),
    "show": ([], {"": "no_such\0typical:17@1e6", "--deck": "", "--plot": "p.png", "--csv": "w.csv"}, []),
    "merge": ([], {"": "no_such\0nor_such"}, ["-o", "taken"]),
    "fit": (
        ["m.csv"],
        {"--design": "2t2r_130nm", "--temperature": "27 C", "--set-compliance": "200u", "--reset-voltage": "2V",
         "--pulse-width": "1 us", "--read-voltage": "0.2", "--cycles": "1:9", "--alternating": "hrs,lrs",
         "--set-voltage": "2", "--set-word-line": "3V", "--set-word-line-loss": "1", "--reset-word-line": "4 V",
         "--read-word-line": "2000m", "--line-resistance": "3k", "--with-access-transistor": "",
         "--hold-out": "0.5", "--samples": "64", "--seed": "1", "--plot": "p.png", "--describe": "",
         "--only": "set_word_line=2:3:0.1", "--ended-sweeps": "",
         "--base": "no_such", "--force": "", "--quiet": ""},
        ["-o", "o.toml", "--base", "no_such"],
    ),
    "check-device": ([], {"": "vteam", "--design": "2t2r_130nm", "--quiet": ""}, ["-o", "taken"]),
    "network bnn": (
        [],
        {"": "programming_conditions", "--network": "digits_dense", "--data": "digits", "--path": "d", "--chips": "3",
         "--samples": "20", "--ber": "1e-3,0.01",
         "--transient": "0.01", "--programmings": "2", "--adapt": "100", "--beside": "digits_dense",
         "--by-layer": "0.01", "--array": "neuron", "--streams": "1,2", "--verify": "2",
         "--seed": "1", "--workers": "2", "--quiet": ""},
        ["-o", "taken"],
    ),
    "network mcmc": (
        [],
        {"": "learning", "--task": "moons", "--path": "d", "--splits": "3", "--steps": "20", "--devices": "400",
         "--blocks": "3", "--hidden": "2", "--prior": "0.25", "--low": "60 uA", "--high": "250u", "--arrays": "2",
         "--aged": "0", "--nuts": "0", "--perceptrons": "0", "--condition": "typical", "--seed": "1",
         "--workers": "2", "--quiet": ""},
        ["-o", "taken"],
    ),
    "network vowels": (
        [],
        {"": "oscillators", "--data": "hillenbrand", "--path": "v.csv", "--group": "women",
         "--vowels": "ae,iy", "--splits": "2", "--chips": "2",
         "--epochs": "1", "--oscillators": "4", "--reach": "0.65", "--lowest": "2", "--highest": "4",
         "--coupling": "1", "--noise": "1", "--spread": "1", "--load": "50", "--maps": "",
         "--seed": "1", "--quiet": ""},
        ["-o", "taken"],
    ),
    "network digits": (
        [],
        {"": "oscillators", "--path": "r", "--front-ends": "mfcc,spectrogram", "--speakers": "ann,bo",
         "--recordings": "8", "--masks": "2",
         "--nodes": "50", "--bias": "3", "--swing": "1.5", "--node-time": "2", "--noise": "1", "--spread": "1",
         "--seed": "1", "--quiet": ""},
        ["-o", "taken"],
    ),
    "network posterior": (
        [],
        {"": "learning", "--task": "moons", "--splits": "2", "--samples": "30", "--copies": "3", "--hidden": "4",
         "--steps": "20", "--dropout": "0.3", "--low": "60 uA", "--high": "250u", "--condition": "typical",
         "--seed": "1", "--quiet": ""},
        ["-o", "taken"],
    ),
    "entropy trng": (
        [],
        {"": "t.json", "--source": "junction", "--bits": "100000", "--interval": "30 ns", "--cells": "20",
         "--state": "hrs", "--bound": "0.1", "--tests": "16", "--seed": "1", "--quiet": ""},
        ["-o", "taken"],
    ),
    "entropy puf": (
        [],
        {"": "puf", "--state": "hrs", "--chips": "20", "--rows": "4", "--columns": "4", "--failure": "1e-3",
         "--seed": "1", "--quiet": ""},
        ["-o", "taken"],
    ),
    "network bayes": (
        [],
        {"": "programming_conditions", "--task": "synthetic", "--path": "d", "--beside": "learning",
         "--circuit": "bayes", "--chips": "2", "--features": "4", "--bins": "4", "--bits": "4",
         "--logarithmic-bits": "3", "--cycles": "15", "--stop": "2", "--random": "ideal", "--shared": "own",
         "--register": "8", "--scaling": "table", "--seed": "1", "--quiet": ""},
        ["-o", "taken"],
    ),
    "network pbits": (
        [],
        {"": "pbit", "--problems": "factor_945_6x4,maxcut_8,and_gate", "--file": "g.txt", "--times": "5,1e2",
         "--copies": "2", "--samples": "20", "--chips": "1", "--seed": "1", "--quiet": ""},
        ["-o", "taken"],
    ),
}  # fmt: skip
_SHARES = {
    "network bnn": 0.5,
    "network mcmc": 0.5,
    "network bayes": 0.5,
    "run": 0.5,
    "check-device": 0.5,
}  # of those that load or build much


def _reader(name: str) -> Reader:
    before, options, behind = COMMANDS[name]
    seeds = ["\0".join(part for part in pair if part) for pair in options.items()]
    argument = options.get("", "")
    with_argument = [
        seed if seed == argument else "\0".join(p for p in (argument, seed) if p) for seed in seeds
    ]

    def read(path: Path) -> None:
        words = path.read_bytes().decode("utf-8", "surrogateescape").split("\0")
        there = files_in(path.parent)
        try:
            command(*name.split(), *before, *words, *behind)
        except CommandRefused:  # a word is no file of the user's
            assert files_in(path.parent) == there, f"wrote something, then refused {words}"

    return Reader(
        "words",
        read,
        [seed.encode() for seed in with_argument] or [b"--verbose"],
        WORDS,
        _TAKEN | _CSV,
        _SHARES.get(name, 1.0),
    )


OPTIONS: dict[str, Reader] = {f"options of {name}": _reader(name) for name in COMMANDS}
