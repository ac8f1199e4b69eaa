"""What an agreement is: its category, parties, text, opinions, clock and files."""

from .agreement import (
    Access,
    Agreement,
    AgreementField,
    AgreementNature,
    Standing,
    StandingProposal,
    Station,
    SupportingUnit,
)
from .clock import Alarm, Deadline, DeadlineStop, Notice, ToDo
from .configuration import CalendarDay, CalendarYear, Category, CategoryEdition, DeadlineSetting
from .consultation import Consultation, ConsultedUnit, Opinion, OpinionAnswer
from .exchange import Exchange
from .files import Attachment, PrintedDocument
from .parties import Counterparty, DueDiligence, Party, RiskArgument
from .text import (
    PART_MODELS,
    AssistanceScope,
    Clause,
    FundingShare,
    KeyProject,
    Mechanism,
    Pairing,
    Part,
    Phase,
    Safeguard,
    Target,
    TextVersion,
    WorkItem,
)
from .versions import ChangeReason, TextMark
from .word import IncomingText

__all__ = [
    "PART_MODELS",
    "Access",
    "Agreement",
    "AgreementField",
    "AgreementNature",
    "Alarm",
    "AssistanceScope",
    "Attachment",
    "CalendarDay",
    "CalendarYear",
    "Category",
    "CategoryEdition",
    "ChangeReason",
    "Clause",
    "Consultation",
    "ConsultedUnit",
    "Counterparty",
    "Deadline",
    "DeadlineSetting",
    "DeadlineStop",
    "DueDiligence",
    "Exchange",
    "FundingShare",
    "IncomingText",
    "KeyProject",
    "Mechanism",
    "Notice",
    "Opinion",
    "OpinionAnswer",
    "Pairing",
    "Part",
    "Party",
    "Phase",
    "PrintedDocument",
    "RiskArgument",
    "Safeguard",
    "Standing",
    "StandingProposal",
    "Station",
    "SupportingUnit",
    "Target",
    "TextMark",
    "TextVersion",
    "ToDo",
    "WorkItem",
]
