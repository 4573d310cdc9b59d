"""Results are kept for some days and then removed; the row stays and says so."""

from datetime import datetime

from erec.jobs import files
from erec.jobs.models import Job


def tidy(*, at: datetime) -> int:
    """Remove what is past its time, then what a dead worker left; how many results were removed."""
    removed = 0
    for job in Job.objects.filter(kept_until__lte=at, removed_at=None).order_by("kept_until").iterator():
        files.remove(job.pk, job.attempt)
        removed += Job.objects.filter(pk=job.pk, removed_at=None).update(removed_at=at)
    _remove_orphans()
    return removed


def _remove_orphans() -> None:
    """Files of attempts that are neither running nor the one that made a job 完了.

    The files are listed before the rows are read: what a worker begins in between is not on the list.
    """
    there = dict.fromkeys(files.found())
    rows = Job.objects.filter(pk__in={job_id for job_id, _ in there}, removed_at=None)
    live = set(rows.filter(state__in=[Job.State.RUNNING, Job.State.DONE]).values_list("pk", "attempt"))
    for job_id, attempt in there:
        if (job_id, attempt) not in live:
            files.remove(job_id, attempt)
