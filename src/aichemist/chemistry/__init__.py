"""The vocabulary: formulas, quantities, recipes, protocols, and the records that pass between the rooms.

This room knows no other. Everything here is plain, frozen data with a little arithmetic.
"""

from ._codec import from_plain, to_plain
from ._errors import (
    AIChemistError,
    DatasetError,
    DriverError,
    DuplicateCommandError,
    InfeasibleError,
    InputError,
    RecordsError,
    RefusedError,
    RunExistsError,
)
from ._files import load_protocol, load_toml, validated
from ._formula import ATOMIC_WEIGHTS, element_counts, molar_mass
from ._operations import OPERATIONS, ROBOT_OPERATIONS, Parameter
from ._protocol import Protocol, Scaled, StepTemplate, parse_protocol
from ._records import (
    Design,
    Digest,
    Direction,
    Evidence,
    Experiment,
    Finding,
    Goal,
    Hypothesis,
    LabLimits,
    Objective,
    Observation,
    Prediction,
    Proposal,
    Recipe,
    Reported,
    Review,
    StationLimits,
    Step,
    StockLimits,
    Wait,
)
from ._simplex import Simplex
from ._units import SI_UNITS, format_duration, format_volume, parse_quantity

__all__ = [
    "ATOMIC_WEIGHTS",
    "OPERATIONS",
    "ROBOT_OPERATIONS",
    "SI_UNITS",
    "AIChemistError",
    "DatasetError",
    "Design",
    "Digest",
    "Direction",
    "DriverError",
    "DuplicateCommandError",
    "Evidence",
    "Experiment",
    "Finding",
    "Goal",
    "Hypothesis",
    "InfeasibleError",
    "InputError",
    "LabLimits",
    "Objective",
    "Observation",
    "Parameter",
    "Prediction",
    "Proposal",
    "Protocol",
    "Recipe",
    "RecordsError",
    "RefusedError",
    "Reported",
    "Review",
    "RunExistsError",
    "Scaled",
    "Simplex",
    "StationLimits",
    "Step",
    "StepTemplate",
    "StockLimits",
    "Wait",
    "element_counts",
    "format_duration",
    "format_volume",
    "from_plain",
    "load_protocol",
    "load_toml",
    "molar_mass",
    "parse_protocol",
    "parse_quantity",
    "to_plain",
    "validated",
]
