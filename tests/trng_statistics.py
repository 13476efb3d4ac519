"""Statistics of a junction's read by hand: every number is chosen, none is simulated."""

import json

READ = 5e-9  # s, of the pre-charge and of the read


def moments(mean, std=0.0):
    return {"mean": mean, "std": std}


def share(errors, samples=40):
    return {"errors": errors, "samples": samples}


def trng_block(**other):
    flips = {"deciding": moments(0.0), "after": moments(0.5)}
    block = {
        "supply": 1.4, "temperature": 300.15, "read_time": READ, "precharge_time": READ, "reference": 9e3,
        "unusable": share(2), "unusable_trimmed": share(0), "offset": moments(0.0, 0.07), "window": moments(0.4, 0.01),
        "energy": moments(5e-14, 1e-15), "delay": moments(4e-10, 1e-11), "decisive_time": moments(1e-10, 1e-11),
        "rest_rate": moments(18.42068), "rest_tilt": moments(0.0),  # 1/s: ln of 1e8
        "flips_parallel": flips, "flips_antiparallel": flips, "live_reads": 80, "live_flips": 20,
        "live_flips_expected": 22.0, "live_wrong": 2, "live_wrong_expected": 2.5, "status": "chosen",
        "method": "by hand",
    }  # fmt: skip
    return block | other


def write_trng(path, **other):
    path.write_text(
        json.dumps({"schema": "spicekit.statistics/1", "conditions": [], "trng": trng_block(**other)})
    )
    return path
