"""Requests and what a company says of its own approvals, one module a subject."""

from erec.workflow.models.controls import (
    CheckerLimit,
    Controls,
    DayTotal,
    FinalChecker,
    KnownPartner,
)
from erec.workflow.models.fees import FeeBand, FeeTable
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
    "CheckerLimit",
    "ClaimInUse",
    "Controls",
    "DayTotal",
    "Decision",
    "Demand",
    "FeeBand",
    "FeeTable",
    "FinalChecker",
    "KnownPartner",
    "Line",
    "Numbering",
    "Request",
    "Version",
    "WorkingCopy",
]
