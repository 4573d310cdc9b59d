"""The only ways to a person's jobs. A job is its owner's alone: not a colleague's, not the master's."""

from django.db.models import QuerySet

from erec.jobs.models import Job
from erec.jobs.owners import Person


def jobs_of(user: Person) -> QuerySet[Job]:
    return Job.objects.filter(user_id=user.pk, company_id=user.company_id)


def job_for(user: Person, job_no: str) -> Job:
    """Raises Job.DoesNotExist, also for another person's."""
    return jobs_of(user).get(job_no=job_no)


def locked_for(user: Person, job_no: str) -> Job:
    return jobs_of(user).select_for_update().get(job_no=job_no)
