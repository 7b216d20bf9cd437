"""Headings -> what a section is for; and headings found in text that has no markup."""

from __future__ import annotations

import re

from aichemist.chemistry import Document, Section

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        ("abstract", r"^(?:graphical )?abstract|^summary$|^highlights|^synopsis"),
        ("other", r"^references|^bibliography|^literature cited|^notes and references|^works cited|^keywords?"),
        ("acknowledgements", r"acknowledg|author contributions?|conflicts? of interest|competing|^funding|data avail"
                             r"|declaration|additional information|author information|orcid|^notes$|ethic"
                             r"|credit author"),
        ("supplement", r"supplement|supporting info|appendi|electronic supp|associated content|^ESI\b"),
        ("experimental", r"experiment|^(?:materials? and )?methods?|materials and method|materials? preparation"
                         r"|synthes[ie]s|preparation of|fabrication|^preparation|^chemicals|^reagents|^materials$"
                         r"|methodology|catalyst preparation|procedure"),
        ("introduction", r"^introduction|^background|^motivation"),
        ("conclusion", r"conclusion|^concluding|^outlook|^summary and"),
        ("results", r"results?|discussion|^findings|performance|characteri[sz]ation"),
    )
)  # fmt: skip
_NUMBER = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-H])[.)]?\s{1,4}(?=\S)")

#: headings as authors write them, for text without markup: alone on a line, or inline with capitals or a number
_WORDS = (
    r"Abstract|Introduction|Background|Experimental(?: (?:section|methods?|details|procedures?|part))?"
    r"|Materials? and methods?|Materials|Methods|Results(?: and discussions?)?|Discussion|Conclusions?"
    r"|Concluding remarks|Summary|Acknowledge?ments?|References|Bibliography|Supporting information"
    r"|Supplementary (?:information|materials?)|Author contributions|Data availability"
)
_LINE = re.compile(
    rf"^[ \t]{{0,8}}(?P<number>(?:\d{{1,2}}|[IVX]{{1,4}})\.?(?:\d{{1,2}}\.?){{0,3}}[ \t]{{1,4}})?(?P<title>{_WORDS})"
    r"[ \t]{0,4}[:.]?[ \t]{0,8}$",
    re.I | re.M,
)
_NUMBERED_LINE = re.compile(r"^[ \t]{0,8}\d{1,2}(?:\.\d{1,2}){0,3}\.?[ \t]{1,4}(?P<title>[A-Z][^\n.]{2,90})$", re.M)
#: headings that stand in the run of a text, as they are after a sentence when its lines are lost
_PLAIN = (
    r"Abstract|Introduction|Methods?|Experimental(?: (?:[Ss]ection|[Mm]ethods?|[Dd]etails|[Pp]rocedures?|[Pp]art))?"
    r"|Materials? and [Mm]ethods?|Results?(?: and [Dd]iscussions?)?|Discussion|Conclusions?(?: and [Oo]utlook)?"
    r"|Concluding [Rr]emarks|Acknowledge?ments?|References|Supporting [Ii]nformation(?: Available)?"
    r"|Associated [Cc]ontent|Author [Ii]nformation|Author [Cc]ontributions|Conflicts? of [Ii]nterest"
    r"|Competing (?:financial )?[Ii]nterests?|Data [Aa]vailability|Additional [Ii]nformation"
    r"|Funding|ORCID|Notes and references|Appendix A"
)
_CAPITALS = re.sub(r"\[(\w)\w\]", r"\1", _PLAIN).upper()
_INLINE = re.compile(
    rf"\b(?:(?P<number>\d{{1,2}}\.?(?:\d{{1,2}}\.?){{0,2}})\s{{1,3}})?(?P<title>{_PLAIN}|{_CAPITALS})"
    r"(?=:?\s{1,60}[A-Z0-9\[(“\"*■ÄÖÜÉ])"
)
#: what stands before a heading in the run of a text: the end of a sentence, a mark, or wide white space
_BEFORE = re.compile(r"(?:[.!?)\]”’;;:■]\s{1,60}(?:■\s{1,4})?|\s{2,60}|^\s{0,60})$")
_NUMBERED_THING = re.compile(r"(?:Fig|Figure|Table|Scheme|Ref|Eq|No|Sample|Step)s?\.?\s{0,3}$", re.I)
#: "Experimental XRD patterns" begins a sentence
_NO_HEADING = re.compile(r"(?:XRD|XPS|UV|IR|FTIR|NMR|EXAFS|XANES|DFT|LSV|CV|EIS|BET|[A-Z]{2,6}s? )")
_AFTER_REFERENCES = re.compile(
    r"acknowledg|author contrib|additional info|competing|conflict|data avail|^methods?$|supp|append|funding"
    r"|associated",
    re.I,
)
_REFERENCES = re.compile(r"^(?:references|bibliography|notes and references)$", re.I)


