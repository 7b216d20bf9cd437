"""Instances as people write them, right and wrong."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest

from aichemist.chemistry import InputError
from aichemist.lab.scheduling._instances import read_bilge_ulusoy, read_flexible_job_shop, read_instance
from aichemist.lab.scheduling._joint_workload import read_ustc_joint

SHARED = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).parents[3] / "../shared/data")) / "../instances"
JOINT = SHARED / "ustc_2025_joint.json"
BILGE = SHARED / "bilge_ulusoy_1995.json"

SHOP = "2 3 1.5\n 2 2 1 5 2 4  1 3 7\n\n1\t3 1 1 2 2 3 3 \n"

VEHICLES: dict[str, Any] = {
    "name": "small",
    "base": {"1": [[[1, 8], [2, 16]], [[2, 5]], [[2, 5]]]},
    "layouts": {"1": [[0, 6, 8], [12, 0, 6], [10, 7, 0]]},
}

LAB: dict[str, Any] = {
    "name": "small_lab",
    "transport": {"robot_capacity_vials": 40, "minutes_per_vial_move": 2},
    "insertion": {"experiment": "e3_late", "arrives_at_minute": 50},
    "stations": [
        {"station": "starting_station", "capacity_vials": 4},
        {"station": "muffle_furnace", "capacity_vials": 1, "one_temperature_at_a_time": True},
        {"station": "table_exchange", "capacity_vials": 10, "batch": "starts and ends together"},
        {"station": "xrd_dripping", "capacity_vials": 1},
        {"station": "xrd_test", "capacity_vials": 1},
        {"station": "xrd_recycle", "capacity_vials": 1},
        {"station": "spin", "capacity_vials": 6, "batch": "together", "even_load": True},
    ],
    "experiments": [
        {
            "experiment": "e1_hot",
            "vials": 2,
            "steps": [
                {"stations": ["starting_station"], "minutes": 3},
                {"stations": ["muffle_furnace"], "minutes": 600, "celsius": 400.0},
                {"stations": ["xrd_dripping"], "minutes": 20},
                {"stations": ["xrd_test"], "minutes": 10},
                {"stations": ["xrd_recycle"], "minutes": 3},
                {"stations": ["starting_station"], "minutes": 3},
            ],
        },
        {"experiment": "e1_hot", "vials": 1, "steps": [{"stations": ["starting_station"], "minutes": 3}]},
        {"experiment": "e2_spin", "vials": 2, "steps": [{"stations": ["spin"], "minutes": 5}]},
        {"experiment": "e2_spin", "vials": 3, "steps": [{"stations": ["spin"], "minutes": 5}]},
        {"experiment": "e3_late", "vials": 1, "steps": [{"stations": ["spin", "muffle_furnace"], "minutes": 5}]},
    ],
}


def written(folder: Path, content: Any) -> Path:
    path = folder / "instance.txt"
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return path


def changed(data: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    result = copy.deepcopy(data)
    at: Any = result
    for key in keys[:-1]:
        at = at[key]
    at[keys[-1]] = value
    return result


def test_flexible_job_shop(tmp_path: Path) -> None:
    problem = read_flexible_job_shop(written(tmp_path, SHOP))
    assert [m.name for m in problem.machines] == ["M1", "M2", "M3"]
    assert [[dict(o.choices) for o in job.operations] for job in problem.jobs] == [
        [{"M1": 5, "M2": 4}, {"M3": 7}],
        [{"M1": 1, "M2": 2, "M3": 3}],
    ]
    assert problem.buffers and not problem.carriers
    assert len({j.kind for j in problem.jobs}) == 2


def test_flexible_job_shop_with_lines_broken_anywhere(tmp_path: Path) -> None:
    whole = read_flexible_job_shop(written(tmp_path, SHOP))
    broken = "2 3\n2 2 1\n5 2 4 1 3\n7 1 3 1 1 2 2 3 3"
    assert read_flexible_job_shop(written(tmp_path, broken)).jobs == whole.jobs


@pytest.mark.parametrize(
    ("text", "line", "value", "says"),
    [
        ("", None, None, "empty"),
        ("2\n1 1 1 1\n1 1 1 1\n", 1, "2", "first line"),
        ("1 2 3 4\n", 1, "1 2 3 4", "first line"),
        ("x 2\n1 1 1 1\n", 1, "x", "number of jobs"),
        ("0 2\n", 1, 0, "number of jobs"),
        ("1 2\n1 1 3 5\n", 2, 3, "machines go from 1 to 2"),
        ("1 2\n1 1 0 5\n", 2, 0, "at least 1"),
        ("1 2\n1 1 1 -5\n", 2, -5, "negative"),
        ("1 2\n1 1 1 2.5\n", 2, "2.5", "not a whole number"),
        ("1 2\n1 2 1 5 1 6\n", 2, 1, "twice"),
        ("2 2\n1 1 1 5\n2 1 1 5 1 2\n", 3, None, "the line ends where a duration of operation 2 of job 2"),
        ("2 2\n2 1 1 5\n1 1 1 5\n", 2, None, "the line ends where the number of machines for operation 2 of job 1"),
        ("2 2\n1 1 1 5 9\n1 1 1 5\n", 2, "9", "1 numbers more than job 1"),
        ("3 2\n1 1 1 5\n1 1 1 5\n", None, 2, "fewer jobs"),
        ("1 2\n1 1 1 5\n1 1 1 5\n", 3, "1", "more than the last of 1 jobs"),
        ("1 2\n1 3 1 5 2 5 2 5\n", 2, 3, "there are 2"),
    ],
)
def test_wrong_flexible_job_shop(tmp_path: Path, text: str, line: int | None, value: Any, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as raised:
        read_flexible_job_shop(path)
    assert says in str(raised.value)
    assert (raised.value.file, raised.value.line, raised.value.value) == (path, line, value)


def test_no_such_file(tmp_path: Path) -> None:
    for read in (read_instance, read_flexible_job_shop, read_ustc_joint, lambda p: read_bilge_ulusoy(p, 1, 1)):
        with pytest.raises(InputError, match="no such file"):
            read(tmp_path / "absent.json")


def test_job_shop_with_vehicles(tmp_path: Path) -> None:
    problem = read_bilge_ulusoy(written(tmp_path, VEHICLES), 1, 1)
    assert [m.name for m in problem.machines] == ["load_unload", "M1", "M2"]
    assert problem.travel_time("load_unload", "M2") == 8
    assert problem.travel_time("M2", "load_unload") == 10
    assert {(c.at, c.capacity, c.pick, c.place) for c in problem.carriers} == {("load_unload", 1, 0, 0)}
    assert len(problem.carriers) == 2
    assert {j.origin for j in problem.jobs} == {"load_unload"}
    assert problem.jobs[1].kind == problem.jobs[2].kind != problem.jobs[0].kind
    assert problem.buffers
    assert read_instance(written(tmp_path, VEHICLES), set=1, layout=1) == problem


@pytest.mark.parametrize(
    ("data", "arguments", "key"),
    [
        (VEHICLES, (2, 1), "base"),
        (VEHICLES, (1, 7), "layouts"),
        ({"layouts": VEHICLES["layouts"]}, (1, 1), "base"),
        (changed(VEHICLES, ["base", "1", 0, 1, 0], 3), (1, 1), "base.1[0][1][0]"),
        (changed(VEHICLES, ["base", "1", 0, 1, 0], 0), (1, 1), "base.1[0][1][0]"),
        (changed(VEHICLES, ["base", "1", 0, 1, 1], -3), (1, 1), "base.1[0][1][1]"),
        (changed(VEHICLES, ["base", "1", 0, 1, 1], True), (1, 1), "base.1[0][1][1]"),
        (changed(VEHICLES, ["base", "1", 0, 1, 1], float("nan")), (1, 1), "base.1[0][1][1]"),
        (changed(VEHICLES, ["base", "1", 0, 1], [2]), (1, 1), "base.1[0][1]"),
        (changed(VEHICLES, ["base", "1", 0], []), (1, 1), "base.1[0]"),
        (changed(VEHICLES, ["layouts", "1", 1], [0, 6]), (1, 1), "layouts.1[1]"),
        (changed(VEHICLES, ["layouts", "1", 1, 2], -6), (1, 1), "layouts.1[1][2]"),
    ],
)
def test_wrong_job_shop_with_vehicles(tmp_path: Path, data: Any, arguments: tuple[int, int], key: str) -> None:
    path = written(tmp_path, data)
    with pytest.raises(InputError) as raised:
        read_bilge_ulusoy(path, *arguments)
    assert (raised.value.file, raised.value.key) == (path, key)


def test_workload(tmp_path: Path) -> None:
    problem = read_ustc_joint(written(tmp_path, LAB))
    ids = [j.id for j in problem.jobs]
    assert ids == ["e1.1-01", "e1.1-02", "e1.2-01", "e2.1-01", "e2.1-02", "e2.2-01", "e2.2-02", "e2.2-03"]
    assert [j.leaves_with for j in problem.jobs] == [i[:4] for i in ids]
    # the same name with other steps is another kind, with the same steps it is not
    kinds = [j.kind for j in problem.jobs]
    assert kinds == ["e1_hot", "e1_hot", "e1_hot (2)", *["e2_spin"] * 5]
    roles = {m.name: m.role for m in problem.machines}
    assert (roles["starting_station"], roles["table_exchange"], roles["storage"]) == ("start", "exchange", "storage")
    assert problem.machine("storage").slots == 10
    assert problem.machine("starting_station").slots == 8  # as many as vials: the file has 4
    assert {m.instrument for m in problem.machines if m.name.startswith("xrd")} == {"xrd"}
    assert problem.machine("spin").even_load and problem.machine("spin").batch
    assert problem.machine("muffle_furnace").one_temperature
    assert [o.wait_max for o in problem.jobs[0].operations] == [None, None, None, 0, 0, None]
    assert problem.jobs[0].operations[1].temperature == 400.0
    assert [(c.capacity, c.pick, c.place) for c in problem.carriers] == [(40, 1, 1)] * 2
    assert (problem.buffers, problem.unit_s, problem.travel_time("spin", "storage")) == (False, 60.0, 0)


def test_workload_with_options(tmp_path: Path) -> None:
    path = written(tmp_path, LAB)
    still = read_ustc_joint(path, transport=False)
    assert still.buffers and not still.carriers and "storage" not in {m.name for m in still.machines}
    late = read_instance(path, inserted=True).jobs[-1]
    assert (late.id, late.release) == ("e3.1-01", 50)
    twice = read_ustc_joint(path, copies=2, experiments=["e2"])
    assert [len({j.leaves_with for j in twice.jobs}), len(twice.jobs)] == [4, 10]
    cool = read_ustc_joint(path, furnace_minutes=60, robots=3)
    assert dict(cool.jobs[0].operations[1].choices) == {"muffle_furnace": 60}
    assert len(cool.carriers) == 3
    path = written(tmp_path, changed(LAB, ["transport", "robots"], 5))
    assert [len(read_ustc_joint(path).carriers), len(read_ustc_joint(path, robots=1).carriers)] == [5, 1]


@pytest.mark.parametrize(
    ("data", "options", "key"),
    [
        (changed(LAB, ["experiments", 0, "vials"], 0), {}, "experiments[0].vials"),
        (changed(LAB, ["experiments", 0, "steps"], []), {}, "experiments[0].steps"),
        (changed(LAB, ["experiments", 0, "steps", 1, "stations"], ["oven"]), {}, "experiments[0].steps[1].stations"),
        (changed(LAB, ["experiments", 0, "steps", 1, "stations"], [["oven"]]), {}, "experiments[0].steps[1].stations"),
        (changed(LAB, ["experiments", 0, "steps", 1, "minutes"], -1), {}, "experiments[0].steps[1].minutes"),
        (changed(LAB, ["experiments", 0, "steps", 1, "minutes"], 2.5), {}, "experiments[0].steps[1].minutes"),
        (changed(LAB, ["experiments", 0, "steps", 1, "celsius"], "hot"), {}, "experiments[0].steps[1].celsius"),
        (changed(LAB, ["stations", 0, "capacity_vials"], 0), {}, "stations[0].capacity_vials"),
        (changed(LAB, ["stations", 1, "station"], "starting_station"), {}, "stations[1].station"),
        (changed(LAB, ["experiments", 0, "steps", 1, "celsius"], -400), {}, "experiments[0].steps[1].celsius"),
        (changed(LAB, ["experiments", 0, "steps", 1, "wait_max"], 5), {}, "experiments[0].steps[1].wait_max"),
        (changed(LAB, ["time_unit"], "fortnight"), {}, "time_unit"),
        (changed(LAB, ["insertion", "arrives_at_minute"], -8), {}, "insertion.arrives_at_minute"),
        (changed(LAB, ["insertion", "experiment"], "e9"), {}, "insertion.experiment"),
        (changed(LAB, ["transport", "robots"], 0), {}, "transport.robots"),
        (changed(LAB, ["transport", "robots"], 1.5), {}, "transport.robots"),
        (changed(LAB, ["transport"], None), {}, "transport"),
        (changed(LAB, ["stations"], []), {}, "stations"),
        (LAB, {"robots": 0}, "robots"),
        (LAB, {"copies": 0}, "copies"),
        (LAB, {"furnace_minutes": -5}, "furnace_minutes"),
        (LAB, {"experiments": ["e7"]}, "experiments"),
        (LAB, {"layout": 2}, "layout"),
    ],
)
def test_wrong_workload(tmp_path: Path, data: Any, options: dict[str, Any], key: str) -> None:
    path = written(tmp_path, data)
    with pytest.raises(InputError) as raised:
        read_instance(path, **options)
    assert (raised.value.file, raised.value.key) == (path, key)


def test_bad_json(tmp_path: Path) -> None:
    path = written(tmp_path, '{\n "base": {},\n "layouts": \n}')
    with pytest.raises(InputError) as raised:
        read_instance(path)
    assert (raised.value.file, raised.value.line) == (path, 4)
    for text, says in (("[1, 2]", "an object is wanted"), ('{"a": 1}', "no scheduling instance")):
        with pytest.raises(InputError, match=says):
            read_instance(written(tmp_path, text))
    with pytest.raises(InputError):
        read_instance(written(tmp_path, "[" * 200_000))


@pytest.mark.skipif(not JOINT.exists(), reason="needs the shared instances")
def test_real_workload() -> None:
    problem = read_instance(JOINT)
    assert len(problem.jobs) == 36
    assert sum(len(j.operations) for j in problem.jobs) == 513
    assert len({j.kind for j in problem.jobs}) == 4
    assert len({j.leaves_with for j in problem.jobs}) == 6
    assert len(read_ustc_joint(JOINT, experiments=["e2"], transport=False).jobs) == 14
    late = [j for j in read_ustc_joint(JOINT, inserted=True).jobs if j.release]
    assert [(j.id, j.release) for j in late] == [("e5.1-01", 800), ("e5.1-02", 800)]
    assert len(read_ustc_joint(JOINT, copies=4).jobs) == 144


@pytest.mark.skipif(not BILGE.exists(), reason="needs the shared instances")
def test_real_job_shops() -> None:
    for number in range(1, 11):
        for layout in range(1, 5):
            assert len(read_bilge_ulusoy(BILGE, number, layout).machines) == 5
    sizes = {}
    for path in sorted((SHARED / "brandimarte").glob("mk*.txt")):
        problem = read_instance(path)
        sizes[path.stem] = (len(problem.jobs), len(problem.machines), sum(len(j.operations) for j in problem.jobs))
    assert sizes["mk01"] == (10, 6, 55)
    assert sizes["mk10"] == (20, 15, 240)


def _with_after(**after: Any) -> dict[str, Any]:
    data = copy.deepcopy(LAB)
    for number, value in after.items():
        data["experiments"][0]["steps"][int(number[1:]) - 1]["after"] = value
    return data


def test_steps_may_name_those_before_them(tmp_path: Path) -> None:
    file = tmp_path / "lab.json"
    file.write_text(json.dumps(_with_after(s2=[3, 4, 5])))  # calcined after the test
    names = [o.name for o in read_ustc_joint(file).jobs[0].operations]
    assert names == [
        "1 starting_station", "3 xrd_dripping", "4 xrd_test", "5 xrd_recycle", "2 muffle_furnace", "6 starting_station",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("after", "key", "value"),
    [
        ({"s2": [2]}, r"experiments\[0\].steps\[1\].after", "2 after 2"),
        ({"s2": [4], "s4": [3], "s3": [2]}, r"experiments\[0\].steps\[1\].after", "2 after 4 after 3 after 2"),
        ({"s3": [9]}, r"experiments\[0\].steps\[2\].after", "9"),
        ({"s3": "2"}, r"experiments\[0\].steps\[2\].after", "2"),
    ],
)
def test_a_circle_of_steps_is_named(tmp_path: Path, after: dict[str, Any], key: str, value: str) -> None:
    file = tmp_path / "lab.json"
    file.write_text(json.dumps(_with_after(**after)))
    with pytest.raises(InputError, match=key) as error:
        read_ustc_joint(file)
    assert value in str(error.value) and "lab.json" in str(error.value)
