"""Tells people elsewhere (mail, chat, phone) what a run needs or how it ended. A run never waits for it."""

from __future__ import annotations

import logging
import math
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from typing import Any, Literal

from aichemist.chemistry import from_plain
from aichemist.lab.drivers import Command, instructions
from aichemist.lab.execution import clock_text

Topic = Literal["question", "task", "finished", "fault"]
#: what can be told, and what of it is when nothing is said
TOPICS: tuple[Topic, ...] = ("question", "task", "finished", "fault")

#: where addresses may stand, separated by commas; rather here than in a file that is stored with the run
ENVIRONMENT = "AICHEMIST_NOTIFY"
_KEPT = 100
#: how long the end of a run waits for messages under way (s); apprise gives a service 8 s
_CLOSE_S = 10.0

_log = logging.getLogger(__name__)


def message_for(
    kind: str, payload: Mapping[str, Any], run: str = "", people: Collection[str] = ()
) -> tuple[Topic, str, str] | None:
    """(topic, title, body) for a journal entry that people may want to hear of; ``None`` for all others.

    Args:
        run: the run's name; where it is missing, commands and questions tell it themselves.
        people: the devices that are people.
    """
    run = run or str(payload.get("id") or payload.get("command_id") or "").partition(":")[0]
    named = f"run {run}: " if run else ""
    match kind:
        case "question_asked":
            return "question", f"{named}a question waits", _question(payload, run)
        case "approval_asked":
            return "question", f"{named}an approval is needed", str(payload.get("text", ""))
        case "approval_lapsed" if payload.get("text"):
            return "question", f"{named}an approval holds no longer", str(payload["text"])
        case "command_issued" if payload["command"]["device"] in people:
            command = from_plain(payload["command"], Command)
            body = f"{instructions(command)}\n\naichemist tasks {run or 'RUN'}"
            return "task", f"{named}a task for {command.device}", body
        case "person_reminded":
            task = str(payload.get("command_id", "")).partition(":")[2]
            return "task", f"{named}a task still waits", f"{task}\n\naichemist tasks {run or 'RUN'}"
        case "campaign_finished":
            return "finished", f"{named}ended", str(payload.get("reason", ""))
        case "command_faulted":
            samples = ", ".join(str(s) for s in payload.get("samples", ()))
            task = str(payload.get("command_id", "")).partition(":")[2]
            body = f"{task} ({samples}): {payload.get('reason', '')}\nThe recovery rules decide what follows."
            return "fault", f"{named}fault: {payload.get('kind', '')}", body
        case "interlock_tripped":
            stations = ", ".join(str(s) for s in payload.get("stations", ()))
            body = f"{payload.get('text', '')}\nNo commands for: {stations}"
            return "fault", f"{named}interlock {payload.get('name', '')}", body
        case "controlled" if payload.get("what") == "stop":
            why = f": {payload['why']}" if payload.get("why") else ""
            of = f" of {payload['target']}" if payload.get("target") else ""
            return "fault", f"{named}EMERGENCY STOP{of}", f"by {payload.get('who', 'somebody')}{why}"
    return None


def _question(payload: Mapping[str, Any], run: str) -> str:
    lines = [str(payload.get("text", "")), ""]
    lines += [f"{choice}: {label}" for choice, label in dict(payload.get("choices", {})).items()]
    due = payload.get("due_s")
    if due is not None and math.isfinite(due):
        lines.append(f"Without an answer by {clock_text(due)} (lab time): {payload.get('otherwise', '')}")
    return "\n".join([*lines, "", f"aichemist questions {run or 'RUN'}"])


