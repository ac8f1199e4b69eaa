"""A case on which others act beside the route: recorded from paper, a signer, advice, copies, an urge, two
administrators."""

from __future__ import annotations

from decimal import Decimal

from accounts.models import Post
from accounts.posts import post_in
from agreements.services.preparation import PartyContent
from approvals.models import Assignment
from approvals.services import copying, intervening, recording, runs, signing_on, urging
from demo.ground import People
from demo.road import Road
from demo.scans import scan
from demo.story import NOTE, TO_REVIEW, ago, unit, year_end


def signed_with_others(people: People) -> None:
    """§2.3: the deputy's paper was recorded and waits to be confirmed; the secretary-general has asked a unit to sign
    and the legal affairs office for advice; the lead unit has urged, and an administrator proposes to intervene."""
    case = Road(people, ago(TO_REVIEW + 9)).file("sister_province", "津蒙清洁能源合作协议", origin_note=NOTE)
    case.to_review(
        "清洁能源",
        PartyContent("内蒙古自治区能源局", "state_organ"),
        consulted=("gongxin",),
        due=year_end(2),
        responsible="gongxin",
        fields=("regional_cooperation",),
        amount_kind="exact",
        amount_low=Decimal(180_000_000),
    )
    case.after(3).review().after(1).present().after(1)
    run = runs.current(case.agreement)
    if run is None:
        raise LookupError("no approval is under way")
    office = case.by("general_office")
    recording.record(
        _open(run.pk),
        by=office,
        verdict="approve",
        opinion="拟同意，请秘书长阅示。",
        written_on=case.day,
        scan=scan("批示件", case.agreement.title, "拟同意，请秘书长阅示。"),
        text_sha256=run.sha256,
        on=case.day,
        at=case.at(9),
    )
    host, leader = _open(run.pk), case.by("secretary_general")
    signing_on.add(
        host,
        by=leader,
        posts=[post_in(unit("keji"), "unit_head")],
        place="before",
        reason="涉及储能示范技术，请先审核签署。",
        on=case.day,
        at=case.at(11),
    )
    signing_on.ask_advice(
        host,
        by=leader,
        posts=[Post.objects.get(code="legal", authority=case.agreement.authority)],
        question="电价条款是否与现行规定一致？",
        on=case.day,
        at=case.at(14),
    )
    case.after(1)
    copying.copy_to(
        run,
        by=office,
        posts=[Post.objects.get(code="inspector", authority=case.agreement.authority)],
        reason="请知悉，做好督办准备。",
        at=case.at(9),
    )
    urging.urge(run, by=case.by("head"), text="合作方拟于月内来津签约，请予加快。", on=case.day, at=case.at(10))
    intervening.propose(
        Assignment.objects.select_related("post__unit", "step__run__agreement").get(
            step__run=run, kind="before", closed_at=None
        ),
        by=case.by("administrator"),
        kind="reassign",
        post=post_in(unit("keji"), "officer"),
        reason="该单位主要负责人长期出差，建议由经办人办理。",
        document_number="津政办函〔2026〕12号",
        document=scan("函", case.agreement.number, "同意调整办理人。"),
        on=case.day,
        at=case.at(15),
    )


def _open(run: int) -> Assignment:
    return Assignment.objects.select_related("post__unit", "step__run__text", "step__run__agreement__lead_unit").get(
        step__run=run, closed_at=None
    )
