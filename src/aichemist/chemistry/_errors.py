"""The one exception tree of AI-Chemist.

``AIChemistError``                  anything this package raises on purpose
├── ``InputError``                  a file or argument is wrong; knows file, key, value and the mend
├── ``InfeasibleError``             what is asked for cannot be done (no station, no stock, no schedule)
├── ``RefusedError``                the guard refused a design
├── ``RecordsError``                the database or the raw-data files cannot be read or written
│   └── ``RunExistsError``          a run of that name is there already
├── ``DriverError``                 a device did not do as told
│   └── ``DuplicateCommandError``   a command id was sent a second time
└── ``DatasetError``                a public data set cannot be had or is damaged
"""

from __future__ import annotations


class AIChemistError(Exception):
    """Base of every error raised on purpose by AI-Chemist."""


class InputError(AIChemistError):
    """Something a person wrote is wrong.

    The message names the file, the key, the value found and the mend, as far as they are known.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: object | None = None,
        key: str | None = None,
        value: object | None = None,
        mend: str | None = None,
        line: int | None = None,
    ) -> None:
        self.problem, self.file, self.key, self.value = problem, file, key, value
        self.mend, self.line = mend, line
        super().__init__(self._text())

    def _text(self) -> str:
        where = []
        if self.file is not None:
            where.append(str(self.file) + (f", line {self.line}" if self.line else ""))
        if self.key:
            where.append(f"key '{self.key}'")
        if self.value is not None:
            shown = repr(self.value)
            where.append(f"value {shown if len(shown) <= 120 else shown[:117] + '...'}")
        text = (", ".join(where) + ": " if where else "") + self.problem
        return text + (f"\n  mend: {self.mend}" if self.mend else "")

    def located(self, *, file: object, prefix: str = "") -> InputError:
        """The same error with the file added and the key put under ``prefix``."""
        key = f"{prefix}{self.key or ''}" or None
        return InputError(
            self.problem, file=self.file or file, key=key, value=self.value, mend=self.mend, line=self.line
        )


class InfeasibleError(AIChemistError):
    """What is asked for cannot be done with what there is; the message says which limit stops it."""


class RefusedError(AIChemistError):
    """The guard refused a design; nothing has moved."""


class RecordsError(AIChemistError):
    """The database or the raw-data files cannot be read or written."""


class RunExistsError(RecordsError):
    """A run of that name is there already."""


class DriverError(AIChemistError):
    """A device did not do as told."""


class DuplicateCommandError(DriverError):
    """A command id was sent a second time; the device did nothing."""


class DatasetError(AIChemistError):
    """A public data set cannot be had, or its bytes are not the published ones."""
