"""Molecules as descriptors: Morgan fingerprints, cut to a few columns."""

from __future__ import annotations

from ._errors import InputError

_BITS, _RADIUS, _COLUMNS = 2048, 2, 6


def fingerprints(name: str, smiles: tuple[str, ...], choices: int) -> tuple[tuple[float, ...], ...]:
    """One row for each SMILES: Morgan fingerprints of radius 2 (Rogers and Hahn 2010, doi 10.1021/ci100050t), turned to
    their principal components over the choices, at most 6.

    Raises:
        InputError: not as many as choices, one that RDKit cannot read, or RDKit is not installed.
    """
    if len(smiles) != choices:
        raise InputError(
            f"needs one for each of the {choices} choices, not {len(smiles)}", key=f"{name}.smiles",
            value=list(smiles), mend="write one SMILES for each choice in their order, or leave smiles out",
        )  # fmt: skip
    try:
        from rdkit import Chem, RDLogger
        from rdkit.Chem import rdFingerprintGenerator
    except ImportError:
        raise InputError(
            "needs RDKit, which is not installed", key=f"{name}.smiles", mend="pip install 'aichemist[reading]'"
        ) from None
    import numpy as np

    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=_RADIUS, fpSize=_BITS)
    rows = []
    for text in smiles:
        molecule = Chem.MolFromSmiles(text) if len(text) <= 2000 else None
        if molecule is None:
            raise InputError(
                "is no SMILES that RDKit can read", key=f"{name}.smiles", value=text[:80],
                mend="look at brackets, ring numbers and capitals; ethanol is CCO, toluene Cc1ccccc1",
            )  # fmt: skip
        rows.append(generator.GetFingerprintAsNumPy(molecule))
    bits = np.array(rows, dtype=float)
    centred = bits - bits.mean(axis=0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    scores = u[:, :_COLUMNS] * s[:_COLUMNS]
    return tuple(tuple(float(v) for v in row) for row in scores)
