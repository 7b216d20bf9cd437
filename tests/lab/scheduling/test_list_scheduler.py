"""Plans for the default lab and for small ones, and plans that cannot be."""

from __future__ import annotations

import time

import pytest
from attrs import evolve

from aichemist.chemistry import InfeasibleError
from aichemist.lab.layout import Robot, Station
from aichemist.lab.scheduling import ListScheduler, check_timetable


def stirrer(name="stirrer", slots=10, **more):
    return Station(name, "stirring", more.pop("sections", ("lab",)), ("stir",), slots, duration_s=600.0, **more)


def dispenser(name="dispenser", slots=1, **more):
    return Station(
        name, "dispensing", ("lab",), ("dispense_liquid",), slots, duration_s=180.0, stocks=("water",), **more
    )


WATER = {"volumes_l": {"water": 1e-3}}


class TestDefaultLab:
    def test_a_batch_of_eight_is_sound_and_quick(self, ustc, oer):
        batch = oer(8)
        began = time.process_time()
        plan = ListScheduler().plan(ustc, batch)
        assert time.process_time() - began < 0.3
        assert check_timetable(ustc, batch, plan.tasks) == []
        stated = 12 + 5 / 60 + 5 / 60 + 5 / 60 + 2 + 0.5  # durations of the protocol alone, hours
        assert stated < plan.end_s / 3600 < 26
        assert not plan.extra_after

    def test_ninety_six_vials_in_one_call(self, ustc, oer):
        batch = oer(96)
        began = time.process_time()
        plan = ListScheduler().plan(ustc, batch)
        assert time.process_time() - began < 10
        assert check_timetable(ustc, batch, plan.tasks) == []
        one_by_one = 12 * ListScheduler().plan(ustc, oer(8)).end_s
        assert plan.end_s < 0.5 * one_by_one

    def test_eight_vials_go_through_the_centrifuge_as_one_lot(self, ustc, oer):
        plan = ListScheduler().plan(ustc, oer(8))
        runs = [t for t in plan.tasks if t.operation == "centrifuge"]
        assert [len(t.samples) for t in runs] == [8, 8]

    def test_two_dispensing_steps_need_no_robot_in_between(self, ustc, oer):
        plan = ListScheduler().plan(ustc, oer(1))
        ordered = [(t.operation, t.step) for t in plan.tasks][:5]
        assert ordered[1:4] == [("unload", None), ("dispense_liquid", 0), ("dispense_liquid", 1)]

    def test_a_second_batch_overlaps_the_first(self, ustc, oer, tools):
        scheduler = ListScheduler()
        first = scheduler.plan(ustc, oer(8, 1))
        second = scheduler.plan(ustc, oer(8, 2), now_s=3600.0, frozen=first.tasks)
        assert check_timetable(ustc, oer(8, 1) + oer(8, 2), tools.merge([first, second])) == []
        assert second.end_s < 1.5 * first.end_s
        assert min(t.start_s for t in second.tasks) >= 3600.0
        assert second.extra_after  # some of it goes before what was planned already
        assert set(second.extra_after) <= {t.id for t in first.tasks}

    def test_the_same_plan_again(self, ustc, oer):
        first = ListScheduler().plan(ustc, oer(12))
        assert ListScheduler().plan(ustc, oer(12)) == first
        assert len({t.id for t in first.tasks}) == len(first.tasks)
        assert "b001.s12.measure_electrochemistry.1" in {t.id for t in first.tasks}

    @pytest.mark.parametrize("seed", range(3))
    def test_carried_out_with_other_durations(self, ustc, oer, tools, seed):
        bench, batches = tools.Bench(seed=seed), []
        for number in range(1, 6):
            batches += oer(8, number)
            bench.add(ListScheduler().plan(ustc, oer(8, number), now_s=bench.now_s, frozen=bench.known()))
            bench.run(number * 4 * 3600.0)
        bench.run()
        assert check_timetable(ustc, batches, bench.actual(), actual=True) == []


