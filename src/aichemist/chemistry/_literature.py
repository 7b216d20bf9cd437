"""What was read: documents with sections and tables, mentions, values, procedures, each at its offsets."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

#: what a section of an article is for
SECTION_KINDS = (
    "abstract", "introduction", "experimental", "results", "conclusion", "acknowledgements", "supplement", "other",
)  # fmt: skip

#: comparators of a reported value: "~" is approximately, "<=" at most
COMPARATORS = ("=", "~", "<", "<=", ">", ">=")


@frozen
class Section:
    """The characters ``[start, end)`` of a document's text under one heading; ``kind`` is one of `SECTION_KINDS`."""

    title: str
    kind: str
    start: int
    end: int


@frozen
class ReadTable:
    """A table, laid out in the document's text so that each of its cells has offsets like a sentence.

    ``header`` has one text per column (rows of headings joined by a space); ``rows`` are the body, as long as the
    header; ``spans[i][j]`` are the offsets ``(start, end)`` of ``rows[i][j]`` in the document's text.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    spans: tuple[tuple[tuple[int, int], ...], ...]
    start: int
    end: int


@frozen
class Document:
    """One article; ``text`` is what every offset refers to, tables laid out in it included.

    ``id`` is short and safe in file names and addresses; ``name`` is the file it came from, relative to the folder
    that was read; ``sha256`` is that of the file's bytes (of the text for what ships with us). The list of references
    is not part of ``text``.
    """

    id: str
    title: str
    doi: str
    licence: str
    text: str
    year: int | None = None
    authors: tuple[str, ...] = ()
    journal: str = ""
    format: str = "text"
    name: str = ""
    sha256: str = ""
    sections: tuple[Section, ...] = ()
    tables: tuple[ReadTable, ...] = ()


@frozen
class Skipped:
    """A file that could not be read, and why."""

    name: str
    reason: str


@frozen
class Mention:
    """A span of a document's text that names something; ``kind`` is a label of the model, such as ``Material``."""

    kind: str
    start: int
    end: int
    text: str
    confidence: float = 1.0


@frozen
class Link:
    """A relation between two mentions, by their index: ``head`` belongs to ``tail`` (amount to material).

    ``kind`` is a label of the model, such as ``Condition_Of``, ``Next_Operation``, ``Recipe_Precursor``.
    """

    kind: str
    head: int
    tail: int
    confidence: float = 1.0


@frozen
class Condition:
    """A circumstance of a value or a setting of an action: ``current density`` = 10 ``mA/cm2``, as ``text`` has it.

    ``upper`` is the other end of a range. ``value`` is ``None`` where the text gives no number ("room temperature").
    """

    name: str
    value: float | None
    unit: str
    text: str
    upper: float | None = None


@frozen
class Value:
    """A reported property of a material, at ``[start, end)`` of the document's text (number and unit).

    ``property`` is the field's term in lower case (``overpotential``, ``tafel slope``, ``onset potential``, ...);
    ``value`` in ``unit`` (mV, mV/dec, mA/cm2, ...); ``upper`` the other end of a range; ``comparator`` one of
    `COMPARATORS`. ``material`` as the text names it, empty where it cannot be told; ``reaction`` is ``OER``, ``HER``,
    ``ORR``, ... or empty. ``cited`` says that the sentence reports the result of another paper. ``made_by`` is
    ``rules``, the name of a language model, or of a person; ``flags`` are remarks such as ``disagrees with rules``.
    """

    property: str
    value: float
    unit: str
    start: int
    end: int
    comparator: str = "="
    upper: float | None = None
    uncertainty: float | None = None
    conditions: tuple[Condition, ...] = ()
    material: str = ""
    reaction: str = ""
    cited: bool = False
    confidence: float = 1.0
    made_by: str = "rules"
    flags: tuple[str, ...] = ()

    def condition(self, name: str) -> Condition | None:
        """The condition called ``name``, or ``None``."""
        return next((c for c in self.conditions if c.name == name), None)


@frozen
class Ingredient:
    """A material that an action uses or makes.

    ``text`` as written; ``name`` the resolved name and ``formula`` its formula, empty where it could not be resolved;
    ``role`` is ``precursor``, ``solvent``, ``atmosphere``, ``target`` or ``participant``; ``amounts`` carry masses,
    volumes, amounts of substance and concentrations.
    """

    text: str
    role: str
    start: int
    end: int
    name: str = ""
    formula: str = ""
    amounts: tuple[Condition, ...] = ()


@frozen
class Action:
    """One action of a procedure, at ``[start, end)`` (its verb). ``operation`` is a word of DESIGN section 5, or empty.

    SI: ``temperature_k`` in kelvin, ``duration_s`` in seconds (``*_upper`` where a range is given). Other settings
    (heating rate, speed, pressure, pH) are in ``settings``.
    """

    verb: str
    operation: str
    start: int
    end: int
    ingredients: tuple[Ingredient, ...] = ()
    temperature_k: float | None = None
    temperature_upper_k: float | None = None
    duration_s: float | None = None
    duration_upper_s: float | None = None
    atmosphere: str = ""
    apparatus: tuple[str, ...] = ()
    settings: tuple[Condition, ...] = ()
    confidence: float = 1.0


@frozen
class Procedure:
    """Actions in the order in which they are done, from the characters ``[start, end)``."""

    start: int
    end: int
    actions: tuple[Action, ...]

    @property
    def unmapped(self) -> tuple[str, ...]:
        """The verbs that no operation of a lab stands for."""
        return tuple(a.verb for a in self.actions if not a.operation)


@frozen
class Reading:
    """All that was read in one document.

    ``sentences`` are offsets ``(start, end)``; ``topics`` the names of the reactions that the document as a whole
    concerns; ``made_by`` names the models and rules with their version, so that a newer one reads again; ``flags`` are
    remarks on the text itself, such as that it speaks to a program.
    """

    document: Document
    sentences: tuple[tuple[int, int], ...] = ()
    mentions: tuple[Mention, ...] = ()
    links: tuple[Link, ...] = ()
    values: tuple[Value, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    topics: tuple[str, ...] = ()
    made_by: str = ""
    counts: Mapping[str, int] = field(factory=dict)
    flags: tuple[str, ...] = ()
