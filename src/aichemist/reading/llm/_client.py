"""One call to an OpenAI-compatible chat endpoint, local or hosted; nothing is called unless a person names one."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from aichemist.chemistry import InputError

_MAX_ANSWER_BYTES = 4_000_000


class LlmError(Exception):
    """The endpoint gave no usable answer: what happened, in one sentence."""


@frozen
class Message:
    """One turn of a conversation; ``role`` is ``system``, ``user`` or ``assistant``."""

    role: str
    content: str


@frozen
class Answer:
    """What the model wrote, and the tokens that the endpoint says it used (0 where it says nothing)."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0


class ChatModel(ABC):
    """Something that answers messages with text. ``name`` goes into the provenance of what it says."""

    name: str

    @abstractmethod
    def answer(self, messages: Sequence[Message]) -> Answer:
        """The model's next turn.

        Raises:
            LlmError: no answer came, or none that can be used.
        """


@frozen
class OpenAiModel(ChatModel):
    """A model behind ``{base_url}/chat/completions`` (the OpenAI chat completions protocol).

    ``api_key`` goes into the Authorization header only; it is not shown in any text of this object.
    """

    base_url: str
    name: str
    api_key: str = field(default="", repr=False)
    timeout_s: float = 60.0

    def __attrs_post_init__(self) -> None:
        if not self.base_url.startswith(("http://", "https://")):
            raise InputError(
                "is not the address of an endpoint", key="llm", value=self.base_url,
                mend='write it like "http://127.0.0.1:8000/v1"',
            )  # fmt: skip

    def answer(self, messages: Sequence[Message]) -> Answer:
        import httpx

        body = {
            "model": self.name,
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "temperature": 0,
            "response_format": {"type": "json_object"},
        }
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        address = f"{self.base_url.rstrip('/')}/chat/completions"
        try:
            with (
                httpx.Client(timeout=self.timeout_s, follow_redirects=False) as client,
                client.stream("POST", address, json=body, headers=headers) as response,
            ):
                raw = bytearray()
                for chunk in response.iter_bytes():
                    raw += chunk
                    if len(raw) > _MAX_ANSWER_BYTES:
                        raise LlmError(f"{address} answers with more than {_MAX_ANSWER_BYTES / 1e6:.0f} MB")
        except httpx.TimeoutException:
            raise LlmError(f"{address} did not answer within {self.timeout_s:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise LlmError(f"{address} cannot be reached ({error})") from None
        if response.status_code != 200:
            raise LlmError(f"{address} answers {response.status_code}: {bytes(raw[:200]).decode(errors='replace')}")
        return _answer(bytes(raw), address)


def _answer(raw: bytes, address: str) -> Answer:
    try:
        document: Any = json.loads(raw)
        text = document["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise LlmError(f"{address} does not answer in the chat completions format") from None
    if not isinstance(text, str):
        raise LlmError(f"{address} answers without text")
    usage = document.get("usage") or {}
    return Answer(text, _tokens(usage, "prompt_tokens"), _tokens(usage, "completion_tokens"))


def _tokens(usage: Any, key: str) -> int:
    number = usage.get(key, 0) if isinstance(usage, dict) else 0
    return number if isinstance(number, int) and 0 <= number < 10**9 else 0
