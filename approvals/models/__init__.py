"""The legal review (§3.3), the way of an approval and what was decided on it (§3.4)."""

from .certificate import Certificate
from .completeness import CompletenessCheck, Supplement, SupplementItem
from .confirmation import Confirmation, Recording
from .copy import Copy
from .decision import Decision, MeetingResult
from .intervention import Intervention
from .joint import ExpertOpinion, JointReview, ReviewSetting, ReviewStop, ReviewTopic, SectionOpinion
from .meeting import Attendance, EntrustedOpinion, Invitation, Meeting, MeetingPaper, Topic
from .party_committee import PartyCommitteeReport
from .pause import Pause
from .phrase import Phrase
from .read_mark import ReadMark
from .review import FindingJudgement, FindingReply, LegalReview, ReviewFinding, ReviewPoint, ScreeningLook
from .revision import Revision
from .route import Basis, ForumRule, RouteSeat, RouteStep
from .run import Assignment, OnDisagree, PassRule, Run, Step, StepKind, StepSeat
from .urge import Urge

__all__ = [
    "Assignment",
    "Attendance",
    "Basis",
    "Certificate",
    "CompletenessCheck",
    "Confirmation",
    "Copy",
    "Decision",
    "EntrustedOpinion",
    "ExpertOpinion",
    "FindingJudgement",
    "FindingReply",
    "ForumRule",
    "Intervention",
    "Invitation",
    "JointReview",
    "LegalReview",
    "Meeting",
    "MeetingPaper",
    "MeetingResult",
    "OnDisagree",
    "PartyCommitteeReport",
    "PassRule",
    "Pause",
    "Phrase",
    "ReadMark",
    "Recording",
    "ReviewFinding",
    "ReviewPoint",
    "ReviewSetting",
    "ReviewStop",
    "ReviewTopic",
    "Revision",
    "RouteSeat",
    "RouteStep",
    "Run",
    "ScreeningLook",
    "SectionOpinion",
    "Step",
    "StepKind",
    "StepSeat",
    "Supplement",
    "SupplementItem",
    "Topic",
    "Urge",
]
