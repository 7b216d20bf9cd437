"""Answers by content, so that a paragraph is paid for once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aichemist.chemistry import drop_part

from ._client import Answer, Message


class AnswerCache:
    """A folder with one small JSON file per answer, named by the SHA-256 of the model's name and the messages.

    Files are written whole or not at all; a damaged one counts as absent.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def get(self, model: str, messages: Sequence[Message]) -> Answer | None:
        try:
            document: Any = json.loads(self._path(model, messages).read_text(encoding="utf-8"))
            return Answer(str(document["text"]), int(document["tokens_in"]), int(document["tokens_out"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, model: str, messages: Sequence[Message], answer: Answer) -> None:
        """Keep an answer; a cache that cannot be written costs money, not data, so that is no error."""
        path = self._path(model, messages)
        part = path.with_suffix(f".{os.getpid()}.part")
        document = {"model": model, "text": answer.text, "tokens_in": answer.tokens_in, "tokens_out": answer.tokens_out}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(document), encoding="utf-8")
            part.replace(path)
        except OSError:
            drop_part(part)

    def _path(self, model: str, messages: Sequence[Message]) -> Path:
        content = json.dumps([model, *([m.role, m.content] for m in messages)])
        name = hashlib.sha256(content.encode()).hexdigest()
        return self.folder / name[:2] / f"{name}.json"