class TestSmallLabs:
    def plan(self, lab, batch, **more):
        plan = ListScheduler().plan(lab, batch, **more)
        assert check_timetable(lab, batch, plan.tasks) == []
        return plan

    def test_no_experiments_no_tasks(self, tools):
        assert ListScheduler().plan(tools.small_lab([]), []).tasks == ()

    def test_an_odd_group_leaves_a_slot_for_the_balance_vial(self, tools):
        lab = tools.small_lab([Station("centrifuge", "", ("lab",), ("centrifuge",), 9, even_load=True)])
        plan = self.plan(lab, tools.experiments([tools.step(0, "centrifuge", duration_s=300.0)], 9))
        assert sorted(len(t.samples) for t in plan.tasks if t.step == 0) == [4, 5]

    def test_temperatures_are_not_mixed(self, tools):
        lab = tools.small_lab([Station("dryer", "", ("lab",), ("dry",), 20, one_temperature=True)], robots=2)
        warm = tools.experiments([tools.step(0, "dry", duration_s=600.0, temperature_k=350.0)], 3, batch=1)
        hot = tools.experiments([tools.step(0, "dry", duration_s=600.0, temperature_k=400.0)], 3, batch=2)
        plan = self.plan(lab, warm + hot)
        first, second = sorted((t for t in plan.tasks if t.step == 0), key=lambda t: t.start_s)
        assert second.start_s >= first.end_s

    def test_no_wait_moves_at_once(self, tools):
        lab = tools.small_lab([stirrer("a"), Station("b", "", ("lab",), ("shake",), 10)], robots=1)
        steps = [tools.step(0, "stir", duration_s=60.0), tools.step(1, "shake", duration_s=60.0, at_most_s=0.0)]
        plan = self.plan(lab, tools.experiments(steps, 14))
        assert {t.step for t in plan.tasks} == {None, 0, 1}

    def test_a_full_exchange_table_and_long_runs_in_parts(self, tools):
        small = Station("cell", "", ("hall",), ("measure_electrochemistry",), 3, duration_s=3600.0)
        lab = tools.small_lab([stirrer(), small], sections=("lab", "hall"), table=5)
        steps = [tools.step(0, "stir", duration_s=60.0), tools.step(1, "measure_electrochemistry")]
        plan = self.plan(lab, tools.experiments(steps, 10))
        assert sorted(len(t.samples) for t in plan.tasks if t.step == 1) == [2, 2, 3, 3]

    def test_a_smaller_lot_keeps_a_short_wait(self, tools):
        lab = tools.small_lab([dispenser(), stirrer()], travel_s=30.0)
        steps = [tools.step(0, "dispense_liquid", **WATER), tools.step(1, "stir", duration_s=60.0, at_most_s=300.0)]
        plan = self.plan(lab, tools.experiments(steps, 6))
        assert max(len(t.samples) for t in plan.tasks if t.step == 1) == 1

    def test_the_robot_stays_beside_a_small_station(self, tools):
        lab = tools.small_lab([dispenser(), stirrer()])
        steps = [tools.step(0, "dispense_liquid", **WATER), tools.step(1, "stir", duration_s=60.0)]
        plan = self.plan(lab, tools.experiments(steps, 6))
        assert [len(t.samples) for t in plan.tasks if t.step == 1] == [6]
        assert len([t for t in plan.tasks if t.step == 0]) == 6

    def test_back_to_the_station_just_left(self, tools):
        lab = tools.small_lab([dispenser(), stirrer()])
        steps = [
            tools.step(0, "stir", duration_s=60.0), tools.step(1, "dispense_liquid", **WATER),
            tools.step(2, "stir", duration_s=60.0),
        ]  # fmt: skip
        self.plan(lab, tools.experiments(steps, 4))

    def test_a_step_in_the_starting_station(self, tools):
        lab = tools.small_lab([stirrer()])
        steps = [tools.step(0, "store", duration_s=60.0), tools.step(1, "stir"), tools.step(2, "store", duration_s=5.0)]
        self.plan(lab, tools.experiments(steps, 4))

    def test_a_lot_is_parked_where_others_need_its_place(self, tools):
        lab = tools.small_lab(
            [stirrer(), dispenser(), Station("b", "", ("lab",), ("shake",), 10)], storage=10, robots=2
        )
        long = tools.experiments([tools.step(0, "shake", duration_s=40000.0)], 8, batch=1)
        later = tools.experiments([tools.step(0, "stir", duration_s=6000.0, at_least_s=0.0)], 8, batch=2)
        scheduler = ListScheduler()
        first = scheduler.plan(lab, long)
        second = scheduler.plan(lab, later, now_s=5000.0, frozen=first.tasks)
        frozen = tools.merge([first, second])
        steps = [tools.step(0, "stir", duration_s=60.0), tools.step(1, "shake", duration_s=60.0)]
        new = tools.experiments(steps, 8, batch=3)
        third = scheduler.plan(lab, new, now_s=0.0, frozen=frozen)
        assert check_timetable(lab, long + later + new, tools.merge([first, second, third])) == []
        places = [t.station for t in third.tasks if t.operation == "unload"]
        assert places[0] == "stirrer" and places[1] in ("storage", "start") and places[2:] == ["b", "start"]

    def test_a_vial_given_up_keeps_its_slot(self, tools):
        lab = tools.small_lab([stirrer("a", 4)])
        first = ListScheduler().plan(lab, tools.experiments([tools.step(0, "stir")], 1))
        begun = first.tasks[:3]
        assert [t.operation for t in begun] == ["load", "unload", "stir"]
        plan = ListScheduler().plan(lab, tools.experiments([tools.step(0, "stir")], 6, 2), frozen=begun)
        assert max(len(t.samples) for t in plan.tasks if t.step == 0) == 3


