"""A paragraph, the rules' draft and a language model -> verified additions and flagged disagreements."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import define, evolve, field, frozen

from aichemist.chemistry import Mention, Value

from ._cache import AnswerCache
from ._client import Answer, ChatModel, LlmError, Message
from ._prompt import PROMPT_HASH, PROMPT_VERSION, complaint, first_messages
from ._schema import parse
from ._verify import Verified, verify

#: how often a model may try again after an answer that cannot be used
RETRIES = 2
DISAGREES = "disagrees with rules"
CONTRADICTED = "language model disagrees"
#: characters of one paragraph at most
MAX_PARAGRAPH = 6000


@define
class Spent:
    """What the calls of one reading took; ``cost`` in the currency of the prices given."""

    calls: int = 0
    cached: int = 0
    failed: int = 0
    dropped: int = 0
    flagged: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    problems: list[str] = field(factory=list)

    def note(self, problem: str) -> None:
        """Remember the first ten problems in words."""
        if len(self.problems) < 10:
            self.problems.append(problem)


@frozen
class Enriched:
    """Values and mentions of rules and model together."""

    values: tuple[Value, ...]
    mentions: tuple[Mention, ...]


class LlmReader:
    """Asks a model about paragraphs, one a call, and keeps only what it can quote.

    Args:
        model: where to ask.
        cache: answers already paid for; ``None`` asks anew each time.
        price_in, price_out: price of a million tokens, for the sum in ``spent``.
        budget: stop asking when ``spent.cost`` reaches it; ``None`` for no limit.
        screen: says what an answer must not say ("" where it is fine); such an answer is dropped whole and counted.
    """

    def __init__(
        self,
        model: ChatModel,
        cache: AnswerCache | None = None,
        *,
        price_in: float = 0.0,
        price_out: float = 0.0,
        budget: float | None = None,
        screen: Callable[[str], str] | None = None,
    ) -> None:
        self.model, self.cache, self.budget = model, cache, budget
        self.price_in, self.price_out = price_in, price_out
        self.screen = screen
        self.spent = Spent()

    @property
    def made_by(self) -> str:
        """What facts of this reader carry as their origin: the model's name, and version and hash of the question."""
        return f"{self.model.name} (prompt {PROMPT_VERSION}, {PROMPT_HASH})"

    def read(
        self, paragraph: str, values: Sequence[Value] = (), mentions: Sequence[Mention] = (), *, offset: int = 0
    ) -> Enriched:
        """The draft, with what the model adds; where they disagree both stay and are flagged.

        Never raises: an endpoint that fails costs its additions only, and ``spent`` says so.
        """
        values = [v for v in values if offset <= v.start and v.end <= offset + len(paragraph)]
        mentions = [m for m in mentions if offset <= m.start and m.end <= offset + len(paragraph)]
        draft = Enriched(tuple(values), tuple(mentions))
        if not paragraph.strip() or len(paragraph) > MAX_PARAGRAPH:
            return draft
        if self.budget is not None and self.spent.cost >= self.budget:
            self.spent.note("the budget for the language model is spent; the rest was read by rules alone")
            return draft
        try:
            verified = self._ask(paragraph, values, mentions, offset)
        except LlmError as error:
            self.spent.failed += 1
            self.spent.note(str(error))
            return draft
        self.spent.dropped += verified.dropped
        return Enriched(_joined(values, verified.values), _added(mentions, verified.mentions))

    def _ask(self, paragraph: str, values: Sequence[Value], mentions: Sequence[Mention], offset: int) -> Verified:
        messages = first_messages(paragraph, values, mentions, offset)
        problem = ""
        for _ in range(1 + RETRIES):
            answer = self._answer(messages)
            try:
                remark = self.screen(answer.text) if self.screen else ""
                if remark:
                    self.spent.flagged += 1
                    raise LlmError(f"an answer of {self.model.name} was dropped: {remark}")
                said = parse(answer.text)
                if self.cache:  # only what can be used is worth keeping
                    self.cache.put(self.model.name, messages, answer)
                return verify(said, paragraph, offset, self.made_by)
            except ValueError as error:
                problem = str(error)
                messages = [*messages, Message("assistant", answer.text[:4000]), complaint(problem)]
        raise LlmError(f"{self.model.name} gave no usable answer in {1 + RETRIES} tries ({problem})")

    def _answer(self, messages: Sequence[Message]) -> Answer:
        kept = self.cache.get(self.model.name, messages) if self.cache else None
        if kept is not None:
            self.spent.cached += 1
            return kept
        self.spent.calls += 1
        answer = self.model.answer(messages)
        self.spent.tokens_in += answer.tokens_in
        self.spent.tokens_out += answer.tokens_out
        self.spent.cost += (answer.tokens_in * self.price_in + answer.tokens_out * self.price_out) / 1e6
        return answer


def _joined(rules: Sequence[Value], model: Sequence[Value]) -> tuple[Value, ...]:
    """Values of the rules and those of the model at other places; at one place both, flagged where they differ."""
    result = list(rules)
    for said in model:
        same = [i for i, v in enumerate(result) if v.start < said.end and said.start < v.end]
        if not same:
            result.append(said)
        elif all(_differ(result[i], said) for i in same):
            for i in same:
                if CONTRADICTED not in result[i].flags:
                    result[i] = evolve(result[i], flags=(*result[i].flags, CONTRADICTED))
            result.append(evolve(said, flags=(DISAGREES,)))
    return tuple(sorted(result, key=lambda v: (v.start, v.end, v.made_by)))


def _differ(rule: Value, said: Value) -> bool:
    material = rule.material.lower(), said.material.lower()
    return (
        rule.property != said.property
        or abs(rule.value - said.value) > 1e-9 * max(abs(rule.value), 1.0)
        or (rule.reaction != said.reaction and bool(rule.reaction and said.reaction))
        or (all(material) and material[0] not in material[1] and material[1] not in material[0])
        or rule.cited != said.cited
    )


def _added(rules: Sequence[Mention], model: Sequence[Mention]) -> tuple[Mention, ...]:
    free = [m for m in model if not any(r.start < m.end and m.start < r.end for r in rules)]
    return tuple(sorted([*rules, *free], key=lambda m: (m.start, m.end)))
