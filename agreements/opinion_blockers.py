"""What is missing of the opinions on a draft (§3.2): before a round, before the review, and what is only advised."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agreements import bearing
from agreements.models import Agreement
from agreements.services import deliberating, opinions, texts
from core import clock
from core.verdicts import Gap


def consult_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.2: something is written before it is sent for opinions, and an earlier round is settled first."""
    text = texts.working(agreement)
    url = reverse("agreements:text-edit", args=[agreement.public_id])
    if text is None or not any(clause.prose.strip() for clause in text.clauses.all()):
        yield Gap(_("A draft with text"), "§3.2", url=url, action=_("Write"), code="text")
    round_ = agreement.consultations.order_by("-round").first()
    if round_ is None:
        return
    open_still = round_.due_on >= clock.today() and opinions.waiting(round_)
    if open_still or opinions.unanswered(agreement):
        yield Gap(
            _("The round before is not settled"),
            "§3.2",
            url=reverse("agreements:consultation-detail", args=[agreement.public_id, round_.public_id]),
            action=_("Look"),
            code="consultation_open",
        )


def consultation_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.2: the draft went out for opinions, the time to reply has passed or all have replied, all are answered.

    An item that a bearing unit cannot take on is a point of its opinion, so it holds the draft until it is answered.
    """
    round_ = agreement.consultations.order_by("-round").first()
    if round_ is None:
        yield Gap(
            _("Opinions of the departments and districts concerned"),
            "§3.2",
            url=reverse("agreements:consultation-new", args=[agreement.public_id]),
            action=_("Send for opinions"),
            code="consultation",
        )
    elif (waiting := opinions.waiting(round_)) and round_.due_on >= clock.today():
        yield Gap(
            _("%(count)s consulted unit(s) may still reply until %(day)s") % {"count": waiting, "day": round_.due_on},
            "§3.2",
            _("Silence is not consent: after the due date it is shown as no reply."),
            reverse("agreements:consultation-detail", args=[agreement.public_id, round_.public_id]),
            _("Look"),
            "consultation_open",
        )
    if unanswered := opinions.unanswered(agreement):
        yield unanswered_gap(unanswered, reverse("agreements:opinion-list", args=[agreement.public_id]))


def unanswered_gap(count: int, url: str, action: str = "") -> Gap:
    """Return the gap of so many opinions that nobody has answered (§3.2), with the page where that is done or seen."""
    return Gap(
        _("%(count)s opinion(s) without an answer") % {"count": count},
        "§3.2",
        _("Each is adopted, adopted in part or not adopted, with the reason."),
        url,
        action or _("Answer"),
        "opinions_unanswered",
    )


def deliberation_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.2: a major or difficult matter goes through a symposium or an expert review meeting that lets it pass."""
    if not deliberating.is_required(agreement) or deliberating.is_satisfied(agreement):
        return
    held = agreement.deliberations.exists()
    yield Gap(
        _("A symposium or expert review meeting that passed the draft")
        if held
        else _("A symposium or an expert review meeting"),
        "§3.2",
        _("The latest meeting did not pass the draft; it is revised and put to another one.")
        if held
        else _("The matter is major or difficult: experts or those concerned are heard before the review."),
        reverse("agreements:deliberation-new", args=[agreement.public_id]),
        _("Record the meeting"),
        "deliberation",
    )


def bearing_advice(agreement: Agreement) -> Iterator[Gap]:
    """§3.2: a unit on which the text lays something, and which has not said that it takes that on, is seen as a gap.

    It is advice: silence does not hold a draft for ever, and is never consent.
    """
    text = texts.working(agreement)
    open_items = bearing.by_unit(bearing.open_items(agreement, text))
    asked = dict(agreement.consultations.values_list("consulted__unit_id", "consulted__opinion").order_by("round"))
    for found in open_items.values():
        unit = found[0].unit
        titles = pgettext("between names", ", ").join(item.title for item in found)
        if unit.pk not in asked:
            words, why = _("%(unit)s was not asked"), _("The text lays on it: %(items)s.")
        elif asked[unit.pk] is None:
            words, why = _("%(unit)s has not replied"), _("The text lays on it, and this is not consent: %(items)s.")
        else:
            words, why = _("%(unit)s has not spoken to what was added"), _("The text lays on it: %(items)s.")
        yield Gap(
            words % {"unit": unit.name},
            "§3.2",
            why % {"items": titles},
            reverse("agreements:opinion-list", args=[agreement.public_id]),
            _("Look"),
            "bearing",
        )
