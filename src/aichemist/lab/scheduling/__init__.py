"""Steps x stations x robots -> a timetable. Any class that fulfils :class:`Scheduler` may stand here.

:class:`Problem` states what is to be planned in the field's terms, :func:`solve` plans it, :func:`verify` judges any
plan by the rules alone, :class:`LivePlan` changes one while it runs. For a laboratory :class:`RackScheduler` (the
search) and :class:`ListScheduler` (constructive) turn experiments into the tasks that execution carries out, and
:func:`check_timetable` judges those. For an impossible problem :func:`conflict`
says which demands exclude each other. :func:`read_instance` reads published problems.
"""

from ._checker import check_timetable
from ._conflict import Conflict, Demand, conflict
from ._gantt import gantt_html, gantt_png
from ._instances import read_bilge_ulusoy, read_flexible_job_shop, read_instance
from ._joint_workload import read_ustc_joint
from ._lab_problem import batch_problem
from ._list_scheduler import ListScheduler
from ._problem import Busy, Carrier, Charge, Handling, Job, Machine, Operation, Plan, Problem, Run
from ._rack_scheduler import RackScheduler
from ._reasons import Waiting, utilisation, waiting
from ._revise import Revision, Standing, revise
from ._solve import live_plan, solve
from ._summary import Summary, summary
from ._timetable import Scheduler, Task, Timetable
from ._verify import Violation, verify
from ._what_if import change

__all__ = [
    "Busy",
    "Carrier",
    "Charge",
    "Conflict",
    "Demand",
    "Handling",
    "Job",
    "ListScheduler",
    "Machine",
    "Operation",
    "Plan",
    "Problem",
    "RackScheduler",
    "Revision",
    "Run",
    "Scheduler",
    "Standing",
    "Summary",
    "Task",
    "Timetable",
    "Violation",
    "Waiting",
    "batch_problem",
    "change",
    "check_timetable",
    "conflict",
    "gantt_html",
    "gantt_png",
    "live_plan",
    "read_bilge_ulusoy",
    "read_flexible_job_shop",
    "read_instance",
    "read_ustc_joint",
    "revise",
    "solve",
    "summary",
    "utilisation",
    "verify",
    "waiting",
]
