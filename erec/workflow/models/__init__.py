"""Requests and what a company says of its own approvals, one module a subject."""

from erec.workflow.models.controls import Controls, FinalChecker
from erec.workflow.models.requests import (
    COMMENT_MAX,
    ClaimInUse,
    Decision,
    Demand,
    Line,
    Numbering,
    Request,
    Version,
    WorkingCopy,
)

__all__ = [
    "COMMENT_MAX",
    "ClaimInUse",
    "Controls",
    "Decision",
    "Demand",
    "FinalChecker",
    "Line",
    "Numbering",
    "Request",
    "Version",
    "WorkingCopy",
]