class TestInfeasible:
    def refused(self, lab, batch, *words, **more):
        with pytest.raises(InfeasibleError) as caught:
            ListScheduler().plan(lab, batch, **more)
        for word in words:
            assert word in str(caught.value), str(caught.value)

    def test_no_station_does_it(self, tools):
        self.refused(tools.small_lab([]), tools.experiments([tools.step(0, "stir")], 1), "no station", "stir")

    def test_named_station_does_something_else(self, tools):
        batch = tools.experiments([tools.step(0, "stir", station="dispenser")], 1)
        self.refused(tools.small_lab([stirrer(), dispenser()]), batch, "dispenser", "does not do stir")

    def test_temperature_outside_the_limits(self, tools):
        lab = tools.small_lab([stirrer(limits={("stir", "temperature_k"): (290.0, 400.0)})])
        batch = tools.experiments([tools.step(0, "stir", temperature_k=500.0)], 1)
        self.refused(lab, batch, "temperature_k = 500", "290 to 400", "stirrer")

    def test_no_station_holds_the_stock(self, tools):
        batch = tools.experiments([tools.step(0, "dispense_liquid", volumes_l={"ethanol": 1e-3})], 1)
        self.refused(tools.small_lab([dispenser()]), batch, "dispenser does not hold ethanol")

    def test_a_stock_of_which_nothing_is_taken_does_not_matter(self, tools):
        amounts = {"ethanol": 0.0, "water": 1e-3}
        batch = tools.experiments([tools.step(0, "dispense_liquid", volumes_l=amounts)], 1)
        assert ListScheduler().plan(tools.small_lab([dispenser()]), batch).tasks

    def test_more_vials_than_places(self, tools):
        batch = tools.experiments([tools.step(0, "stir")], 5)
        self.refused(tools.small_lab([stirrer()], places=4), batch, "5 vials", "which has 4", "smaller")

    def test_places_kept_for_vials_under_way(self, tools):
        lab = tools.small_lab([stirrer()], places=5)
        first = ListScheduler().plan(lab, tools.experiments([tools.step(0, "stir")], 3))
        batch = tools.experiments([tools.step(0, "stir")], 3, batch=2)
        self.refused(lab, batch, "3 of them kept", frozen=first.tasks)

    def test_a_centrifuge_that_never_balances(self, tools):
        lab = tools.small_lab([Station("centrifuge", "", ("lab",), ("centrifuge",), 1, even_load=True)])
        self.refused(lab, tools.experiments([tools.step(0, "centrifuge")], 2), "centrifuge", "one vial")

    def test_no_robot_at_all(self, tools):
        lab = tools.small_lab([stirrer()], robots=0)
        self.refused(lab, tools.experiments([tools.step(0, "stir")], 1), "no robot")

    def test_no_robot_in_the_other_section(self, tools):
        lab = tools.small_lab([stirrer(sections=("hall",))], sections=("lab", "hall"))
        lab = evolve(lab, robots=tuple(r for r in lab.robots if r.section == "lab"))
        self.refused(lab, tools.experiments([tools.step(0, "stir")], 1), "no robot in section hall")

    def test_no_exchange_table(self, tools):
        lab = tools.small_lab([stirrer(sections=("hall",))], sections=("lab", "hall"), table=0)
        self.refused(lab, tools.experiments([tools.step(0, "stir")], 1), "no exchange table", "lab", "hall")

    def test_contradictory_wait(self, tools):
        batch = tools.experiments([tools.step(0, "stir"), tools.step(1, "stir", at_least_s=60.0, at_most_s=30.0)], 1)
        self.refused(tools.small_lab([stirrer()]), batch, "stir_1", "contradictory wait")

    def test_a_wait_shorter_than_the_transport_of_one_vial(self, tools):
        lab = tools.small_lab([dispenser(), stirrer()])
        steps = [tools.step(0, "dispense_liquid", **WATER), tools.step(1, "stir", at_most_s=200.0)]
        self.refused(lab, tools.experiments(steps, 8), "stir_1", "at most 3.33 min", "4 min", "raise at_most")

    def test_a_vial_given_up_blocks_the_only_dispenser(self, tools):
        lab = tools.small_lab([dispenser()])
        steps = [tools.step(0, "dispense_liquid", **WATER)]
        first = ListScheduler().plan(lab, tools.experiments(steps, 1)).tasks
        self.refused(lab, tools.experiments(steps, 1, 2), "b001-01", "take them away", frozen=first[:3], now_s=1e4)

    def test_a_sample_planned_twice(self, tools):
        batch = tools.experiments([tools.step(0, "stir")], 1)
        self.refused(tools.small_lab([stirrer()]), batch * 2, "planned twice", "b001-01")

    def test_a_robot_without_racks(self, tools):
        lab = evolve(tools.small_lab([stirrer()]), robots=(Robot("r", "lab", 0, 10, 120.0),))
        self.refused(lab, tools.experiments([tools.step(0, "stir")], 1), "racks")
