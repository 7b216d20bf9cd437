import numpy as np

from aichemist.lab.analysis import find_peaks


def pattern(places: list[float], seed: int = 0) -> dict[str, np.ndarray]:
    angle = np.arange(10, 80, 0.02)
    counts = 200 * np.exp(-angle / 60) + sum(400 * np.exp(-0.5 * ((angle - p) / 0.3) ** 2) for p in places)
    return {"two_theta_deg": angle, "intensity_counts": np.random.default_rng(seed).poisson(counts).astype(float)}


def test_peaks_are_found_where_they_are() -> None:
    places = [28.5, 33.1, 47.5, 56.3]  # CeO2: 111, 200, 220, 311 with Cu K-alpha
    found = find_peaks(pattern(places))
    assert np.allclose([p.two_theta_deg for p in found], places, atol=0.15)
    assert all(0.4 < p.fwhm_deg < 1.2 for p in found)


def test_background_alone_has_hardly_a_peak() -> None:
    assert sum(len(find_peaks(pattern([], seed))) for seed in range(20)) <= 2


def test_bad_data_give_no_peaks() -> None:
    good = pattern([28.5])
    assert find_peaks({}) == ()
    assert find_peaks({k: v[:10] for k, v in good.items()}) == ()
    assert find_peaks({**good, "intensity_counts": np.full_like(good["two_theta_deg"], np.nan)}) == ()
