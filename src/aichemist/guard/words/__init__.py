"""Reads goals, articles and answers of language models for what must not be wanted, and for orders to a program.

Three questions: is harm or a controlled substance wanted (dual use); is a known agent named, whatever the spelling;
does the text speak to a program (prompt injection)? A list can be talked round: this catches the plain, the careless
and the usual disguises. It never takes the place of a person, of the review of the design itself, or of treating text
as data.
"""

from __future__ import annotations

from ._screen import KINDS, Kind, screen, technical_words

__all__ = ["KINDS", "Kind", "screen", "technical_words"]
