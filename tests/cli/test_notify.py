"""Notifications: what is told, to whom, and that nothing there ever hurts a run."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from aichemist.campaign import Notifier, load_campaign, message_for
from aichemist.chemistry import InputError

QUESTION = {
    "id": "a1:b001.load.1", "at_s": 5.0, "samples": ["b001-01"], "text": "load on robot_1 (b001-01): it fell",
    "choices": {"repeat": "pick again", "leave": "set the vial aside"}, "priority": 2, "due_s": 7200.0,
    "otherwise": "leave",
}  # fmt: skip


class Service(ThreadingHTTPServer):
    """What a chat service would be; it answers while ``open`` is set."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[dict[str, Any]] = []
        self.open, self.status = threading.Event(), 200
        self.open.set()

    @property
    def url(self) -> str:
        return f"json://user:very-secret@127.0.0.1:{self.server_port}/hook-token"


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.open.wait(60)
        self.server.heard.append(body)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def test_what_is_told() -> None:
    topic, title, body = message_for("question_asked", QUESTION) or ("", "", "")
    assert (topic, title) == ("question", "run a1: a question waits")
    assert "it fell" in body and "leave: set the vial aside" in body and "by 02:00" in body
    assert "aichemist questions a1" in body
    fault = {"command_id": "a1:b001.stir.2", "kind": "failed", "reason": "motor", "samples": ["b001-01"]}
    assert message_for("command_faulted", fault) == (
        "fault", "run a1: fault: failed", "b001.stir.2 (b001-01): motor\nThe recovery rules decide what follows.",
    )  # fmt: skip
    lock = {"name": "hood", "text": "flow of hood is 0, below 10", "stations": ["dryer"]}
    assert (message_for("interlock_tripped", lock, "a1") or ("",))[0] == "fault"
    stop = message_for("controlled", {"what": "stop", "who": "Ada", "why": "smoke"}, "a1")
    assert stop == ("fault", "run a1: EMERGENCY STOP", "by Ada: smoke")
    assert message_for("campaign_finished", {"reason": "target reached"}, "a1") == (
        "finished", "run a1: ended", "target reached",
    )  # fmt: skip
    for kind, payload in (("controlled", {"what": "pause"}), ("command_done", {}), ("observation_made", {})):
        assert message_for(kind, payload) is None


def test_tasks_of_people_are_told_and_told_again() -> None:
    command = {
        "id": "a1:weigh", "task": "weigh", "operation": "dispense_solid", "device": "balance", "station": "balance",
        "samples": ["b001-01"], "parameters": {"masses_kg": {"salt": 3e-6}}, "per_sample": {},
    }  # fmt: skip
    assert message_for("command_issued", {"command": command}, "a1") is None, "a device is told, nobody else"
    told = message_for("command_issued", {"command": command}, "a1", ["balance"])
    assert told is not None and told[0] == "task" and "3.00 mg of salt" in told[2] and "aichemist tasks a1" in told[2]
    again = message_for("person_reminded", {"command_id": "a1:weigh", "at_s": 0.0}, "a1", ["balance"])
    assert again is not None and again[0] == "task" and "weigh" in again[2]


def test_messages_arrive(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICHEMIST_NOTIFY", f" {service.url} ,")
    notifier = Notifier.of(on=("question",), run="a1")
    assert notifier and "secret" not in repr(notifier)
    notifier.take("question_asked", QUESTION)
    notifier.take("campaign_finished", {"reason": "done"})  # not wanted
    notifier.take("command_done", {})
    notifier.close(timeout_s=60)
    assert len(service.heard) == 1 and service.heard[0]["title"] == "run a1: a question waits"
    assert "pick again" in service.heard[0]["message"]
    notifier.tell("question", "late", "nothing is taken after the end")
    time.sleep(0.3)
    assert len(service.heard) == 1


def test_an_address_may_stand_in_the_environment(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_CHAT", service.url)
    notifier = Notifier(["$LAB_CHAT"])
    notifier.tell("finished", "a", "b")
    notifier.close(timeout_s=60)
    assert [h["title"] for h in service.heard] == ["a"]


def test_a_slow_service_never_holds_up_a_run(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.open.clear()
    notifier = Notifier([service.url], kept=5)
    for i in range(100):
        notifier.tell("fault", f"t{i}", "b")
    notifier.close(timeout_s=0.1)
    assert service.heard == []  # nobody waited for it
    texts = [r.getMessage() for r in caplog.records]
    assert sum("some are left out" in t for t in texts) == 1 and any("not sent within" in t for t in texts)
    service.open.set()
    notifier.close(timeout_s=60)
    assert 1 <= len(service.heard) < 20 and "messages" in service.heard[-1]["title"]  # several at once become one


def test_failures_are_warned_about_once_and_keep_secrets(
    service: Service, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    service.status = 500
    dead = "json://me:very-secret@127.0.0.1:9/token-in-path"
    notifier = Notifier([service.url, dead, "nonsense://very-secret", "very-secret"])
    for _ in range(3):
        notifier.tell("fault", "t", "b")
        time.sleep(0.05)
    notifier.close(timeout_s=60)
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("aichemist")]
    assert len(ours) == len(set(ours)) == 4 and sum("does not understand" in t for t in ours) == 2
    out, err = capfd.readouterr()
    for text in (*ours, out, err, *(r.getMessage() for r in caplog.records if r.levelno >= logging.INFO)):
        assert "secret" not in text and "token" not in text
    assert Notifier([]).tell("fault", "t", "b") is None and not Notifier([""])


def test_a_campaign_file_may_name_addresses(files: Path) -> None:
    path = files / "campaigns" / "oer.toml"
    text = path.read_text()
    assert load_campaign(path).notify_urls == ()
    path.write_text(text + '\n[notify]\nurls = "json://u:very-secret@host"\non = ["question"]\n')
    campaign = load_campaign(path)
    assert campaign.notify_urls == ("json://u:very-secret@host",) and campaign.notify_on == ("question",)
    assert "secret" not in repr(campaign)
    path.write_text(text + '\n[notify]\non = ["tea"]\n')
    with pytest.raises(InputError, match="notify"):
        load_campaign(path)
    path.write_text(text + '\n[notify]\nurl = ["json://u:very-secret@host"]\n')
    with pytest.raises(InputError, match="did you mean 'urls'") as error:
        load_campaign(path)
    assert "secret" not in str(error.value)
