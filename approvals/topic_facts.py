"""What the earlier stages say of a matter that goes to a meeting: stored with its topic, printed on its paper.

The paper is Chinese whatever language the person reads who makes the topic, and so are the facts it carries.
"""

from __future__ import annotations

from typing import Any

from django.utils import translation

from agreements import margin
from agreements.models import Agreement, Attachment
from agreements.services import opinions
from approvals import pages
from approvals.models import LegalReview, Run
from approvals.written import opinions_of, steps_whole
from core import printing
from core.wording import say
from regulation.vocabulary import DOCUMENT_TYPES, NATURES

ANNEX_KINDS = (
    Attachment.Kind.ORIGIN,
    Attachment.Kind.DILIGENCE,
    Attachment.Kind.DELIBERATION,
    Attachment.Kind.LETTER,
    Attachment.Kind.PARTY_REPORT,
    Attachment.Kind.MINUTES,
)
"""Papers of the case that go with a topic; what was merely filed does not."""


def of_run(run: Run) -> dict[str, Any]:
    """Return the facts of a topic as they stand: plain values only, in Chinese, of the text the run is bound to."""
    with translation.override(printing.LANGUAGE):
        agreement = run.agreement
        review, name = review_of(run), run.text.name
        found: dict[str, Any] = {
            "agreement": _agreement(agreement, run),
            "text": {"name": name, "sha256": run.sha256},
            "review": _review(review) if review else None,
            "consulted": _consulted(agreement),
            "kept": _kept(agreement, run),
            "route": _route(run),
            "steps": _steps(run),
            "report": _report(agreement),
        }
        return {**found, "annexes": _annexes(agreement, run, found)}


def review_of(run: Run) -> LegalReview | None:
    """Return the round of the legal review that looked at the very text of a run; None where none did."""
    return (
        LegalReview.objects.filter(agreement=run.agreement, text__sha256=run.sha256)
        .select_related("reviewer", "text")
        .prefetch_related("points", "text__clauses")
        .order_by("-round")
        .first()
    )


def _agreement(agreement: Agreement, run: Run) -> dict[str, Any]:
    return {
        "number": agreement.number,
        "title": agreement.title,
        "category": agreement.category.name_zh,
        "document_type": say(DOCUMENT_TYPES[agreement.document_type].name),
        "lead_unit": agreement.lead_unit.name_zh,
        "supporting": [row.unit.name_zh for row in agreement.supporting_units.select_related("unit")],
        "parties": [party.counterparty.name for party in agreement.parties.select_related("counterparty")],
        "natures": [say(NATURES[code].name) for code in run.natures],
        "is_major": agreement.is_major,
        "amount": {
            "kind": agreement.amount_kind,
            "low": _plain(agreement.amount_low),
            "high": _plain(agreement.amount_high),
            "binding": agreement.amount_binding,
        },
    }


def _plain(amount: Any) -> str:
    return "" if amount is None else str(amount)


def _review(review: LegalReview) -> dict[str, Any]:
    return {
        "round": review.round,
        "conclusion": review.conclusion_label,
        "reviewer": review.reviewer.full_name if review.reviewer else "",
        "closed_on": review.closed_on.isoformat() if review.closed_on else "",
        "opinion": review.opinion,
        "points": [
            {"name": point.name, "answered": point.answered, "finding": point.finding, "clause": point.clause}
            for point in pages.point_lines(review)
        ],
    }


def _consulted(agreement: Agreement) -> dict[str, Any] | None:
    asked = pages.consulted(agreement)
    if asked is None:
        return None
    return {
        "total": asked.total,
        "agreed": asked.agreed,
        "answered": [[word, count] for word, count in asked.answered],
        "silent": asked.silent,
        "letters": len(asked.letters),
        "differences": [
            {
                "giver": opinions.giver(point.opinion),
                "heading": point.heading,
                "body": point.body,
                "adoption": point.answer.get_adoption_display(),
                "reason": point.answer.reason,
                "maintained": point.maintained.reason,
            }
            for point in asked.differences
        ],
    }


def _kept(agreement: Agreement, run: Run) -> list[dict[str, str]]:
    return [
        {
            "name": note.name,
            "article": note.line.found.article,
            "excerpt": note.line.found.excerpt,
            "reason": note.answer.reason if note.answer else "",
            "by": note.answer.answered_by.full_name if note.answer else "",
        }
        for note in margin.margin(agreement, run.text)["screening"]["kept"]
    ]


def _route(run: Run) -> list[dict[str, str]]:
    names = {step.code: step.label for step in run.steps.all()}
    return [
        {
            "step": names.get(reason["step"], run.forum_label if reason["step"] == "forum" else ""),
            "article": reason["article"],
            "reason": reason["zh"],
        }
        for reason in run.why
        if reason["step"] == "forum" or reason["step"] in names
    ]


def _steps(run: Run) -> list[dict[str, str]]:
    return [
        {
            "label": line.label,
            "name": line.name,
            "post": line.post,
            "capacity": line.capacity,
            "verdict": line.verdict,
            "on": line.on.isoformat() if line.on else "",
            "opinion": line.opinion,
        }
        for line in opinions_of(steps_whole().filter(run=run))
        if line.verdict
    ]


def _report(agreement: Agreement) -> dict[str, str] | None:
    report = getattr(agreement, "party_committee_report", None)
    return {"number": report.number, "on": report.reported_on.isoformat()} if report else None


def _annexes(agreement: Agreement, run: Run, found: dict[str, Any]) -> list[dict[str, str]]:
    """Return the annexes: the text first, then the papers made of the earlier stages, then the papers of the case.

    `text` and `file` are the keys by which the page opens one, `tab` the panel of the agreement that shows it.
    """
    annexes = [
        {
            "name": f"{agreement.title}（{found['text']['name']}）",
            "note": f"SHA-256 {run.sha256[:16]}…",
            "text": run.text.public_id,
        }
    ]
    if review := found["review"]:
        note = f"第{review['round']}轮，{review['conclusion']}"
        annexes.append({"name": "法制审核意见", "note": note, "tab": "approval"})
    if asked := found["consulted"]:
        note = f"征求{asked['total']}家，来函{asked['letters']}件"
        annexes.append({"name": "征求意见采纳情况表", "note": note, "tab": "opinions"})
        if asked["differences"]:
            annexes.append({"name": "分歧清单", "note": f"{len(asked['differences'])}条", "tab": "opinions"})
    annexes.append({"name": "合作协议呈批单", "note": f"已签{len(found['steps'])}步", "tab": "approval"})
    papers = agreement.attachments.filter(kind__in=ANNEX_KINDS, voided_at=None, replaced_by=None).order_by("pk")
    annexes += [{"name": paper.name, "note": paper.get_kind_display(), "file": paper.public_id} for paper in papers]
    return annexes
