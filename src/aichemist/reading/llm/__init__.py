"""An optional language model beside the rules: any OpenAI-compatible endpoint, none by default.

One paragraph a call; the model sees the rules' draft, answers in a typed form, and whatever it cannot quote from the
paragraph word for word is dropped and counted. Where it disagrees with the rules both readings stay, flagged.
"""

from ._cache import AnswerCache
from ._client import Answer, ChatModel, LlmError, Message, OpenAiModel
from ._document import enrich, paragraphs
from ._prompt import PROMPT_VERSION
from ._reader import Enriched, LlmReader, Spent
from ._schema import Said, SaidEntity, SaidValue
from ._verify import Verified, verify

__all__ = [
    "PROMPT_VERSION", "Answer", "AnswerCache", "ChatModel", "Enriched", "LlmError", "LlmReader", "Message",
    "OpenAiModel", "Said", "SaidEntity", "SaidValue", "Spent", "Verified", "enrich", "paragraphs", "verify",
]  # fmt: skip
