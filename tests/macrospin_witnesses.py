"""The macrospin junction in other hands: Gilbert's equation in SciPy, and the simulator cmtj."""

import numpy as np
import pytest
from scipy.constants import elementary_charge, hbar, mu_0
from scipy.integrate import solve_ivp

from spicekit.models.macrospin_theory import resonance_frequency

TILT = 0.02  # rad


def start(axis, tilt=TILT):
    return np.roll([np.cos(tilt), np.sin(tilt), 0.0], "xyz".index(axis))


def gilbert(model, axis, field, current):
    """Return dm/dt as a function of (time, m), in plain floats: numpy costs more on three numbers.

    Gilbert's implicit form dm/dt = d + alpha m x dm/dt, solved by dm/dt = (d + alpha m x d)/(1 + alpha^2), as d is
    normal to m; the subcircuit states the expanded double products instead.
    """
    v = model.value
    polar, azimuth = np.radians([v("polarizer_polar"), v("polarizer_azimuth")])
    px, py, pz = (
        float(np.sin(polar) * np.cos(azimuth)),
        float(np.sin(polar) * np.sin(azimuth)),
        float(np.cos(polar)),
    )
    hx, hy, hz = (field if a == axis else 0.0 for a in "xyz")
    ms, square, gamma, alpha, beta = v("mu0_ms"), v("asymmetry") ** 2, v("gamma"), v("alpha"), v("field_like")
    nx, ny, nz, bk = v("n_x"), v("n_y"), v("n_z"), v("b_k")
    scale = (
        mu_0
        * hbar
        * v("polarization")
        * square
        * (current / v("area"))
        / (elementary_charge * ms * v("thickness"))
    )

    def rate(_, m):
        x, y, z = m.tolist()
        s = scale / (square + 1 + (square - 1) * (x * px + y * py + z * pz))
        # m x (b + s m x p - beta s p)
        qx, qy, qz = y * pz - z * py, z * px - x * pz, x * py - y * px
        bx = hx - ms * nx * x + s * (qx - beta * px)
        by = hy - ms * ny * y + s * (qy - beta * py)
        bz = hz - ms * nz * z + bk * z + s * (qz - beta * pz)
        dx, dy, dz = -gamma * (y * bz - z * by), -gamma * (z * bx - x * bz), -gamma * (x * by - y * bx)
        over = 1 / (1 + alpha * alpha)
        return [
            over * (dx + alpha * (y * dz - z * dy)),
            over * (dy + alpha * (z * dx - x * dz)),
            over * (dz + alpha * (x * dy - y * dx)),
        ]

    return rate


def in_scipy(model, axis, field, current, stop, tilt=TILT, tolerance=1e-7):
    """Time (points,) and magnetization (points, 3)."""
    times = np.linspace(0, stop, round(stop * 64 * resonance_frequency(model, field, axis)))
    solved = solve_ivp(
        gilbert(model, axis, field, current), (0, stop), start(axis, tilt), method="DOP853",
        rtol=tolerance, atol=tolerance / 100, t_eval=times,
    )  # fmt: skip
    return solved.t, solved.y.T


def in_cmtj(model, axis, field, current, stop, tilt=TILT, steps=200):
    """cmtj's layer has no Gilbert form of the torque: its factors kappa and beta take the terms in alpha."""
    cmtj = pytest.importorskip("cmtj")
    constants = cmtj.constants.PhysicalConstants
    v = model.value
    vector = cmtj.CVector
    demagnetization = [vector(v("n_x"), 0, 0), vector(0, v("n_y"), 0), vector(0, 0, v("n_z"))]
    layer = cmtj.Layer.createSTTLayer(
        id="free", mag=vector(*start(axis, tilt)), anis=vector(0, 0, 1), Ms=v("mu0_ms"), thickness=v("thickness"),
        cellSurface=v("area"), demagTensor=demagnetization, damping=v("alpha"),
        SlonczewskiSpacerLayerParameter=v("asymmetry"), beta=v("field_like") + v("alpha"),
        spinPolarisation=v("polarization"),
    )  # fmt: skip
    layer.setReferenceLayer(vector(*model.polarizer))
    layer.setKappa(1 - v("alpha") * v("field_like"))
    layer.setAnisotropyDriver(cmtj.ScalarDriver.getConstantDriver(v("b_k") * v("mu0_ms") / (2 * mu_0)))
    junction = cmtj.Junction([layer], v("r_p"), v("r_p") * (1 + v("tmr")))
    applied = [field / mu_0 if a == axis else 0.0 for a in "xyz"]
    junction.setLayerExternalFieldDriver("free", cmtj.AxialDriver(*applied))
    junction.setLayerCurrentDriver("free", cmtj.ScalarDriver.getConstantDriver(current / v("area")))
    constants.set_gyromagnetic_ratio(v("gamma") * mu_0)  # else 2.2088e5 m/(A s)
    try:
        step = 1 / (steps * resonance_frequency(model, field, axis))
        junction.runSimulation(stop, step, step)
    finally:
        constants.resetToDefaults()
    log = junction.getLog()
    return np.array(log["time"]), np.column_stack([log[f"free_m{a}"] for a in "xyz"])
