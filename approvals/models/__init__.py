"""The legal review (§3.3), the way of an approval and what was decided on it (§3.4)."""

from .confirmation import Confirmation, Recording
from .copy import Copy
from .decision import Decision, MeetingResult
from .party_committee import PartyCommitteeReport
from .pause import Pause
from .phrase import Phrase
from .read_mark import ReadMark
from .review import LegalReview, ReviewPoint
from .revision import Revision
from .route import Basis, ForumRule, RouteSeat, RouteStep
from .run import Assignment, OnDisagree, PassRule, Run, Step, StepKind, StepSeat
from .urge import Urge

__all__ = [
    "Assignment",
    "Basis",
    "Confirmation",
    "Copy",
    "Decision",
    "ForumRule",
    "LegalReview",
    "MeetingResult",
    "OnDisagree",
    "PartyCommitteeReport",
    "PassRule",
    "Pause",
    "Phrase",
    "ReadMark",
    "Recording",
    "ReviewPoint",
    "Revision",
    "RouteSeat",
    "RouteStep",
    "Run",
    "Step",
    "StepKind",
    "StepSeat",
    "Urge",
]
