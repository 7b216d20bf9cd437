"""XML and HTML, safely: no entities, no network, no endless trees; and marked-up words as flat text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ._errors import Unreadable

Element = Any
#: deeper than this is no article
MAX_DEPTH = 400
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]{1,200}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BLOCKS = frozenset({"p", "para", "simple-para", "title", "list", "list-item", "sec", "section", "div", "li", "br",
                     "tr", "disp-formula", "formula", "caption", "label", "td", "th", "entry", "note-para",
                     "section-title", "h1", "h2", "h3", "h4", "h5", "h6",
                     "table", "item"})  # fmt: skip
_CALLOUT = re.compile(r"^[\s,;\[\]()–−-]*(?:\d{1,3}|[a-z*†‡§])?(?:[\s,;–−-]+(?:\d{1,3}|[a-z]))*[\s,;\[\]()]*$")


def parse_xml(raw: bytes) -> Element:
    """The root of an XML document.

    Raises:
        Unreadable: not well formed, an entity bomb, or too deep or too large a tree.
    """
    from lxml import etree

    if b"<!ENTITY" in raw[:200_000]:
        raise Unreadable("declares entities of its own, which may be a bomb; remove them from its head")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
        strip_cdata=False,
    )  # fmt: skip
    try:
        return etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"is no well-formed XML: {str(error)[:160]}") from None


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Direct children of these names (all where none is given)."""
    return (c for c in element if (local(c) in names if names else local(c)))


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """All elements of these names below, in document order."""
    return (e for e in element.iter() if local(e) in names)


def first(element: Element, *names: str) -> Element | None:
    """The first element of one of these names below, or ``None``."""
    return next(descendants(element, *names), None)


def flat(element: Element | None, skip: Callable[[Element], bool] = lambda e: False) -> str:
    """The text of an element on one line, without what ``skip`` leaves out.

    Superscripts and subscripts stand beside what they belong to (``cm-2``, ``H2O``); calls to references and notes
    that stand as superscripts are dropped; formulas in MathML are written out.
    """
    if element is None:
        return ""
    pieces: list[str] = []
    _flatten(element, skip, pieces, 0)
    return " ".join("".join(pieces).split())


def _flatten(element: Element, skip: Callable[[Element], bool], pieces: list[str], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Unreadable("is nested too deeply for an article")
    name = local(element)
    if not name or skip(element) or _is_callout(element, name):
        return
    if name == "math":
        pieces.append(f" {math_text(element)} ")
        return
    if name in ("tex-math", "script", "style", "alternatives", "inline-graphic", "graphic"):
        if name == "alternatives":  # one of several forms of the same thing: MathML where it is there
            math = first(element, "math")
            pieces.append(f" {math_text(math)} " if math is not None else "")
        return
    if name in ("hsp", "vsp"):
        pieces.append(" ")
        return
    if name in _BLOCKS:
        pieces.append(" ")
    pieces.append(element.text or "")
    for child in element:
        _flatten(child, skip, pieces, depth + 1)
        pieces.append(child.tail or "")
    if name in _BLOCKS:
        pieces.append(" ")


def _is_callout(element: Element, name: str) -> bool:
    """A small raised number or letter that points to a reference or a note, not a power or a charge."""
    if name in ("cross-ref", "cross-refs", "xref", "a", "footnote"):
        kind = element.get("ref-type", "")
        if kind in ("fig", "table", "sec", "disp-formula"):
            return False
        text = "".join(element.itertext())
        raised = first(element, "sup") is not None or (
            element.getparent() is not None and local(element.getparent()) == "sup"
        )
        pointed = kind in ("bibr", "fn", "table-fn") or bool(element.get("refid") or element.get("href"))
        return raised and pointed and len(text) < 40 and _CALLOUT.match(text) is not None
    if name == "sup":
        inner = [c for c in element if local(c)]
        if inner and all(local(c) in ("xref", "a", "cross-ref", "cross-refs") for c in inner):
            own = (element.text or "") + "".join(c.tail or "" for c in inner)
            return not own.strip(" ,;–-[]()") and all(_is_callout(c, local(c)) for c in inner)
    return False


def math_text(element: Element) -> str:
    """MathML on one line: ``x_1``, ``m^2``, ``a/b``."""
    name = local(element)
    inner = [math_text(c) for c in element if local(c)]
    if name in ("msup",) and len(inner) == 2:
        return f"{inner[0]}^{inner[1]}" if inner[1] else inner[0]
    if name in ("msub", "munder") and len(inner) == 2:
        return f"{inner[0]}_{inner[1]}" if inner[1] else inner[0]
    if name == "msubsup" and len(inner) == 3:
        return f"{inner[0]}_{inner[1]}^{inner[2]}"
    if name == "mfrac" and len(inner) == 2:
        return f"({inner[0]})/({inner[1]})"
    if name == "msqrt":
        return f"sqrt({' '.join(inner)})"
    if name in ("annotation", "annotation-xml"):
        return ""
    return " ".join(p for p in ((element.text or "").strip(), *inner) if p)


def find_doi(text: str) -> str:
    """The first DOI in a text, without the punctuation that follows it."""
    found = _DOI.search(text)
    return found[0].rstrip(".;,)]}") if found else ""


def find_year(text: str) -> int | None:
    """The first year from 1900 to 2099 in a text."""
    found = _YEAR.search(text)
    return int(found[0]) if found else None


def publication_year(text: str) -> int | None:
    """The year of publication as the first page of an article says it: after ©, "published", "(2020)" in a citation."""
    found = re.search(
        r"(?:©|\(c\)|copyright|published(?: online)?:?|available online|accepted:?)[^.;\n]{0,40}?((?:19|20)\d\d)(?!\d)"
        r"|\b[A-Z][\w. ]{2,60}\d{1,4},? \((20\d\d|19\d\d)\)|\b[A-Z][a-z]{2,20} ((?:19|20)\d\d), \d{1,4}, \d",
        text,
        re.I,
    )
    return int(next(g for g in found.groups() if g)) if found else None


def licence_of(text: str) -> str:
    """A short name for a Creative Commons licence that a text names, else empty."""
    lower = text.lower()
    url = re.search(r"creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-nd|-sa)?)/(\d\.\d)|publicdomain/zero)", lower)
    if url:
        return f"CC {url[1].upper()} {url[2]}" if url[1] else "CC0 1.0"
    words = re.search(r"\bcc[ -]by((?:-nc)?(?:-nd|-sa)?)(?:[ -](\d\.\d))?\b", lower)
    if words:
        return f"CC BY{words[1].upper()}{' ' + words[2] if words[2] else ''}"
    if "creative commons attribution" in lower:
        parts = "".join(p for w, p in (("noncommercial", "-NC"), ("noderiv", "-ND"), ("sharealike", "-SA"))
                        if w in lower.replace("-", ""))  # fmt: skip
        return f"CC BY{parts}"
    return ""
