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
                             r"|declaration|additional information|author information|orcid"),
        ("supplement", r"supplement|supporting info|appendi|electronic supp"),
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
_INLINE = re.compile(
    rf"(?<=[.!?\])”])\s{{1,4}}(?:(?P<number>\d{{1,2}}\.?(?:\d{{1,2}}\.?){{0,2}})\s{{1,3}}(?P<title>{_WORDS})(?=\s{{1,4}}[A-Z0-9])"
    rf"|(?P<caps>{_WORDS.upper()})(?=\s{{1,4}}[A-Z0-9])"
    r"|(?P<bare>References)(?=\s{1,4}(?:\[?\(?1[\].)]|\[CrossRef|[A-Z][a-z]{1,20}, [A-Z]\.))"
    r"|(?P<plain>Methods|Experimental [Ss]ection|Materials and [Mm]ethods|Results and [Dd]iscussion"
    r"|Introduction|Conclusions?|Acknowledge?ments)"
    r"(?=\s{1,4}(?:[A-Z][a-z]{1,20}(?: [a-z-]{1,20}){1,2}|[A-Z][a-z]{0,3}\b)))"
)  # fmt: skip


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
            group = next(g for g in ("title", "caps", "bare", "plain") if match.groupdict().get(g) is not None)
            start = match.start("number") if match.groupdict().get("number") else match.start(group)
            if not any(abs(start - other) < 40 for other in marks):
                marks[start] = text[match.start(group) : match.end(group)].strip()
    found: list[Section] = []
    starts = sorted(marks)
    kept = [s for s in starts if not (marks[s].lower() in ("references", "bibliography") and 3 * s < len(text))]
    if kept and text[: kept[0]].strip():
        found.append(Section("", "abstract" if kept[0] < 6000 else "other", 0, kept[0]))
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
