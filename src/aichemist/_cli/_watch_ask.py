"""The small windows of 'watch': confirm something, choose an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

_BOX = """
    {name} {{ align: center middle; }}
    {name} > Vertical {{ width: 70; max-width: 96%; height: auto; max-height: 96%; border: round $warning;
        padding: 0 1; background: $surface; }}
    {name} Horizontal {{ height: auto; align-horizontal: right; }}
    {name} Button {{ margin-left: 2; }}
    {name} OptionList {{ height: auto; max-height: 10; }}
"""


class Confirm(ModalScreen["str | None"]):
    """Asks whether to do something, and why; gives the reason, or ``None`` when it is not to be done."""

    CSS = _BOX.format(name="Confirm")
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "no", "Leave it")]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question, self._yes = question, yes

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Text(self._question))
            yield Input(placeholder="why (is journalled); Enter goes on, Escape leaves it", id="why")
            with Horizontal():
                yield Button(self._yes, variant="error", id="yes")
                yield Button("Leave it (Esc)", id="no")

    def on_mount(self) -> None:
        self.query_one("#why").focus()

    def on_input_submitted(self) -> None:
        self._say_yes()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "yes":
            self._say_yes()
        else:
            self.dismiss(None)

    def action_no(self) -> None:
        self.dismiss(None)

    def _say_yes(self) -> None:
        self.dismiss(self.query_one("#why", Input).value.strip())


class Choose(ModalScreen["str | None"]):
    """Lists the answers to a question; gives the one that is chosen."""

    CSS = _BOX.format(name="Choose")
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "no", "Leave it")]

    def __init__(self, question: str, choices: Mapping[str, str]) -> None:
        super().__init__()
        self._question, self._choices = question, choices

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Text(self._question))
            yield OptionList(*(Option(Text(f"{c}: {says}"), id=c) for c, says in self._choices.items()), id="choices")
            yield Static(Text("Enter answers, Escape leaves it", style="dim"))

    def on_mount(self) -> None:
        self.query_one("#choices").focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_no(self) -> None:
        self.dismiss(None)
