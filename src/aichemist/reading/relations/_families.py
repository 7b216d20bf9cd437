"""Which kinds of mentions are linked by which relations, in the scheme of MSPT (Mysore et al. 2019, LAW XIII)."""

from __future__ import annotations

from attrs import frozen

#: one character a kind, so that what stands between two mentions is a short text; anything else is "?"
CODES = {
    "Operation": "O", "Material": "M", "Nonrecipe-Material": "R", "Number": "#", "Amount-Unit": "a", "Amount-Misc": "A",
    "Condition-Unit": "c", "Condition-Misc": "C", "Condition-Type": "t", "Property-Unit": "p", "Property-Misc": "P",
    "Property-Type": "T", "Material-Descriptor": "d", "Apparatus-Descriptor": "D", "Synthesis-Apparatus": "S",
    "Characterization-Apparatus": "X", "Apparatus-Unit": "u", "Apparatus-Property-Type": "y", "Brand": "B", "Meta": "m",
    "Reference": "r",
}  # fmt: skip

#: the roles of a material in an operation, arguments of the operation's event
ROLES = ("Participant_Material", "Recipe_Precursor", "Solvent_Material", "Recipe_Target", "Atmospheric_Material")
#: stands for any of `ROLES` until the role is chosen
ARGUMENT = "Argument"
NEXT = "Next_Operation"


@frozen
class Family:
    """Heads of some kinds that look for a tail of some kinds in their sentence.

    ``reach`` is how many tails to each side are considered; ``several`` whether a head may have more than one tail.
    """

    kind: str
    heads: str
    tails: str
    reach: int = 6
    several: bool = False


FAMILIES = (
    Family("Number_Of", "#", "acpu", 5),
    Family("Amount_Of", "aA", "MR", 6, several=True),
    Family("Condition_Of", "cC", "O", 5),
    Family(ARGUMENT, "MR", "O", 4),
    Family("Descriptor_Of", "d", "MR", 5, several=True),
    Family("Descriptor_Of", "D", "SX", 4),
    Family("Property_Of", "Pp", "MR", 5, several=True),
    Family("Apparatus_Of", "SX", "O", 4),
    Family("Brand_Of", "B", "MSRX", 10, several=True),
    Family("Type_Of", "tTy", "cpu", 4),
    Family("Apparatus_Attr_Of", "u", "SX", 4),
    Family("Coref_Of", "MR", "MR", 4),
)
