"""The legal review (§3.3), the way of an approval and what was decided on it (§3.4)."""

from .confirmation import Confirmation, Recording
from .copy import Copy
from .decision import Decision, MeetingResult
from .party_committee import PartyCommitteeReport
from .phrase import Phrase
from .read_mark import ReadMark
from .review import LegalReview, ReviewPoint
from .revision import Revision
from .route import RouteStep
from .run import Assignment, OnDisagree, PassRule, Run, Step, StepKind, StepSeat
from .urge import Urge

__all__ = [
    "Assignment",
    "Confirmation",
    "Copy",
    "Decision",
    "LegalReview",
    "MeetingResult",
    "OnDisagree",
    "PartyCommitteeReport",
    "PassRule",
    "Phrase",
    "ReadMark",
    "Recording",
    "ReviewPoint",
    "Revision",
    "RouteStep",
    "Run",
    "Step",
    "StepKind",
    "StepSeat",
    "Urge",
]
