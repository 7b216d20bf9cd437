"""Who must say yes, and whether what was said holds: every rule, and any sequence of things that happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.chemistry import Finding, InputError, Review
from aichemist.guard.approvals import Approval, ApprovalSettings, Need, final, judge, needs, read_expiry

NOW = datetime(2026, 11, 28, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROLES = {"ada": ("safety_officer",), "bob": ("chemist",), "cyd": ("chemist", "laser_officer")}
OFFICER, CHEMIST = Need("safety_officer", 1, ("r",)), Need("chemist", 1, ("r",))


def yes(person: str = "ada", role: str = "safety_officer", **change: Any) -> Approval:
    return evolve(Approval(1, "h", "approve", role, person, NOW - HOUR, NOW + HOUR), **change)


def finding(outcome: Any, rule: str = "r", role: str = "safety_officer") -> Finding:
    return Finding(rule, outcome, "m", "s", role=role)


def review(*findings: Finding) -> Review:
    return Review("approval", findings, ())


def test_needs() -> None:
    plain = ApprovalSettings.of({})
    assert needs(review(finding("allow"), finding("measures")), plain) == ()
    assert needs(review(finding("approval", role="")), plain) == (OFFICER,)
    two = needs(
        review(finding("approval", "a", "chemist"), finding("approval", "b", "chemist"), finding("approval", "c")),
        plain,
    )
    assert two == (Need("chemist", 1, ("a", "b")), Need("safety_officer", 1, ("c",)))
    assert needs(review(finding("refuse")), plain) == (Need("safety_officer", 2, ("r",), True),)
    assert final(review(finding("refuse", "x", ""), finding("refuse", "y"))) == ("x",)


@pytest.mark.parametrize(("entry", "rule", "people"), [
    ("explosive", "explosive", 2), ("explosive", "explosive_azide", 2), ("explosive", "explosives", 1),
    ("approval", "anything", 2), ("refuse", "anything", 1),
])  # fmt: skip
def test_two_person_rules(entry: str, rule: str, people: int) -> None:
    chosen = ApprovalSettings.of({"two_person": [entry]})
    assert needs(review(finding("approval", rule)), chosen)[0].people == people


@pytest.mark.parametrize(("wanted", "said", "granted"), [
    ([OFFICER], [yes()], True),
    ([OFFICER], [], False),
    ([OFFICER], [yes("bob", "chemist")], False),
    ([CHEMIST], [yes()], True),  # a safety officer is a chemist, too
    ([CHEMIST], [yes("cyd", "laser_officer")], False),
    ([Need("laser_officer", 1, ("r",))], [yes()], False),  # but not everything
    ([OFFICER], [yes(subject_hash="other")], False),
    ([OFFICER], [yes(expires_at=NOW)], False),
    ([OFFICER], [yes(expires_at=None)], True),
    ([OFFICER], [yes(made_at=NOW + HOUR)], False),
    ([OFFICER], [yes(withdrawn_at=NOW - HOUR)], False),
    ([OFFICER], [yes("bob")], False),  # he has the role no longer
    ([OFFICER], [yes("gone")], False),
    ([OFFICER], [yes(), yes("bob", "chemist", decision="refuse")], False),
    ([OFFICER], [yes(), yes("bob", "chemist", decision="refuse", withdrawn_at=NOW)], True),
    ([OFFICER], [yes(), yes("bob", "chemist", decision="refuse", subject_hash="other")], True),
    ([evolve(OFFICER, people=2)], [yes(), yes()], False),
    ([evolve(OFFICER, people=2)], [yes(), yes("bob", "chemist")], True),
    ([evolve(OFFICER, people=2)], [yes("cyd", "chemist"), yes("bob", "chemist")], False),
    ([OFFICER, Need("laser_officer", 1, ("r",))], [yes(), yes("cyd", "laser_officer")], True),
    ([OFFICER, Need("laser_officer", 1, ("r",))], [yes()], False),
])  # fmt: skip
def test_judge(wanted: list[Need], said: list[Approval], granted: bool) -> None:
    verdict = judge("h", wanted, said, NOW, ROLES)
    assert verdict.granted is granted
    assert granted or verdict.missing or verdict.refused


@st.composite
def words(draw: st.DrawFn) -> Approval:
    return Approval(
        draw(st.integers(1, 9)), draw(st.sampled_from(["h", "h", "g"])), draw(st.sampled_from(["approve", "approve", "refuse"])),
        draw(st.sampled_from(["safety_officer", "chemist", "laser_officer"])), draw(st.sampled_from([*ROLES, "gone"])),
        NOW + draw(st.integers(-3, 2)) * HOUR, draw(st.none() | st.integers(-2, 3).map(lambda h: NOW + h * HOUR)),
        draw(st.none() | st.just(NOW)),
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(words(), max_size=6),
    st.lists(
        st.builds(
            Need,
            st.sampled_from(["safety_officer", "chemist", "laser_officer"]),
            st.sampled_from([1, 2]),
            st.just(("r",)),
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_whatever_was_said_granted_means_that_enough_people_stand_by_it(
    said: list[Approval], wanted: list[Need]
) -> None:
    verdict = judge("h", wanted, said, NOW, ROLES)
    # said again from scratch, without the code that is tested
    good = [
        a for a in said
        if a.subject_hash == "h" and a.decision == "approve" and a.withdrawn_at is None and a.made_at <= NOW
        and (a.expires_at is None or a.expires_at > NOW)
        and {a.role, "safety_officer" if a.role == "chemist" else a.role}.intersection(ROLES.get(a.person, ()))
    ]  # fmt: skip
    no = any(a.subject_hash == "h" and a.decision == "refuse" and a.withdrawn_at is None for a in said)
    enough = all(
        len({a.person for a in good}) >= n.people
        and any(a.role == n.role or (n.role == "chemist" and a.role == "safety_officer") for a in good)
        for n in wanted
    )
    assert verdict.granted == (enough and not no)
    # one word more can only help where it is a yes, and never undoes a no
    if verdict.granted:
        assert judge("h", wanted, [*said, yes()], NOW, ROLES).granted
        assert not judge("h", wanted, [*said, yes(decision="refuse")], NOW, ROLES).granted
        assert not judge("g2", wanted, said, NOW, ROLES).granted


@pytest.mark.parametrize(
    "table",
    [{"roles": "x"}, {"two_person": [1]}, {"roles": [""]}, {"expires": "7"}, {"expires": "-1 h"}, {"expires": "1e9 d"}],
)
def test_settings_are_checked(table: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        ApprovalSettings.of(table)
    assert str(caught.value.key).startswith("guard.")


def test_expiry_and_roles() -> None:
    assert read_expiry("never") is None and read_expiry("36 h") == timedelta(hours=36)
    assert ApprovalSettings.of({"expires": "7 d"}).expires == timedelta(days=7)
    assert ApprovalSettings.of({"roles": ["laser_officer"]}).check_role("laser_officer") == "laser_officer"
