"""Our own rules over hazards, one file per family. They cannot be replaced by plug-ins."""

from .._rules import PHYSICAL_RULES, Rule
from ._decomposition import Decomposition
from ._energy import Energy, decomposition_heat_j_per_kg
from ._gas import FlammableGas, Pressure, ToxicGas
from ._handling import AirSensitive, Centrifuge, LabLimit, LightSensitive, WasteStream
from ._heat import Exotherm, OpenHeating, Oven
from ._identity import Explosive, Scheduled, Structure, Unknown
from ._limits_loosened import LimitsLoosened
from ._mixing import Mixing, SharedChamber, Waste
from ._toxic import AcutelyToxic, Carcinogen, Hydrofluoric, ToxicFumes

#: everything of ours, registered in pyproject under the same entry point as anyone's
OWN_RULES: tuple[type[Rule], ...] = (
    *PHYSICAL_RULES,
    Unknown,
    Scheduled,
    Explosive,
    Structure,
    Mixing,
    Waste,
    SharedChamber,
    ToxicGas,
    FlammableGas,
    Pressure,
    OpenHeating,
    Oven,
    Decomposition,
    Exotherm,
    Energy,
    Carcinogen,
    AcutelyToxic,
    Hydrofluoric,
    ToxicFumes,
    AirSensitive,
    LightSensitive,
    Centrifuge,
    WasteStream,
    LabLimit,
    LimitsLoosened,
)

__all__ = ["OWN_RULES", "decomposition_heat_j_per_kg"]