def kind_of(title: str) -> str:
    """What a section of this title is for, one of `aichemist.chemistry.SECTION_KINDS`."""
    bare = _NUMBER.sub("", title.strip()).strip().rstrip(":.")
    for kind, pattern in _KINDS:
        if pattern.search(bare):
            return kind
    return "other"


_HEADING_WORD = re.compile(rf"^\W{{0,3}}(?:(?:\d{{1,2}}|[IVX]{{1,4}})\.?\s{{1,4}})?(?:{_WORDS})\W{{0,3}}$", re.I)


def is_heading_word(text: str) -> bool:
    """Whether a line is one of the headings that articles have, numbered or not."""
    return len(text) < 70 and _HEADING_WORD.match(text) is not None


def as_sections(document: Document, *, headed: bool) -> Document:
    """A document whose sections are those of its layout where it is ``headed``, else found in its text."""
    from attrs import evolve

    if not headed:
        return evolve(document, sections=find_sections(document.text))
    first, *others = document.sections
    if not first.title and first.end < 6000:
        first = evolve(first, kind="abstract")
    return evolve(document, sections=(first, *others))


def find_sections(text: str) -> tuple[Section, ...]:
    """Sections of a text without markup, from its headings; they follow each other to the end of the text.

    A heading stands alone on a line, or between sentences with a number or in capitals. What comes before the first
    one is the abstract when it is short, else "other".
    """
    marks: dict[int, str] = {}
    for pattern in (_LINE, _NUMBERED_LINE, _INLINE):
        for match in pattern.finditer(text):
            numbered = match.groupdict().get("number") is not None
            start, title = match.start("number" if numbered else "title"), match["title"].strip()
            if pattern is _INLINE and _misled(text, start, match.end(), title, numbered):
                start = match.start("title")  # the figures may belong to what stands before
                if not numbered or _misled(text, start, match.end(), title, False):
                    continue
            if not any(
                start < other + len(marks[other]) and other < match.end("title") for other in _near(marks, start)
            ):
                marks[start] = title
    kept: list[int] = []
    in_references = False
    for start in sorted(marks):
        title = marks[start]
        if in_references and not _AFTER_REFERENCES.search(title):
            continue  # a title in the list
        in_references = _REFERENCES.match(title) is not None
        if in_references and 3 * start < len(text):
            in_references = False
            continue
        kept.append(start)
    found: list[Section] = []
    if kept and text[: kept[0]].strip():
        own = any(kind_of(marks[s]) == "abstract" for s in kept)
        found.append(Section("", "abstract" if kept[0] < 6000 and not own else "other", 0, kept[0]))
    parent = "other"
    for i, start in enumerate(kept):
        end = kept[i + 1] if i + 1 < len(kept) else len(text)
        kind = kind_of(marks[start])
        if re.match(r"\s{0,8}\d{1,2}\.\d", text[start : start + 12]) and kind in ("other", "results"):
            kind = parent  # 2.1 belongs to 2
        else:
            parent = kind
        found.append(Section(marks[start], kind, start, end))
    return tuple(found) or (Section("", "other", 0, len(text)),)


def _near(marks: dict[int, str], start: int) -> list[int]:
    return [other for other in range(start - 120, start + 120) if other in marks]


def _misled(text: str, start: int, end: int, title: str, numbered: bool) -> bool:
    """Whether what may be a heading in the run of a text is but words of a sentence."""
    before, after = text[max(0, start - 64) : start], text[end : end + 16].lstrip(": ")
    if _BEFORE.search(before) is None or (numbered and _NUMBERED_THING.search(before)):
        return True
    if title.isupper() and len(title) > 6:
        return False
    if title in ("Experimental", "Methods", "Results", "Discussion"):
        return _NO_HEADING.match(after) is not None or after.startswith("(")
    return title in ("Method", "Result") or (title == "ORCID" and not after.startswith(("http", "0")))
