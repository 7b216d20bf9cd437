"""Entities in procedures: what is done, with what, how much, how hot, how long, by models of our own that ship with us.

`find_entities` reads a stretch of text with a conditional random field trained on annotated syntheses (``synthesis``)
or wet-lab protocols (``protocol``); `tokenise` cuts text the way the models see it; `procedure_spans` says which
stretches of an article are procedures. Nothing is downloaded.
"""

from ._model import MODELS, EntityModel, find_entities, load_model
from ._procedures import is_procedure, procedure_spans
from ._tokens import Token, tokenise

__all__ = [
    "MODELS",
    "EntityModel",
    "Token",
    "find_entities",
    "is_procedure",
    "load_model",
    "procedure_spans",
    "tokenise",
]
