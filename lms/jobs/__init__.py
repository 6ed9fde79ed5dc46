"""Long work: a row with state and progress, done by the worker; a killed worker's job is taken up again."""

from lms.jobs.services import JobFunction, Progress, enqueue, run_pending

__all__ = ["JobFunction", "Progress", "enqueue", "run_pending"]
