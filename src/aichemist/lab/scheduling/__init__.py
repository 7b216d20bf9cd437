"""Steps x stations x robots -> a timetable. Any class that fulfils :class:`Scheduler` may stand here."""

from ._timetable import Scheduler, Task, Timetable

__all__ = ["Scheduler", "Task", "Timetable"]
