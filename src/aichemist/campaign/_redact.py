"""What is left out or replaced when a run is shown to others: a policy by kinds of fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve, frozen
from pydantic import BaseModel, ConfigDict

from aichemist.chemistry import Hypothesis, InputError, Recipe, load_toml, validated

if TYPE_CHECKING:
    from aichemist.records import Database

    from ._file import Documents
    from ._runs import Run

LEFT_OUT = "(left out)"
_NOTES = frozenset({"why", "note"})


class PrivacyPolicy(BaseModel):
    """``[privacy]`` of a campaign or policy file: for each kind of field whether it is kept.

    people: names of people; notes: what people wrote; stocks: names of stocks; structures: formulas and substances of
    stocks; recipes: values of the variables, hypotheses and what was dispensed; goal: the campaign's goal in words;
    places: titles and sources of lab and protocol.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    people: Literal["keep", "pseudonym", "remove"] = "pseudonym"
    notes: Literal["keep", "remove"] = "remove"
    stocks: Literal["keep", "pseudonym"] = "keep"
    structures: Literal["keep", "remove"] = "keep"
    recipes: Literal["keep", "remove"] = "keep"
    goal: Literal["keep", "remove"] = "keep"
    places: Literal["keep", "remove"] = "keep"


class _PolicyFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    privacy: PrivacyPolicy


def load_policy(path: str | Path) -> PrivacyPolicy:
    """A policy file: TOML with a table ``[privacy]``.

    Raises:
        InputError: the file cannot be read, or a key or value is none of the policy's.
    """
    return validated(_PolicyFile, load_toml(Path(path)), file=Path(path)).privacy


@frozen
class HiddenRecipe(Recipe):
    """A recipe that is not shown."""

    @property
    def formula(self) -> str:
        return "(recipe left out)"


#: tables of amounts whose keys are names of stocks
_BY_STOCK = ("volumes_l", "masses_kg", "dispensed_l", "measured_l", "measured_kg")


class Redactor:
    """Replaces names and notes in records on their way out; the same name always by the same word."""

    def __init__(self, database: Database, policy: PrivacyPolicy, documents: Documents) -> None:
        from aichemist.records import References

        self._policy, self._references = policy, References(database)
        self._people: dict[str, str] = {}
        self._words: dict[str, str] = {}
        lab = documents.lab
        self._devices = {str(d.get("name")) for kind in ("station", "robot") for d in lab.get(kind, ())}
        for number, (name, structures) in enumerate(_stocks(lab).items(), 1):
            if policy.stocks == "pseudonym":
                self._words[name] = f"stock_{number}"
            if policy.structures == "remove":
                self._words |= {s: f"substance {number}" for s in structures if s != name}
        self._pattern = _any_of(self._words)

    def shown(self, data: Any) -> Any:
        """Names and notes replaced as the policy says; for :func:`read_stand` and whole entries."""
        found = self._references.shown(data) if self._policy.people == self._policy.notes == "keep" else data
        return self._walk(found, "")

    def _walk(self, data: Any, key: str) -> Any:
        if isinstance(data, str):
            return self._text(data, key)
        if isinstance(data, Mapping):
            lab = key in _BY_STOCK
            return {self._word(k) if lab else k: self._walk(v, k) for k, v in data.items()}
        if isinstance(data, list | tuple):
            return type(data)(self._walk(v, key) for v in data)
        return data

    def _text(self, text: str, key: str) -> str:
        from aichemist.records._privacy import MACHINES, REFERENCE

        if key in ("who", "actor", "entered_by") and text not in MACHINES and not REFERENCE.search(text):
            return self._person(text)  # a plain name of an older journal
        if key in _NOTES and self._policy.notes == "remove" and text and not REFERENCE.search(text):
            # in older journals a person's words stand here; so do the reasons of machines, which are no loss
            return LEFT_OUT
        if ":" in text:
            text = REFERENCE.sub(self._reference, text)
        for name in self._people:
            if not name.startswith("person:") and name in text:
                text = text.replace(name, self._people[name])
        return self._word(text)

    def _reference(self, match: re.Match[str]) -> str:
        reference = match.group()
        if reference.startswith("person:"):
            return self._person(reference)
        return LEFT_OUT if self._policy.notes == "remove" else str(self._references.shown(reference))

    def _person(self, who: str) -> str:
        if self._policy.people == "keep":
            return str(self._references.shown(who))
        if self._policy.people == "remove":
            return self._people.setdefault(who, "(a person)")
        return self._people.setdefault(who, f"person {len(self._people) + 1}")

    def actor(self, who: str) -> str:
        """The actor of an entry; devices and machines stay."""
        return who if who in self._devices else self._text(who, "actor")

    def _word(self, text: str) -> str:
        return self._pattern.sub(lambda m: self._words[m.group()], text) if self._pattern is not None else text


def _any_of(words: Mapping[str, str]) -> re.Pattern[str] | None:
    if not words:
        return None
    longest = sorted(words, key=len, reverse=True)
    return re.compile(r"(?<![\w])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w])")


def redacted(run: Run, policy: PrivacyPolicy) -> Run:
    """A run without its recipes, goal and places, where the policy says so; names and notes went when it was read."""
    campaign, state = run.campaign, copy(run.state)
    if policy.goal == "remove":
        campaign = evolve(campaign, goal=evolve(campaign.goal, statement="(goal left out)"))
    if policy.places == "remove":
        campaign = evolve(
            campaign, protocol=evolve(campaign.protocol, title="(left out)", source=""),
            lab=evolve(campaign.lab, title="(left out)", source=""),
        )  # fmt: skip
    if policy.recipes == "remove":
        hidden = HiddenRecipe({})
        state.observations = [evolve(o, recipe=hidden, realised=None, details={}) for o in state.observations]
        state.judgements = dict.fromkeys(state.judgements, LEFT_OUT)
        state.finished = None if state.finished is None else state.finished.partition(":")[0]
        bare = Hypothesis(LEFT_OUT, {}, LEFT_OUT)
        state.designs = {b: evolve(d, hypothesis=bare) for b, d in state.designs.items()}
        state.reviews = {b: evolve(r, findings=()) for b, r in state.reviews.items()}
    return evolve(run, campaign=campaign, state=state)


def _stocks(lab: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Stock -> what says what is in it, from the lab file that a run keeps."""
    found = {}
    for stock in lab.get("stock", ()):
        said = (stock.get("solute"), stock.get("substance"), *(stock.get("mixture") or {}))
        found[str(stock.get("name", ""))] = tuple(str(s) for s in said if s and len(str(s)) > 2)
    return found


def policy_of(text: str, documents: Documents) -> PrivacyPolicy:
    """The policy that ``--redact`` names: a file, or ``campaign`` for the table in the run's own campaign file.

    Raises:
        InputError: the campaign file has none, or the policy file is wrong.
    """
    if text != "campaign":
        return load_policy(text)
    table = documents.campaign.get("privacy")
    if table is None:
        raise InputError(
            "the campaign file of this run has no [privacy]", key="--redact", value=text, mend="name a policy file"
        )
    return validated(_PolicyFile, {"privacy": table}, file=Path(documents.paths["campaign"])).privacy
