"""The vocabulary: formulas, quantities, recipes, protocols, and the records that pass between the rooms.

This room knows no other. Everything here is plain, frozen data with a little arithmetic.
"""

from typing import TYPE_CHECKING

from ._codec import from_plain, to_plain
from ._concentration import check_concentration
from ._constraints import Constraint, parse_constraint, parse_expression
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
from ._feedstocks import Feedstocks
from ._figures import impossible, pair, with_uncertainty
from ._files import load_protocol, load_toml, validated
from ._formula import ATOMIC_WEIGHTS, element_counts, molar_mass
from ._literature import (
    COMPARATORS,
    SECTION_KINDS,
    Action,
    Condition,
    Document,
    Ingredient,
    Link,
    Mention,
    Procedure,
    Reading,
    ReadTable,
    Section,
    Skipped,
    Value,
)
from ._maker import ORIGINS, Maker, MakerKind, maker_of, origin, software, version
from ._operations import OPERATIONS, ROBOT_OPERATIONS, Parameter
from ._parts import drop_part
from ._protocol import Protocol, Scaled, StepTemplate, did_you_mean, parse_protocol
from ._records import (
    OUTCOMES,
    Contradiction,
    Design,
    Digest,
    Direction,
    Distribution,
    Evidence,
    Experiment,
    Finding,
    Goal,
    Hypothesis,
    LabLimits,
    MadeBy,
    Objective,
    Observation,
    Outcome,
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
from ._space import Column, Space
from ._units import SI_UNITS, format_duration, format_volume, parse_quantity
from ._variables import Variable, Variables, categorical, continuous, integer, ordinal

if TYPE_CHECKING:
    from ._space_file import SpaceFile, build_space

__all__ = [
    "ATOMIC_WEIGHTS",
    "COMPARATORS",
    "OPERATIONS",
    "ORIGINS",
    "OUTCOMES",
    "ROBOT_OPERATIONS",
    "SECTION_KINDS",
    "SI_UNITS",
    "AIChemistError",
    "Action",
    "Column",
    "Condition",
    "Constraint",
    "Contradiction",
    "DatasetError",
    "Design",
    "Digest",
    "Direction",
    "Distribution",
    "Document",
    "DriverError",
    "DuplicateCommandError",
    "Evidence",
    "Experiment",
    "Feedstocks",
    "Finding",
    "Goal",
    "Hypothesis",
    "InfeasibleError",
    "Ingredient",
    "InputError",
    "LabLimits",
    "Link",
    "MadeBy",
    "Maker",
    "MakerKind",
    "Mention",
    "Objective",
    "Observation",
    "Outcome",
    "Parameter",
    "Prediction",
    "Procedure",
    "Proposal",
    "Protocol",
    "ReadTable",
    "Reading",
    "Recipe",
    "RecordsError",
    "RefusedError",
    "Reported",
    "Review",
    "RunExistsError",
    "Scaled",
    "Section",
    "Simplex",
    "Skipped",
    "Space",
    "SpaceFile",
    "StationLimits",
    "Step",
    "StepTemplate",
    "StockLimits",
    "Value",
    "Variable",
    "Variables",
    "Wait",
    "build_space",
    "categorical",
    "check_concentration",
    "continuous",
    "did_you_mean",
    "drop_part",
    "element_counts",
    "format_duration",
    "format_volume",
    "from_plain",
    "impossible",
    "integer",
    "load_protocol",
    "load_toml",
    "maker_of",
    "molar_mass",
    "ordinal",
    "origin",
    "pair",
    "parse_constraint",
    "parse_expression",
    "parse_protocol",
    "parse_quantity",
    "software",
    "to_plain",
    "validated",
    "version",
    "with_uncertainty",
]


def __getattr__(name: str) -> object:
    """What needs pydantic is imported when it is asked for, so that ``aichemist --help`` stays instant."""
    if name in ("SpaceFile", "build_space"):
        from . import _space_file

        return getattr(_space_file, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
