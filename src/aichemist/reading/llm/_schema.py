"""What a language model may say: typed, small, and every item with the words that it rests on."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field, ValidationError

#: kinds of entity that a model may name; those of the shipped recogniser
ENTITY_KINDS = ("Material", "Operation", "Synthesis-Apparatus", "Condition-Misc", "Property-Misc")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class SaidCondition(_Strict):
    """A circumstance of a value, number and unit as written."""

    name: str = Field(max_length=60)
    number: str = Field(max_length=40)
    unit: str = Field(default="", max_length=40)


class SaidValue(_Strict):
    """One reported value; ``number``, ``unit`` and ``material`` as written in ``quote``, a whole sentence."""

    quote: str = Field(min_length=3, max_length=2000)
    property: str = Field(min_length=2, max_length=80)
    number: str = Field(min_length=1, max_length=40)
    unit: str = Field(default="", max_length=40)
    material: str = Field(default="", max_length=200)
    reaction: str = Field(default="", max_length=20)
    cited: bool = False
    conditions: list[SaidCondition] = Field(default_factory=list, max_length=8)


class SaidEntity(_Strict):
    """One named thing, as written in ``quote``."""

    quote: str = Field(min_length=3, max_length=2000)
    kind: str = Field(max_length=40)
    text: str = Field(min_length=1, max_length=200)


class Said(_Strict):
    """All that a model says of one paragraph."""

    values: list[SaidValue] = Field(default_factory=list, max_length=100)
    entities: list[SaidEntity] = Field(default_factory=list, max_length=300)


def parse(text: str) -> Said:
    """The answer as a `Said`; a code fence round it is taken off.

    Raises:
        ValueError: not JSON, or not of this form; the message is short and meant for the model.
    """
    body = text.strip()
    if body.startswith("```"):
        body = body.split("\n", 1)[-1].rsplit("```", 1)[0]
    try:
        return Said.model_validate(json.loads(body))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{error.error_count()} errors; the first at {where or 'the top'}: {first['msg']}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {str(error)[:200]}") from None
