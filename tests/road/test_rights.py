"""Route × role × relation: who gets which page and who may send to it, for every address of the product.

The table below says it in words of the office, independently of the rules in the code. Whoever may not see an
agreement is answered as if it had never been; whoever sees it without the right is refused with the reason; a refused
request leaves no trace.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from accounts import policy
from accounts.models import User
from accounts.posts import post_in
from agreements import contents
from agreements.models import Agreement, ConsultedUnit, Notice, OpinionPoint, SetAside
from agreements.services import consulting, counterparties, drafting, exchange, findings, links, opinions, word
from agreements.services.opinions import PointContent
from agreements.word import export
from approvals import acts, meeting_papers, papers
from approvals.models import Assignment, Copy, ForumRule
from approvals.services import agenda, intervening, phrases
from approvals.services.review import findings as review_findings
from approvals.services.review import joint, supplements
from followup.services import evaluation, progress
from records import outbox
from records.models import Event
from tests.accounts.test_policy import ROUTES
from tests.approvals import revision_cases
from tests.factories import file_paper, fresh, make_agreement, make_user, organisation, paper, reword, write_text
from tests.factories_accounts import delegate
from tests.factories_approvals import (
    approved,
    complete,
    open_assignment,
    open_run,
    review_all_clear,
    sent_back_with_a_finding,
)
from tests.factories_archive import hand_over, hand_over_and_receive, request_seal, seal, sign
from tests.factories_meetings import at_the_meeting, hold_meeting, make_topic, plan_meeting

pytestmark = pytest.mark.django_db

EVERYONE = None
"""Everybody who sees the agreement."""
NOBODY: frozenset[str] = frozenset()
LEAD = frozenset({"staff", "head"})
HEAD = frozenset({"head"})
STAFF = (
    frozenset(f"{name}{rank}" for name in ("consulted", "district") for rank in ("", "_head"))
    | LEAD
    | {"foreign_staff", "foreign_head", "stranger", "reform_staff"}
)
TRIES = STAFF | {"legal", "general_office", "administrator"}
OFFICE = frozenset({"general_office"})
REVIEW = frozenset({"legal", "general_office"})
ON_THE_ROUTE = LEAD | REVIEW
"""Who is shown the way before it is presented, among those who see the case by then."""
ROUTES_SET_BY = frozenset({"administrator"})
SECRETARIAT = frozenset({"secretariat"})
DEPUTY = frozenset({"deputy_secretary_general"})
"""Who has the open step of the approval among the cases: it is presented, and nobody has decided yet."""
ENDS = HEAD | OFFICE | DEPUTY
LEADERS = frozenset({"deputy_secretary_general", "secretary_general", "vice_mayor", "executive_vice_mayor", "mayor"})
ADMINISTRATOR = frozenset({"administrator"})
STAFF = LEAD | frozenset(
    {
        "consulted",
        "consulted_head",
        "district",
        "district_head",
        "foreign_staff",
        "foreign_head",
        "stranger",
        "reform_staff",
    }
)
"""Staff and heads of the departments and districts."""
KEEPERS = LEAD | OFFICE
"""Who keeps the entry of the counterparty of the cases: the unit that leads with it, and the General Office."""
READERS = STAFF | frozenset(
    {
        "general_office",
        "legal",
        "deputy_secretary_general",
        "secretary_general",
        "vice_mayor",
        "executive_vice_mayor",
        "mayor",
        "secretariat",
        "inspector",
        "administrator",
    }
)
"""Who reads the register of counterparties: everybody but the three technical administrators."""
OUTSIDERS = frozenset({"stranger", "district", "district_head", "administrator", "system_admin", "audit_admin"})
"""Who never sees any of the agreements."""


class Cases:
    """An agreement at every station, each with what its pages are about."""

    def __init__(self) -> None:
        self.org = org = organisation()
        make_user("reform_staff", "唐立", post_in(org.units["reform"], "officer"))
        self.preparation = make_agreement(org, at_station="preparation")
        self.drafting = self.drafted()
        self.exchange = exchange.record(
            self.drafting, by=fresh(org.staff), direction="sent", on=date.today(), medium="letter"
        )
        self.flawed = self.drafted()
        reword(self.flawed, "由市政府为乙方的银行贷款提供连带责任担保。", by=org.staff)
        self.filed = file_paper(self.drafting, by=org.staff)
        lineage = clause_of(self.drafting)[1]
        self.aside = SetAside.objects.create(
            text=self.drafting.texts.latest("number"),
            lineage=lineage,
            by=org.head,
            content=contents.as_json(contents.ClauseContent(lineage, "同时写下的话。")),
        )
        self.to_supply = make_agreement(org, at_station="legal_review")
        self.supplement = supplements.ask(
            self.to_supply,
            [supplements.Missing("origin", "批示原件")],
            by=fresh(org.general_office),
            text_sha256=self.to_supply.texts.latest("number").sha256,
        )
        self.legal_review = make_agreement(org, at_station="legal_review")
        review = complete(self.legal_review, org)
        (self.joint,) = joint.ask(review, [org.units["finance"]], by=fresh(org.legal), reason="涉及资金。")
        self.to_answer = make_agreement(org, at_station="legal_review")
        self.found = sent_back_with_a_finding(self.to_answer, org)
        self.to_judge = make_agreement(org, at_station="legal_review")
        self.answered = sent_back_with_a_finding(self.to_judge, org)
        review_findings.answer(
            self.to_judge, {self.answered.public_id: review_findings.Answer("changed")}, by=fresh(org.staff)
        )
        drafting.submit(self.to_judge, by=fresh(org.head))
        complete(self.to_judge, org)
        self.reviewed = make_agreement(org, at_station="legal_review")
        review_all_clear(self.reviewed, org)
        self.approval = make_agreement(org, at_station="legal_review", is_major=True)
        self.run = open_run(self.approval, org)
        self.printed = papers.approval_sheet(self.run, by=fresh(org.general_office))
        self.forum_rule = ForumRule.objects.create(
            authority=org.authority,
            code="1",
            forum="executive_meeting",
            condition="amount",
            condition_amount=10**9,
            basis="own",
        )
        self.copy = Copy.objects.create(run=self.run, user=org.staff, by=org.head, by_name=org.head.full_name)
        self.phrase = phrases.add("请抓紧办理。", by=org.staff)
        self.revised = revision_cases.at_the_meeting(org, {"finance": [1]})
        revision_cases.pass_in_principle(self.revised)
        self.came_back = revision_cases.came_back(org)
        self.at_meeting = at_the_meeting(org)
        self.to_meet = at_the_meeting(org, "待上会的协议")
        self.topic = make_topic(open_assignment(self.at_meeting), by=fresh(org.general_office))
        self.meeting = plan_meeting(open_assignment(self.at_meeting), by=fresh(org.general_office))
        agenda.place(self.topic, self.meeting, by=fresh(org.general_office))
        self.held = at_the_meeting(org, "已上会的协议")
        topic = make_topic(open_assignment(self.held), by=fresh(org.general_office))
        self.held_meeting = plan_meeting(open_assignment(self.held), by=fresh(org.general_office))
        agenda.place(topic, self.held_meeting, by=fresh(org.general_office))
        hold_meeting(self.held_meeting, by=fresh(org.general_office), number="津政办会纪〔2026〕5号")
        meeting_papers.agenda(self.held_meeting, by=fresh(org.general_office))
        self.item = Assignment.objects.get(step__run=self.run, closed_at=None)
        self.intervention = intervening.propose(
            self.item,
            by=fresh(org.administrator),
            kind="reassign",
            post=org.post("general_office"),
            reason="长期无人办理。",
            document_number="津政办函〔2026〕9号",
            document=paper("函.png"),
        )
        self.signing = approved(org)
        self.countersigned = self.signing.runs.get()
        host = Assignment.objects.filter(step__run=self.countersigned, kind="host").latest("pk")
        Assignment.objects.create(
            step=host.step, post=org.post("legal"), kind="beside", parent=host, closed_at=host.closed_at
        )
        self.to_seal = self.signed()
        self.sealing = self.signed()
        request_seal(self.sealing, org)
        self.to_hand_over = self.sealed()
        self.archiving = self.sealed()
        hand_over(self.archiving, org)
        self.performance = self.performed()
        self.task = self.performance.tasks.get(kind="work_item")
        self.evaluated = self.performed()
        task = self.evaluated.tasks.get(kind="work_item")
        self.report = progress.report(task, by=fresh(org.staff), percent=50, text="推进。")
        evaluation.file(
            self.evaluated,
            by=fresh(org.head),
            execution="完成",
            economic_effect="好",
            social_effect="好",
            proposal="end",
            on=date.today() + timedelta(days=3 * 366),
        )
        self.group = self.drafting.parties.get().counterparty
        self.contact = counterparties.add_contact(
            self.group, by=fresh(org.general_office), name="何总", phone="13800001234"
        )
        self.risk = counterparties.enter_risk(
            self.group,
            by=fresh(org.general_office),
            kind="business",
            happened_on=date.today(),
            description="营业收入下降。",
            source="年报",
            paper=paper("年报.png"),
        )
        self.delegation = delegate(org.vice_mayor, org.executive_vice_mayor, begins=30)
        self.link = links.link(self.preparation, self.performance, "predecessor", by=fresh(org.staff))
        while outbox.deliver_pending():
            pass
        self.notice = Notice.objects.filter(post=post_in(org.lead, "officer")).first()
        self.people = {user.username: user for user in User.objects.all()}

    def drafted(self) -> Agreement:
        """Return a written draft with two units asked: one has objected, one may still reply."""
        org = self.org
        agreement = make_agreement(org, at_station="drafting", party="华岳集团", party_kind="private_enterprise")
        write_text(agreement, by=org.staff)
        round_ = consulting.send(
            agreement,
            [org.units["finance"], org.units["reform"]],
            by=fresh(org.staff),
            due_on=date.today() + timedelta(days=20),
        )
        given = opinions.reply(
            round_.consulted.get(unit__code="reform"),
            by=User.objects.get(username="reform_staff"),
            stance="objection",
            points=[PointContent("请补充依据。"), PointContent("期限请写明。")],
        )
        opinions.answer(given.points.get(order=2), by=fresh(org.staff), adoption="not_adopted", reason="已写明。")
        word.receive(
            agreement,
            SimpleUploadedFile("对方稿.docx", export.export(agreement.texts.get(frozen_at=None))),
            origin="theirs",
            received_on=date.today(),
            by=fresh(org.staff),
        )
        return agreement

    def signed(self) -> Agreement:
        agreement = approved(self.org)
        sign(agreement, self.org)
        return agreement

    def sealed(self) -> Agreement:
        agreement = self.signed()
        seal(agreement, self.org)
        return agreement

    def performed(self) -> Agreement:
        agreement = self.sealed()
        hand_over_and_receive(agreement, self.org)
        return agreement


Objects = Callable[[Cases], list[Any]]


def clause_of(agreement: Agreement) -> list[Any]:
    """Return the objects of a page about the first clause of a draft."""
    return [agreement.public_id, agreement.texts.latest("number").clauses.all()[0].lineage]


def of(case: str) -> Objects:
    """Return the objects of a page that needs the agreement only."""
    return lambda cases: [getattr(cases, case).public_id]


@dataclass(frozen=True, slots=True)
class Way:
    """A route with its objects: who reads its page, who may send to it; `reads` NOBODY means it has no page."""

    case: str
    reads: frozenset[str] | None
    sends: frozenset[str]
    objects: Objects | None = None
    not_yet: bool = False
    """The page waits for its time: who may read it is told so."""

    def address(self, name: str, cases: Cases) -> str:
        return reverse(name, args=(self.objects or of(self.case))(cases))


WAYS: dict[str, Way] = {
    "agreements:agreement-detail": Way("drafting", EVERYONE, NOBODY),
    "agreements:preparation-edit": Way("preparation", LEAD, LEAD),
    "agreements:parties-edit": Way("preparation", LEAD, LEAD),
    "agreements:diligence-edit": Way(
        "drafting", LEAD, LEAD, lambda cases: [cases.drafting.public_id, cases.drafting.parties.get().public_id]
    ),
    "agreements:risk-edit": Way("drafting", LEAD, LEAD),
    "agreements:origin-edit": Way("preparation", LEAD, LEAD),
    "agreements:ability-edit": Way("drafting", LEAD, LEAD),
    "agreements:diligence-show": Way("drafting", EVERYONE, NOBODY),
    "agreements:relations-edit": Way("preparation", LEAD, LEAD),
    "agreements:link-make": Way("preparation", NOBODY, LEAD),
    "agreements:link-remove": Way(
        "preparation", NOBODY, LEAD, lambda cases: [cases.preparation.public_id, cases.link.public_id]
    ),
    "agreements:text-edit": Way("drafting", LEAD, LEAD),
    "agreements:text-save": Way("drafting", NOBODY, LEAD),
    "agreements:text-present": Way("drafting", NOBODY, LEAD),
    "agreements:clause-add": Way("drafting", NOBODY, LEAD),
    "agreements:text-clause": Way("drafting", LEAD, NOBODY, lambda cases: clause_of(cases.drafting)),
    "agreements:clause-change": Way("drafting", NOBODY, LEAD, lambda cases: clause_of(cases.drafting)),
    "agreements:text-aside": Way(
        "drafting", NOBODY, LEAD, lambda cases: [cases.drafting.public_id, cases.aside.public_id]
    ),
    "agreements:text-show": Way(
        "approval", EVERYONE, NOBODY, lambda cases: [cases.approval.public_id, cases.run.text.public_id]
    ),
    "agreements:text-compare": Way("drafting", EVERYONE, NOBODY),
    "agreements:change-explain": Way(
        "drafting", NOBODY, LEAD, lambda cases: [cases.drafting.public_id, *two_versions(cases.drafting)]
    ),
    "agreements:exchange-record": Way("drafting", LEAD, LEAD),
    "agreements:exchange-strike": Way(
        "drafting", LEAD, LEAD, lambda cases: [cases.drafting.public_id, cases.exchange.public_id]
    ),
    "agreements:finding-keep": Way(
        "flawed",
        LEAD,
        LEAD,
        lambda cases: [cases.flawed.public_id, findings.unanswered(cases.flawed)[0].found.fingerprint],
    ),
    "agreements:text-word": Way(
        "approval", EVERYONE, NOBODY, lambda cases: [cases.approval.public_id, cases.run.text.public_id]
    ),
    "agreements:word-upload": Way("drafting", LEAD, LEAD),
    "agreements:word-confirm": Way(
        "drafting",
        LEAD,
        LEAD,
        lambda cases: [cases.drafting.public_id, cases.drafting.incoming_texts.get().public_id],
    ),
    "agreements:word-discard": Way(
        "drafting",
        NOBODY,
        LEAD,
        lambda cases: [cases.drafting.public_id, cases.drafting.incoming_texts.get().public_id],
    ),
    "agreements:consultation-new": Way("drafting", LEAD, LEAD),
    "agreements:consultation-latest": Way("drafting", EVERYONE, NOBODY),
    "agreements:consultation-detail": Way(
        "drafting",
        EVERYONE,
        NOBODY,
        lambda cases: [cases.drafting.public_id, cases.drafting.consultations.get().public_id],
    ),
    "agreements:opinion-give": Way(
        "drafting",
        frozenset({"consulted", "consulted_head"}),
        frozenset({"consulted", "consulted_head"}),
        lambda cases: [cases.drafting.public_id, asked(cases, "finance").public_id],
    ),
    "agreements:opinion-answer": Way(
        "drafting",
        NOBODY,
        LEAD,
        lambda cases: [cases.drafting.public_id, said(cases, 1).public_id],
    ),
    "agreements:opinion-maintain": Way(
        "drafting",
        NOBODY,
        frozenset({"reform_staff"}),
        lambda cases: [cases.drafting.public_id, said(cases, 2).public_id],
    ),
    "agreements:opinion-urge": Way(
        "drafting", NOBODY, LEAD, lambda cases: [cases.drafting.public_id, asked(cases, "finance").public_id]
    ),
    "agreements:opinion-list": Way("drafting", EVERYONE, NOBODY),
    "agreements:consultation-text": Way(
        "drafting",
        EVERYONE,
        NOBODY,
        lambda cases: [cases.drafting.public_id, cases.drafting.consultations.get().public_id],
    ),
    "agreements:letter-new": Way("drafting", LEAD, LEAD),
    "agreements:deliberation-new": Way("drafting", LEAD, LEAD),
    "agreements:deliberation-detail": Way(
        "approval",
        EVERYONE,
        NOBODY,
        lambda cases: [cases.approval.public_id, cases.approval.deliberations.get().public_id],
    ),
    "agreements:verb-act": Way("drafting", HEAD, HEAD, lambda cases: [cases.drafting.public_id, "submit_for_review"]),
    "agreements:file-add": Way("drafting", LEAD, LEAD),
    "agreements:file-replace": Way(
        "drafting", LEAD, LEAD, lambda cases: [cases.drafting.public_id, cases.filed.public_id]
    ),
    "agreements:file-void": Way(
        "drafting", LEAD, LEAD, lambda cases: [cases.drafting.public_id, cases.filed.public_id]
    ),
    "agreements:file-preview": Way(
        "drafting", EVERYONE, NOBODY, lambda cases: [cases.drafting.public_id, cases.filed.public_id]
    ),
    "agreements:file-page": Way(
        "drafting", EVERYONE, NOBODY, lambda cases: [cases.drafting.public_id, cases.filed.public_id, 1]
    ),
    "agreements:attachment-download": Way(
        "performance",
        EVERYONE,
        NOBODY,
        lambda cases: [cases.performance.public_id, cases.performance.signing.scan.public_id],
    ),
    "agreements:paper-download": Way(
        "approval", EVERYONE, NOBODY, lambda cases: [cases.approval.public_id, cases.printed.public_id]
    ),
    "approvals:review-edit": Way("legal_review", REVIEW, frozenset({"legal"})),
    "approvals:completeness-edit": Way("legal_review", REVIEW, OFFICE),
    "approvals:supplement-ask": Way("legal_review", frozenset({"legal"}), frozenset({"legal"})),
    "approvals:supplement-edit": Way("to_supply", LEAD, LEAD, lambda cases: [cases.supplement.public_id]),
    "approvals:joint-ask": Way("legal_review", frozenset({"legal"}), frozenset({"legal"})),
    "approvals:joint-settle": Way(
        "legal_review", frozenset({"legal"}), frozenset({"legal"}), lambda cases: [cases.joint.public_id]
    ),
    "approvals:joint-answer": Way(
        "legal_review",
        frozenset({"consulted", "consulted_head"}),
        frozenset({"consulted", "consulted_head"}),
        lambda cases: [cases.joint.public_id],
    ),
    "approvals:expert-record": Way("legal_review", frozenset({"legal"}), frozenset({"legal"})),
    "approvals:review-clock": Way("legal_review", frozenset({"legal"}), frozenset({"legal"})),
    "approvals:finding-answer": Way("to_answer", LEAD, LEAD),
    "approvals:finding-judge": Way(
        "to_judge", frozenset({"legal"}), frozenset({"legal"}), lambda cases: [cases.answered.public_id]
    ),
    "approvals:section-record": Way("drafting", LEAD, LEAD),
    "approvals:review-send-back": Way("legal_review", REVIEW, REVIEW),
    "approvals:route-show": Way("reviewed", ON_THE_ROUTE, NOBODY),
    "approvals:route-paper": Way("reviewed", NOBODY, ON_THE_ROUTE),
    "approvals:approval-open": Way("reviewed", OFFICE, OFFICE),
    "approvals:party-report": Way("approval", OFFICE, OFFICE),
    "approvals:decision-edit": Way(
        "approval",
        frozenset({"deputy_secretary_general"}),
        frozenset({"deputy_secretary_general"}),
        lambda cases: [Assignment.objects.get(step__run=cases.run, closed_at=None).public_id],
    ),
    "approvals:assignment-act": Way("approval", DEPUTY, DEPUTY, lambda cases: operation(cases, "assignment", "pause")),
    "approvals:run-act": Way("approval", ENDS, ENDS, lambda cases: operation(cases, "run", "terminate_run")),
    "approvals:revision-show": Way("revised", EVERYONE, NOBODY),
    "approvals:revision-act": Way("revised", NOBODY, HEAD, lambda cases: [cases.revised.public_id, "submit_revision"]),
    "approvals:certificate-edit": Way("came_back", frozenset({"legal"}), frozenset({"legal"})),
    "meetings:meeting-detail": Way("at_meeting", EVERYONE, NOBODY, lambda cases: [cases.meeting.public_id]),
    "meetings:meeting-edit": Way("at_meeting", OFFICE, OFFICE, lambda cases: [cases.meeting.public_id]),
    "meetings:meeting-attendance": Way("at_meeting", OFFICE, OFFICE, lambda cases: [cases.meeting.public_id]),
    "meetings:meeting-record": Way("held", OFFICE, OFFICE, lambda cases: [cases.held_meeting.public_id]),
    "meetings:meeting-agenda": Way("held", NOBODY, OFFICE | LEADERS, lambda cases: [cases.held_meeting.public_id]),
    "meetings:meeting-agenda-kept": Way(
        "held", OFFICE | LEADERS, NOBODY, lambda cases: [cases.held_meeting.public_id, 1]
    ),
    "meetings:meeting-act": Way("at_meeting", OFFICE, OFFICE, lambda cases: [cases.meeting.public_id, "freeze"]),
    "meetings:topic-new": Way("to_meet", OFFICE, OFFICE, lambda cases: [open_assignment(cases.to_meet).public_id]),
    "meetings:topic-detail": Way("at_meeting", EVERYONE, NOBODY, lambda cases: [cases.topic.public_id]),
    "meetings:topic-edit": Way("at_meeting", OFFICE, OFFICE, lambda cases: [cases.topic.public_id]),
    "meetings:topic-move": Way("at_meeting", NOBODY, OFFICE, lambda cases: [cases.topic.public_id, "up"]),
    "meetings:topic-act": Way(
        "at_meeting", OFFICE | LEAD, OFFICE | LEAD, lambda cases: [cases.topic.public_id, "withdraw"]
    ),
    "archive:signing-record": Way("signing", LEAD, LEAD),
    "archive:sealing-request": Way("to_seal", LEAD, LEAD),
    "archive:sealing-affix": Way("sealing", SECRETARIAT, SECRETARIAT),
    "archive:sealing-return": Way("sealing", NOBODY, SECRETARIAT),
    "archive:handover-make": Way("to_hand_over", LEAD, LEAD),
    "archive:handover-receive": Way("archiving", SECRETARIAT, SECRETARIAT),
    "archive:handover-return": Way("archiving", NOBODY, SECRETARIAT),
    "followup:task-detail": Way("performance", EVERYONE, NOBODY, lambda cases: [cases.task.public_id]),
    "followup:progress-report": Way("performance", NOBODY, frozenset({"staff"}), lambda cases: [cases.task.public_id]),
    "followup:progress-judge": Way("evaluated", NOBODY, HEAD, lambda cases: [cases.report.public_id]),
    "followup:ledger": Way("performance", EVERYONE, NOBODY),
    "followup:ledger-export": Way("performance", EVERYONE, NOBODY),
    "followup:selfcheck-edit": Way(
        "performance", HEAD, HEAD, lambda cases: [cases.performance.public_id, cases.performance.signed_on.year]
    ),
    "followup:evaluation-edit": Way("performance", HEAD, HEAD, not_yet=True),
    "followup:evaluation-decide": Way("evaluated", OFFICE, OFFICE),
}
"""Every route about an agreement."""

OPERATIONS: dict[tuple[str, str], frozenset[str]] = {
    ("assignment", "add-signers"): DEPUTY,
    ("assignment", "advise"): DEPUTY,
    ("assignment", "ask-advice"): DEPUTY,
    ("assignment", "confirm-record"): NOBODY,
    ("assignment", "pause"): DEPUTY,
    ("assignment", "reassign"): DEPUTY,
    ("assignment", "record"): OFFICE,
    ("assignment", "remove-signer"): DEPUTY,
    ("assignment", "send_back"): DEPUTY,
    ("assignment", "take_to_meeting"): DEPUTY,
    ("run", "back_to_sign_off"): NOBODY,
    ("run", "copy-to"): LEAD | OFFICE | DEPUTY,
    ("run", "terminate_run"): ENDS,
    ("run", "resume"): NOBODY,
    ("run", "take_back"): OFFICE,
    ("run", "urge"): LEAD | OFFICE,
}
"""Every operation on an approval (`approvals/acts.py`) → who carries it out on the approval among the cases."""
ADDRESSED = {
    "desk:notice-read",
    "desk:notices-read",
    "desk:copies-read",
    "desk:phrase-move",
    "desk:phrase-remove",
    "approvals:copy-show",
}
"""What is somebody's own and nobody else's; each has its test below."""

SENT_BY_EVERYONE = {
    "approvals:paper-countersign": Way("signing", NOBODY, NOBODY, lambda cases: [cases.countersigned.public_id]),
    "meetings:topic-paper": Way("at_meeting", NOBODY, NOBODY, lambda cases: [cases.topic.public_id]),
    "approvals:paper-sheet": Way("approval", NOBODY, NOBODY, lambda cases: [cases.run.public_id]),
    "approvals:paper-supplement": Way("to_supply", NOBODY, NOBODY, lambda cases: [cases.supplement.public_id]),
    "approvals:paper-opinion": Way(
        "approval", NOBODY, NOBODY, lambda cases: [cases.approval.legal_reviews.get().public_id]
    ),
    "agreements:comparison-sheet": Way(
        "approval", NOBODY, NOBODY, lambda cases: [cases.approval.public_id, *two_versions(cases.approval)]
    ),
    "agreements:opinion-table": Way("approval", NOBODY, NOBODY),
    "agreements:consultation-table": Way(
        "approval",
        NOBODY,
        NOBODY,
        lambda cases: [cases.approval.public_id, cases.approval.consultations.get().public_id],
    ),
}
"""A paper may be printed by whoever sees the case."""

OWN: dict[str, tuple[Objects, frozenset[str] | None]] = {
    "accounts:account": (lambda cases: [], EVERYONE),
    "accounts:password-change": (lambda cases: [], EVERYONE),
    "accounts:delegation-list": (lambda cases: [], EVERYONE),
    "accounts:delegation-new": (lambda cases: [], READERS - {"administrator"}),
    "accounts:delegation-detail": (
        lambda cases: [cases.delegation.public_id],
        OFFICE | {"vice_mayor", "executive_vice_mayor"},
    ),
    "accounts:delegation-paper": (
        lambda cases: [cases.delegation.public_id],
        OFFICE | {"vice_mayor", "executive_vice_mayor"},
    ),
    "desk:home": (lambda cases: [], EVERYONE),
    "desk:inbox": (lambda cases: [], EVERYONE),
    "desk:inbox-json": (lambda cases: [], EVERYONE),
    "desk:phrase-list": (lambda cases: [], EVERYONE),
    "desk:agreement-list": (lambda cases: [], EVERYONE),
    "desk:agreement-export": (lambda cases: [], EVERYONE),
    "desk:regulation": (lambda cases: [], EVERYONE),
    "approvals:review-list": (lambda cases: [], EVERYONE),
    "routes:route-list": (lambda cases: [], ROUTES_SET_BY),
    "routes:route-of": (lambda cases: ["municipal"], ROUTES_SET_BY),
    "routes:route-new": (lambda cases: ["municipal", "department"], ROUTES_SET_BY),
    "routes:route-edit": (lambda cases: ["municipal", "district", "mayor"], ROUTES_SET_BY),
    "routes:forum-new": (lambda cases: ["municipal"], ROUTES_SET_BY),
    "routes:forum-edit": (lambda cases: ["municipal", cases.forum_rule.code], ROUTES_SET_BY),
    "meetings:meeting-list": (lambda cases: [], EVERYONE),
    "meetings:meeting-new": (lambda cases: [], OFFICE),
    "approvals:intervention-list": (lambda cases: [], ADMINISTRATOR),
    "approvals:intervention-propose": (lambda cases: [cases.item.public_id], ADMINISTRATOR),
    "approvals:intervention-answer": (lambda cases: [cases.intervention.public_id], ADMINISTRATOR),
    "approvals:intervention-document": (lambda cases: [cases.intervention.public_id], ADMINISTRATOR),
    "archive:custody-list": (lambda cases: [], EVERYONE),
    "followup:task-list": (lambda cases: [], EVERYONE),
    "agreements:agreement-new": (
        lambda cases: [],
        STAFF,
    ),
    "agreements:agreement-create": (lambda cases: ["sister_province"], LEAD),
    "agreements:screening-try": (lambda cases: [], TRIES),
    "agreements:screening-rules": (lambda cases: [], TRIES),
    "agreements:classified-list": (lambda cases: [], STAFF | {"general_office", "secretariat", "inspector"}),
    "agreements:classified-new": (lambda cases: [], STAFF),
    "agreements:counterparty-list": (lambda cases: [], READERS),
    "agreements:counterparty-new": (lambda cases: [], STAFF | OFFICE),
    "agreements:counterparty-detail": (lambda cases: [cases.group.public_id], READERS),
    "agreements:counterparty-edit": (lambda cases: [cases.group.public_id], KEEPERS),
    "agreements:counterparty-merge": (lambda cases: [cases.group.public_id], OFFICE | {"head", "administrator"}),
    "agreements:alias-new": (lambda cases: [cases.group.public_id], KEEPERS),
    "agreements:contact-new": (lambda cases: [cases.group.public_id], KEEPERS),
    "agreements:risk-event-new": (lambda cases: [cases.group.public_id], KEEPERS),
    "agreements:risk-event-paper": (lambda cases: [cases.group.public_id, cases.risk.public_id], READERS),
}
"""Pages that show what belongs to whoever asks: who gets them."""

SENT_ONLY: dict[str, tuple[Objects, frozenset[str]]] = {
    "agreements:contact-reveal": (lambda cases: [cases.group.public_id, cases.contact.public_id], KEEPERS),
    "agreements:contact-retire": (lambda cases: [cases.group.public_id, cases.contact.public_id], KEEPERS),
}
"""Acts about what is no agreement, without a page of their own: who sends."""

LEADS_TO = {"administration": "admin:index"}
"""Short addresses that only lead on."""


def two_versions(agreement: Agreement) -> list[str]:
    """Return the newer and the older of the first two versions of a text."""
    return [text.public_id for text in agreement.texts.order_by("-number")[:2]]


def said(cases: Cases, order: int) -> OpinionPoint:
    return OpinionPoint.objects.get(opinion__consulted=asked(cases, "reform"), order=order)


def asked(cases: Cases, code: str) -> ConsultedUnit:
    return ConsultedUnit.objects.get(consultation__agreement=cases.drafting, unit__code=code)


@pytest.fixture(scope="module")
def cases(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cases]:
    """Make the cases once for all questions: each test runs in a savepoint inside this transaction."""
    store = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(STORAGE_DIR=store), transaction.atomic():
        yield Cases()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def own_store(cases: Cases) -> None:
    """The files of the cases stay where they are."""


@pytest.fixture(autouse=True)
def own_checkpoints(settings: Settings, tmp_path: Any) -> None:
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


def ask(user: User | None, method: str, address: str) -> HttpResponseBase:
    """Ask as somebody logged in (or nobody), and take back what came of it; a refusal has left no trace by itself."""
    client = Client()
    with transaction.atomic():
        if user is not None:
            client.force_login(user)
        before = trace()
        answer = getattr(client, method)(address)
        if answer.streaming:
            b"".join(answer)  # to its end: only there a file is closed, and the test's connection kept
        assert answer.status_code < 400 or trace() == before, f"{method} {address} was refused and left a trace"
        transaction.set_rollback(True)
    return answer


def trace() -> tuple[int, list[Any]]:
    """Return what no refused request may change."""
    return Event.objects.count(), list(Agreement.objects.order_by("pk").values_list("pk", "version", "station"))


# ---------------------------------------------------------------------- the table is whole


def test_every_route_is_in_the_table() -> None:
    """A new route says here who reads it and who sends to it."""
    asked_here = {*WAYS, *SENT_BY_EVERYONE, *OWN, *SENT_ONLY, *LEADS_TO, *ADDRESSED}
    routes = {name for name in ROUTES if policy.policy_of(name) in (policy.VISIBLE, policy.LOGIN)}
    missing = sorted(routes - asked_here)
    assert not missing, f"say in WAYS or OWN who may use: {', '.join(missing)}"
    assert not asked_here - routes, "these routes are gone"


def test_what_is_about_an_agreement_is_declared_so() -> None:
    for name in (*WAYS, *SENT_BY_EVERYONE):
        assert policy.policy_of(name) == policy.VISIBLE, name
    for name in (*OWN, *SENT_ONLY):
        assert policy.policy_of(name) == policy.LOGIN, name


def test_who_has_no_part_sees_none_of_the_agreements(cases: Cases) -> None:
    for name in OUTSIDERS:
        assert not Agreement.objects.visible_to(cases.people[name]).exists(), name
    assert Agreement.objects.visible_to(cases.people["staff"]).count() == Agreement.objects.count()
    assert not Agreement.objects.visible_to(cases.people["consulted"]).filter(pk=cases.preparation.pk).exists()


# ---------------------------------------------------------------------- pages about an agreement


@pytest.mark.parametrize("name", sorted(WAYS))
def test_who_reads_and_who_sends(cases: Cases, name: str) -> None:
    way = WAYS[name]
    address = way.address(name, cases)
    seen = Agreement.objects.filter(pk=getattr(cases, way.case).pk)
    for username, user in cases.people.items():
        who = f"{username} on {address}"
        if not seen.visible_to(user).exists():
            assert ask(user, "post" if way.reads == NOBODY else "get", address).status_code == 404, who
            continue
        page, sent = ask(user, "get", address), ask(user, "post", address)
        reads = way.reads is EVERYONE or username in way.reads
        if way.reads == NOBODY:
            assert page.status_code == 405, who
        elif reads:
            assert page.status_code in ((409,) if way.not_yet else (200, 302)), who
        else:
            assert page.status_code == 403, who
            assert says_why(page), who
        if not way.sends:
            assert sent.status_code == 405, who
        elif username in way.sends:
            assert sent.status_code in (200, 302, 400, 409, 422), who
        else:
            assert sent.status_code == 403, who
            assert says_why(sent), who
    known = {username for username, user in cases.people.items() if seen.visible_to(user).exists()}
    assert known >= {*(way.reads or ()), *way.sends}, "who has the right sees the agreement"


def operation(cases: Cases, about: str, code: str) -> list[str]:
    """Return the objects of an operation: the open step, or the whole approval."""
    subject = cases.run if about == "run" else Assignment.objects.get(step__run=cases.run, closed_at=None)
    return [subject.public_id, code]


def test_every_operation_is_in_the_table() -> None:
    """A new operation on an approval says here who carries it out."""
    known = {(act.about, act.code) for about in ("assignment", "run") for act in acts.all_acts(about)}
    assert known == OPERATIONS.keys()


@pytest.mark.parametrize(("about", "code"), sorted(OPERATIONS))
def test_who_carries_out_an_operation(cases: Cases, about: str, code: str) -> None:
    address = reverse(f"approvals:{about}-act", args=operation(cases, about, code))
    seen = Agreement.objects.filter(pk=cases.approval.pk)
    for username, user in cases.people.items():
        who = f"{username} on {address}"
        page, sent = ask(user, "get", address), ask(user, "post", address)
        if not seen.visible_to(user).exists():
            assert (page.status_code, sent.status_code) == (404, 404), who
        elif username in OPERATIONS[about, code]:
            assert page.status_code == 200, who
            assert sent.status_code in (200, 302, 400, 409), who
        else:
            assert (page.status_code, sent.status_code) == (403, 403), who
            assert says_why(page), who


@pytest.mark.parametrize("about", ["assignment", "run"])
def test_an_operation_nobody_knows_is_not_found(cases: Cases, about: str) -> None:
    address = reverse(f"approvals:{about}-act", args=operation(cases, about, "no_such"))
    assert ask(cases.people["deputy_secretary_general"], "get", address).status_code == 404


def says_why(answer: Any) -> bool:
    """Tell whether a refusal names its article, or is the JSON of one."""
    return "§" in answer.content.decode()


@pytest.mark.parametrize("name", sorted(SENT_BY_EVERYONE))
def test_who_sees_the_case_prints_its_paper(cases: Cases, name: str) -> None:
    way = SENT_BY_EVERYONE[name]
    address = way.address(name, cases)
    for username in ("staff", "general_office", "stranger"):
        user = cases.people[username]
        assert ask(user, "post", address).status_code == (404 if username in OUTSIDERS else 200)
        assert ask(user, "get", address).status_code == 405


@pytest.mark.parametrize("name", sorted({**WAYS, **SENT_BY_EVERYONE}))
def test_what_is_hidden_answers_as_what_never_was(cases: Cases, name: str) -> None:
    """Not by status, length or words can a stranger tell an agreement that is hidden from one that is not there."""
    way = {**WAYS, **SENT_BY_EVERYONE}[name]
    objects = (way.objects or of(way.case))(cases)
    hidden = reverse(name, args=objects)
    never = reverse(name, args=["0" * len(str(objects[0])), *objects[1:]])
    for method in ("get", "post"):
        first = ask(cases.people["stranger"], method, hidden)
        second = ask(cases.people["stranger"], method, never)
        assert first.status_code == second.status_code, method
        assert neutral(first, str(objects[0])) == neutral(second, "0" * len(str(objects[0]))), method


def neutral(answer: Any, identifier: str) -> str:
    """Return a page without the address asked for and without its one-time values."""
    text = answer.content.decode().replace(identifier, "ID")
    return re.sub(r'(csrfmiddlewaretoken" value=|nonce=|X-CSRFToken": )"[^"]*"', "", text)


@pytest.mark.parametrize("name", sorted({**WAYS, **SENT_BY_EVERYONE}))
def test_nobody_comes_in_without_logging_in(cases: Cases, name: str) -> None:
    address = {**WAYS, **SENT_BY_EVERYONE}[name].address(name, cases)
    for method in ("get", "post"):
        answer = ask(None, method, address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")
    client = Client(headers={"accept": "application/json"})
    assert client.post(address).status_code == 401


# ---------------------------------------------------------------------- pages of one's own


@pytest.mark.parametrize("name", sorted(OWN))
def test_pages_of_ones_own(cases: Cases, name: str) -> None:
    objects, reads = OWN[name]
    address = reverse(name, args=objects(cases))
    for username, user in cases.people.items():
        answer = ask(user, "get", address)
        if reads is EVERYONE or username in reads:
            assert answer.status_code == 200, f"{username} on {address}"
        else:
            assert answer.status_code in (403, 404), f"{username} on {address}"


@pytest.mark.parametrize("name", sorted(SENT_ONLY))
def test_acts_without_a_page(cases: Cases, name: str) -> None:
    objects, sends = SENT_ONLY[name]
    address = reverse(name, args=objects(cases))
    for username, user in cases.people.items():
        assert ask(user, "get", address).status_code == 405, username
        sent = ask(user, "post", address)
        assert sent.status_code in ((200, 302) if username in sends else (403,)), username


def test_a_batch_marks_nothing_but_ones_own(cases: Cases) -> None:
    for name, key in (("desk:notices-read", cases.notice.public_id), ("desk:copies-read", cases.copy.public_id)):
        for username, user in cases.people.items():
            assert ask(user, "get", reverse(name)).status_code == 405, username
            if username != "staff":
                client = Client()
                client.force_login(user)
                assert client.post(reverse(name), {"pick": key}).status_code == 302, username
    assert not Notice.objects.filter(pk=cases.notice.pk, read_at__isnull=False).exists()
    assert not Copy.objects.filter(pk=cases.copy.pk, read_at__isnull=False).exists()


def test_a_copy_is_read_by_whom_it_is_for(cases: Cases) -> None:
    address = reverse("approvals:copy-show", args=[cases.copy.public_id])
    for username, user in cases.people.items():
        assert ask(user, "post", address).status_code == 405, username
        status = ask(user, "get", address).status_code
        assert status == (200 if username == "staff" else 404), username


def test_a_phrase_is_moved_and_removed_by_its_owner(cases: Cases) -> None:
    for name in ("desk:phrase-move", "desk:phrase-remove"):
        address = reverse(name, args=[cases.phrase.public_id])
        for username, user in cases.people.items():
            assert ask(user, "get", address).status_code == 405, username
            status = ask(user, "post", address).status_code
            assert status == (302 if username == "staff" else 404), username


def test_a_notice_is_read_by_whom_it_is_for(cases: Cases) -> None:
    address = reverse("desk:notice-read", args=[cases.notice.public_id])
    for username, user in cases.people.items():
        answer = ask(user, "post", address)
        assert answer.status_code == (302 if username == "staff" else 404), username


def test_a_short_address_leads_on(cases: Cases) -> None:
    for name, target in LEADS_TO.items():
        assert ask(cases.people["administrator"], "get", reverse(name))["Location"] == reverse(target)


def test_the_public_pages_are_few(cases: Cases) -> None:
    public = {name for name in ROUTES if policy.policy_of(name) == policy.PUBLIC}
    assert public == {"accounts:login", "accounts:logout", "healthz", "readyz", "set_language", "style"}
    for name in ("accounts:login", "healthz", "style"):
        assert ask(None, "get", reverse(name)).status_code == 200


def test_no_list_shows_a_stranger_anything(cases: Cases) -> None:
    """What one may not see is not in any list, count, export or feed either."""
    title = cases.drafting.title
    for name in OWN:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        answer = ask(cases.people["stranger"], "get", address)
        assert title not in answer.content.decode(errors="replace"), name
