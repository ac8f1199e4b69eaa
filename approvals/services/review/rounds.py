"""A round of the review begins when everything is there, on exactly the text that was submitted (§3.3)."""

from __future__ import annotations

from datetime import date, datetime

from accounts.models import Unit, UnitRole, User
from agreements.models import Agreement, TextVersion
from agreements.services import access, deadlines, duties
from approvals.models import JointReview, LegalReview
from approvals.services.review import carrying, findings
from approvals.services.review.common import RULE, current
from approvals.services.review.touching import touched
from approvals.services.routing import office_post, review_post
from regulation.review_practice import TOPICS


def open_round(agreement: Agreement, text: TextVersion, *, by: User, on: date, at: datetime) -> LegalReview:
    """Open the next round: what did not change stands as answered before, departments are proposed by what the text
    touches, the clock starts. The caller holds the lock."""
    last = current(agreement)
    base = carrying.base_for(agreement)
    review = LegalReview.objects.create(
        agreement=agreement,
        text=text,
        round=last.round + 1 if last else 1,
        base=base,
        changed=carrying.changed_lineages(base.text, text) if base else [],
        opened_on=on,
    )
    standing = findings.before(review, findings.of(agreement))
    carrying.carry(review, [one.finding for one in standing], at=at)
    _propose(review)
    access.grant(agreement, "review", post=office_post(agreement.authority))
    deadlines.start(agreement, RULE, starts_on=on, post=review_post(agreement.authority), subject_key=review.key)
    put_on_desk(review, by=by, at=at)
    return review


def put_on_desk(review: LegalReview, *, by: User, at: datetime) -> None:
    """Put an open round on the reviewer's desk, by the limit that runs."""
    agreement = review.agreement
    deadline = agreement.deadlines.get(rule=RULE, subject_key=review.key, closed_on=None)
    post = review_post(agreement.authority)
    duties.open(agreement, "review", post=post, subject_key=review.key, deadline=deadline, by=by, at=at)


def _propose(review: LegalReview) -> None:
    """Propose the departments whose subject the text touches; none that leads the case, each unit once."""
    agreement = review.agreement
    rows = {row.code: row for row in agreement.authority.review_topics.filter(retired_on=None).select_related("unit")}
    before = _answers_before(review)
    units = _units_by_part(agreement)
    leads = {agreement.lead_unit_id, *agreement.joint_leads.values_list("unit_id", flat=True)}
    proposed: dict[int | str, JointReview] = {}
    for found in touched(agreement, review.text):
        row = rows.get(found.topic.code)
        if row is None:
            continue
        unit = row.unit or units.get(found.topic.role)
        if unit is not None and unit.pk in leads:
            continue
        key: int | str = unit.pk if unit else found.topic.code
        if known := proposed.get(key):
            known.why += found.as_rows()
        else:
            proposed[key] = JointReview(
                review=review,
                unit=unit,
                topic=found.topic.code,
                why=found.as_rows() + before.get(unit.pk if unit else 0, []),
            )
    JointReview.objects.bulk_create(proposed.values())


def _answers_before(review: LegalReview) -> dict[int, list[dict[str, str]]]:
    """Return what units said in an earlier round, as a further reason to be weighed."""
    rows = JointReview.objects.filter(review__agreement=review.agreement_id, state=JointReview.State.ANSWERED).order_by(
        "pk"
    )
    words = {
        JointReview.Stance.NO_OBJECTION.value: ("无异议", "no objection"),
        JointReview.Stance.FINDINGS.value: ("有意见", "findings"),
    }
    return {
        unit: [
            {
                "zh": f"第{round_}轮已答复：{words[stance][0]}",
                "en": f"it answered in round {round_}: {words[stance][1]}",
            }
        ]
        for unit, round_, stance in rows.values_list("unit_id", "review__round", "stance")
        if unit
    }


def _units_by_part(agreement: Agreement) -> dict[str, Unit]:
    """Return the units of an authority by the part they play, or by their code where no part is named."""
    parts = [topic.role for topic in TOPICS.values()]
    by_code = {unit.code: unit for unit in agreement.authority.units.filter(code__in=parts, retired_on=None)}
    roles = UnitRole.objects.filter(authority=agreement.authority, role__in=parts).select_related("unit")
    return {**by_code, **{role.role: role.unit for role in roles}}
