"""A process that approves one request after another until it has done all, or is killed.

A module of its own: the fork server imports it once, and each process that replaces a killed one is forked
from there, with Django ready and no connection open.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erec.settings")
    django.setup()

from accounts.models import User
from erec.workflow.actions import deciding
from erec.workflow.errors import MovedOn
from tests import cast


class Job(NamedTuple):
    request: int  # its key; the number is the company's own
    request_no: str
    user: int


def approve(jobs: Sequence[Job], acknowledged: Path) -> None:
    """The key of what is approved is written down after it."""
    users = User.objects.in_bulk({job.user for job in jobs})
    paper = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for job in jobs:
        try:
            deciding.approve(job.request_no, 1, acting_user=users[job.user], at=cast.AT, origin=cast.ORIGIN)
        except MovedOn:
            continue  # somebody else did, or the one before who was killed
        os.write(paper, f"{job.request}\n".encode())
