"""An `oscillator` block written from the vortex card's own numbers: no simulator, no errors of measurement."""

import numpy as np

from spicekit.models.mtj import load_mtj
from spicekit.statistics import Estimate, Statistics, save
from spicekit.studies.injection_locking.result import Injection, InjectionPoint
from spicekit.studies.oscillation.result import OscillationPoint, OscillatorLaws
from spicekit.studies.oscillators.result import Oscillator
from spicekit.studies.oscillators.spread import Spread

TEMPERATURE = 300.0


def spread(value, relative=0.0):
    found = Estimate(value=value)
    return Spread(mean=found, nominal=found, std=Estimate(value=relative * value), devices=10)


def vortex_block(injection=True, laws=True):
    model = load_mtj("vortex")
    law = model.oscillator(TEMPERATURE)
    points = tuple(
        OscillationPoint(
            current=i, flux_density=0.0, power=spread(law.power(i)), resistance=spread(model.voltage(i, 0.0) / i),
            voltage=spread(model.emitted_amplitude(i, law.power(i))), devices=10, below_threshold=0, unresolved=0,
            discards=0,
        )
        for i in (3e-3, 4e-3, 5e-3)
    )  # fmt: skip
    angle = np.deg2rad(model.value("injection_phase"))

    def drive(through, value):
        return InjectionPoint(through=through, ratio=1, drive=1e-4, coupling=spread(value), phase=spread(angle),
                              closed_form=0.0, pure_phase=0.0, devices=1, discards=0)  # fmt: skip

    field = model.value("field_injection") * model.value("line_field")
    return Oscillator(
        device="vortex",
        temperature=TEMPERATURE,
        points=points,
        laws=OscillatorLaws(
            frequency=spread(law.frequency, 0.03), frequency_shift=spread(law.frequency_shift, 0.1),
            damping=spread(law.damping, 0.05), damping_growth=spread(law.damping_growth),
            spin_torque=spread(law.spin_torque, 0.05), threshold=spread(law.threshold),
            thermal_power=spread(law.thermal_power), emission=spread(8.7, 0.05), worst_residual={},
        ) if laws else None,
        injection=Injection(points=(drive("line", field), drive("junction", model.value("injection"))), current=4e-3,
                            record=1e-6, status="made up", method="made up") if injection else None,
    )  # fmt: skip


def write_vortex(path, **what):
    save(Statistics(conditions=(), oscillator=vortex_block(**what)), path)
    return path