class Notifier:
    """Sends messages to apprise URLs in the background.

    Nothing here raises, blocks or slows a run: messages wait in a queue of ``kept`` at most, those beyond are lost,
    and a service that fails is warned about once. Addresses hold passwords and are never shown in full.

    Args:
        urls: addresses as apprise writes them, e.g. ``mailto://...``; ``$NAME`` is taken from the environment.
        on: the topics to tell.
        run: the run's name, for the titles.
        people: the devices that are people, whose tasks are told.
        mark: stands in every title, e.g. ``simulated``.
    """

    def __init__(
        self, urls: Iterable[str], on: Sequence[str] = TOPICS, *, run: str = "", mark: str = "", kept: int = _KEPT,
        people: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._urls = tuple(dict.fromkeys(u for url in urls if (u := os.path.expandvars(url.strip()))))
        self._on, self._run, self._mark, self._people = frozenset(on), run, mark, frozenset(people)
        self._queue: Queue[tuple[str, str]] = Queue(kept)
        self._thread: Thread | None = None
        self._lock, self._closing = Lock(), Event()
        self._warned: set[str] = set()

    @classmethod
    def of(
        cls, urls: Iterable[str] = (), on: Sequence[str] = TOPICS, *, run: str = "", mark: str = "",
        people: Collection[str] = (),
    ) -> Notifier:  # fmt: skip
        """For the addresses of a campaign file and those in ``AICHEMIST_NOTIFY``."""
        addresses = [*urls, *os.environ.get(ENVIRONMENT, "").split(",")]
        return cls(addresses, on, run=run, mark=mark, people=people)

    def __bool__(self) -> bool:
        """Whether there is anybody to tell."""
        return bool(self._urls)

    def __repr__(self) -> str:
        return f"Notifier({len(self._urls)} addresses)"

    def take(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Tell of a journal entry, where there is something to tell."""
        message = message_for(kind, payload, self._run, self._people) if self._urls else None
        if message is not None:
            kind, title, body = message
            self.tell(kind, f"{title} ({self._mark})" if self._mark else title, body)

    def tell(self, kind: str, title: str, body: str) -> None:
        """Put a message of topic ``kind`` into the queue."""
        if not self._urls or kind not in self._on or self._closing.is_set():
            return
        try:
            self._queue.put_nowait((title, body))
        except Full:
            self._warn("full", "notifications come faster than they can be sent; some are left out")
        with self._lock:
            if self._thread is None:  # a daemon: a service that hangs never keeps a run from ending
                self._thread = Thread(target=self._work, name="notify", daemon=True)
                self._thread.start()

    def close(self, timeout_s: float = _CLOSE_S) -> None:
        """Wait until all is sent, but not longer than ``timeout_s``; nothing is taken afterwards."""
        self._closing.set()
        with self._queue.all_tasks_done:
            sent = self._queue.all_tasks_done.wait_for(lambda: self._queue.unfinished_tasks == 0, timeout_s)
        if not sent:
            self._warn("late", f"some notifications were not sent within {timeout_s:g} s")

    # ---------------------------------------------------------------- in the background

    def _work(self) -> None:
        services: list[tuple[str, Any]] | None = None
        while True:
            try:
                messages = [self._queue.get(timeout=0.2)]
            except Empty:
                if self._closing.is_set():
                    return
                continue
            while len(messages) < 10:  # several at once become one: a bad hour must not be a flood
                try:
                    messages.append(self._queue.get_nowait())
                except Empty:
                    break
            try:
                if services is None:
                    services = self._services()
                self._send(services, *_together(messages))
            except Exception as error:  # whatever a plug-in does, the run goes on
                self._warn("error", f"notifications cannot be sent: {type(error).__name__}")
            for _ in messages:
                self._queue.task_done()

    def _services(self) -> list[tuple[str, Any]]:
        import apprise

        # its own messages show addresses in full
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        found = []
        for number, url in enumerate(self._urls, 1):
            name = f"notification address {number} ({masked(url)})"
            service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
            if service is None:
                self._warn(name, f"{name}: apprise does not understand it")
            else:
                found.append((name, service))
        return found

    def _send(self, services: Sequence[tuple[str, Any]], title: str, body: str) -> None:
        for name, service in services:
            try:
                sent = service.notify(title=title, body=body)
            except Exception as error:  # one service that breaks must not silence the others
                self._warn(name, f"{name}: not notified ({type(error).__name__})")
                continue
            if not sent:
                self._warn(name, f"{name}: not notified; it refused or could not be reached")

    def _warn(self, about: str, text: str) -> None:
        if about not in self._warned:
            self._warned.add(about)
            _log.warning("%s", text)


def _together(messages: Sequence[tuple[str, str]]) -> tuple[str, str]:
    if len(messages) == 1:
        return messages[0]
    return f"{len(messages)} messages: {messages[0][0]}", "\n\n".join(f"{t}\n{b}" for t, b in messages)


def masked(url: str) -> str:
    """The kind of service and nothing else, e.g. ``mailto://...``: any part of an address may be a secret."""
    found = re.match(r"[A-Za-z][A-Za-z0-9+.-]*(?=://)", url)
    return f"{found.group()}://..." if found else "..."
