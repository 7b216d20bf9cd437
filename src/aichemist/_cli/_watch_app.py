"""The screen of 'watch'."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import DataTable, Footer, OptionList, Static
from textual.widgets.option_list import Option

from ..chemistry import AIChemistError
from ..lab.execution import QuestionAsked
from ._people import became
from ._questions import due_text, urgency
from ._watch_ask import Choose, Confirm
from ._watch_view import DeviceRow, SampleRow, View, brief, look

if TYPE_CHECKING:
    from ..campaign import Asked, Follower

_ALARM = "bold red"


class WatchApp(App[None]):
    """A run as it goes on. Reads only what is new in the journal, in a thread of its own."""

    TITLE = "AI-Chemist"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #head { height: auto; max-height: 2; padding: 0 1; background: $primary; color: $text; text-style: bold; }
    #alarms { height: auto; max-height: 3; padding: 0 1; background: $error; color: $text; }
    #devices, #samples { height: 1fr; }
    #detail { height: auto; max-height: 2; padding: 0 1; text-style: italic; }
    #questions { height: auto; max-height: 9; }
    DataTable, OptionList { border: none; border-top: solid $foreground 50%; padding: 0; scrollbar-size: 0 1; }
    DataTable, OptionList { border-title-color: $foreground; border-title-style: bold; }
    DataTable:focus, OptionList:focus { border: none; border-top: heavy $accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("p", "pause", "Pause"),
        ("r", "resume", "Resume"),
        ("h", "hold", "Hold"),
        ("a", "answer", "Answer"),
        ("x", "abort", "Abort"),
        ("s", "stop", "STOP"),
        ("q", "quit", "Quit"),
    ]

    def __init__(self, follower: Follower, *, every_s: float = 0.5, who: str = "") -> None:
        super().__init__()
        self._follower, self._every_s, self._who = follower, every_s, who
        self._reading = False
        self.view: View = look(follower)

    def compose(self) -> ComposeResult:
        yield Static(id="head")
        yield Static(id="alarms")
        yield _table("devices", "Stations and robots", "name", "places", "does", "vials there")
        yield _table("samples", "Samples", "sample", "status", "at", "waits because, or what is done")
        yield Static(id="detail")
        questions = OptionList(id="questions")
        questions.border_title = "Questions"
        yield questions
        yield Footer()

    def on_mount(self) -> None:
        self._show(None)
        self.query_one("#samples").focus()
        self.set_interval(self._every_s, self._look_again)

    # ---------------------------------------------------------------- what is shown

    def _look_again(self) -> None:
        if not self._reading:  # a slow database must not pile up threads
            self._reading = True
            self._read()

    @work(thread=True, group="read")
    def _read(self) -> None:
        try:
            seen = look(self._follower) if self._follower.refresh() else None
        except AIChemistError as error:
            self.call_from_thread(self._trouble, str(error))
        else:
            if seen is not None:
                self.call_from_thread(self._take, seen)
        finally:
            self._reading = False

    def _gone(self) -> bool:
        """Whether the page has been taken down while a thread was reading, or a message was on its way."""
        return not self.is_running or not self.query("#head")

    def _trouble(self, error: str) -> None:
        if self._gone():
            return
        self.query_one("#alarms", Static).update(Text(f"cannot look: {error.splitlines()[0]}"))
        self.query_one("#alarms").display = True

    def _take(self, view: View) -> None:
        if self._gone():
            return
        before, self.view = self.view, view
        new = [q for q in view.questions if q.id not in {b.id for b in before.questions}]
        for question in new:
            self.bell()
            self.notify(question.text, title="question", severity="warning", markup=False)
        self._show(before)

    def _show(self, before: View | None) -> None:
        view = self.view
        self.query_one("#head", Static).update(Text(view.head + (f"  {view.ended}" if view.ended else "")))
        alarms = self.query_one("#alarms", Static)
        alarms.display = bool(view.alarms)
        alarms.update(Text("\n".join(f"! {a}" for a in view.alarms)))
        if before is None or (before.stations, before.robots) != (view.stations, view.robots):
            # few lines fit: what is at work or in trouble comes first
            rows = sorted((*view.robots, *view.stations), key=lambda d: (not d.alarm, not d.doing, not d.taken))
            _fill(self._table("devices"), [_device(d) for d in rows])
        if before is None or before.samples != view.samples:
            _fill(self._table("samples"), [_sample(s) for s in view.samples])
            self._detail()
        if before is None or before.questions != view.questions:
            self._fill_questions()

    def _table(self, name: str) -> DataTable[Text]:
        return self.query_one(f"#{name}", DataTable)

    def _fill_questions(self) -> None:
        box, view = self.query_one("#questions", OptionList), self.view
        chosen = box.highlighted_option.id if box.highlighted_option is not None else None
        box.clear_options()
        box.border_title = f"Questions: {len(view.questions)}" if view.questions else "Questions: none"
        box.add_options([Option(_question(q), id=q.id) for q in view.questions])
        ids = [q.id for q in view.questions]
        if ids:
            box.highlighted = ids.index(chosen) if chosen in ids else 0

    # ---------------------------------------------------------------- what is done

    def action_pause(self) -> None:
        self._confirm("Pause? What is under way is finished, nothing new is begun. Why?", "Pause", "pause")

    def action_resume(self) -> None:
        """Go on, also after an emergency stop; that is confirmed, for devices begin to move again."""
        if not self._follower.state.stopped:
            self._control("resume")
            return
        self._confirm("Go on after the emergency stop? Devices begin to move again.", "Go on", "restart")

    def action_hold(self) -> None:
        """Hold the chosen sample, or let it go."""
        row = self._chosen_sample()
        if row is None:
            self.notify("there are no samples yet", severity="warning")
        else:
            what, says = ("release_sample", "Let go") if row.held else ("hold_sample", "Hold")
            self._confirm(f"{says} sample {row.name}? Why?", says, what, row.name)

    def action_abort(self) -> None:
        text = f"Abort run {self.view.run}? No further step is begun; vials under way are brought home. Why?"
        self._confirm(text, "Abort", "abort")

    def action_stop(self) -> None:
        text = (
            "EMERGENCY STOP: every device stops at once, in the middle of what it does.\nEnter stops, with or without "
            "a reason; Escape does not."
        )
        self._confirm(text, "STOP", "stop")

    def action_answer(self) -> None:
        box = self.query_one("#questions", OptionList)
        chosen = box.highlighted_option.id if box.highlighted_option is not None else None
        question = next((q for q in self.view.questions if q.id == chosen), None)
        if question is None:
            self.notify("nothing is asked", severity="information")
            return

        def said(choice: str | None) -> None:
            if choice is not None:
                self._answer(question, choice)

        self.push_screen(Choose(question.text, question.choices), said)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if event.option_list.id == "questions" and not self._gone():
            self.action_answer()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        if event.data_table.id == "samples" and not self._gone():
            self._detail()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter on a sample tells all of it, however long."""
        if self._gone():
            return
        row = self._chosen_sample()
        if event.data_table.id == "samples" and row is not None:
            self.notify(f"{row.status}, at {row.place or 'no known place'}\n{row.why}", title=row.name, markup=False)

    def _chosen_sample(self) -> SampleRow | None:
        table = self._table("samples")
        if not 0 <= table.cursor_row < table.row_count:
            return None
        name = table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value
        return next((s for s in self.view.samples if s.name == name), None)

    def _detail(self) -> None:
        """The chosen sample in full: its line may be too long for the screen."""
        row = self._chosen_sample()
        self.query_one("#detail", Static).update(Text(f"{row.name}: {row.why}" if row is not None and row.why else ""))

    def _confirm(self, text: str, yes: str, what: str, target: str = "") -> None:
        def said(why: str | None) -> None:
            if why is not None:
                self._control(what, target, why)

        self.push_screen(Confirm(text, yes), said)

    def _control(self, what: str, target: str = "", why: str = "") -> None:
        from ..campaign import control

        run, runs, who = self._follower.run, self._follower.runs, self._who
        self._ask(lambda: control(run, what, target, who=who, why=why, runs=runs), f"{what} {target}".strip())

    def _answer(self, question: QuestionAsked, choice: str) -> None:
        from ..campaign import answer

        run, runs, who = self._follower.run, self._follower.runs, self._who
        self._ask(lambda: answer(run, question.id, choice, who=who, runs=runs), choice)

    @work(thread=True, group="ask")
    def _ask(self, request: Callable[[], Asked], what: str) -> None:
        """In a thread: the process that runs it may take seconds to take it up."""
        try:
            asked = request()
        except AIChemistError as error:
            self.call_from_thread(self.notify, str(error), title=what, severity="error", markup=False)
            return
        text, severity = became(asked, what, self._follower.run), "error" if asked.refused else "information"
        if what == "stop" and not asked.taken:
            text, severity = f"{text}\nNO DEVICE WAS STOPPED: use the stop buttons in the lab", "error"
        self.call_from_thread(self.notify, text, severity=severity, markup=False, timeout=10)  # type: ignore[arg-type]
        self.call_from_thread(self._look_again)


