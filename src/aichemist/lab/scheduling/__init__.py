"""Steps x stations x robots -> a timetable. Any class that fulfils :class:`Scheduler` may stand here.

:class:`ListScheduler` is the constructive one; :func:`check_timetable` judges any timetable on its own, from the tasks
alone; :func:`summary` says how long it takes and how busy everything is.
"""

from ._checker import check_timetable
from ._list_scheduler import ListScheduler
from ._summary import Summary, summary
from ._timetable import Scheduler, Task, Timetable

__all__ = ["ListScheduler", "Scheduler", "Summary", "Task", "Timetable", "check_timetable", "summary"]