def _table(name: str, title: str, *columns: str) -> DataTable[Text]:
    table: DataTable[Text] = DataTable(id=name, cursor_type="row", zebra_stripes=True)
    table.border_title = title
    for column in columns:
        table.add_column(column, key=column)
    return table


def _fill(table: DataTable[Text], rows: list[tuple[str, list[Text]]]) -> None:
    """New rows; the cursor stays on the row of the same name."""
    names = [name for name, _ in rows]
    chosen = None
    if 0 <= table.cursor_row < table.row_count:
        chosen = table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value
    at = table.scroll_offset
    table.clear()
    for name, cells in rows:
        table.add_row(*cells, key=name)
    if chosen in names:
        table.move_cursor(row=names.index(str(chosen)), animate=False, scroll=False)
    table.scroll_to(at.x, at.y, animate=False)


def _device(row: DeviceRow) -> tuple[str, list[Text]]:
    style = _ALARM if row.alarm else "dim" if row.quiet else ""
    cells = (row.name, f"{len(row.taken)}/{row.places}", row.doing or "at rest", brief(row.taken, 12))
    return row.name, [Text(t, style) for t in cells]


def _sample(row: SampleRow) -> tuple[str, list[Text]]:
    bad = row.status.startswith(("quarantined", "discarded"))
    style = "yellow" if bad or row.held else "dim" if row.status == "finished" else ""
    return row.name, [Text(t, style) for t in (row.name, row.status, row.place, row.why)]


def _question(q: QuestionAsked) -> Text:
    text = Text(f"{q.text} [{urgency(q)}]\n", "bold")
    for choice, says in q.choices.items():
        text.append(f"  {choice}: ", "bold").append(f"{says}\n", "not bold")
    return text.append(f"  {due_text(q)}", "dim not bold")
