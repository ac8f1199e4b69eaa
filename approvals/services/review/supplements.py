"""Asking for what is missing, by a day, and supplying it (补正): the clock stands still meanwhile (§3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.posts import post_in
from agreements.models import Agreement, Attachment
from agreements.services import attachments, calendar, deadlines, duties, lifecycle, notices
from approvals import rules
from approvals.models import CompletenessCheck, LegalReview, Supplement, SupplementItem
from approvals.services.review import clock as review_clock
from approvals.services.review import completeness, rounds
from approvals.services.review.common import check_of, current, must_be_the_text, open_supplement
from core import clock
from core.errors import BadInput, NotNow
from core.verdicts import Gap
from core.wording import say
from regulation.review_practice import SUBMISSION_ITEMS

SUPPLY = "supply"
RULE = "supplement"
ELSE = "other"
MOST_WORKDAYS = 60


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is missing: what kind of thing (a code of the list, or `other`), and what of it."""

    code: str
    what: str


@dataclass(frozen=True, slots=True)
class Supplied:
    """What is supplied for an item: words, a paper, or both."""

    answer: str = ""
    paper: File[Any] | None = None


def asking(agreement: Agreement) -> CompletenessCheck | LegalReview | None:
    """Return what may ask for a supplement now: the open check, or the open round; None where neither is."""
    check = check_of(agreement)
    if check is not None and check.is_open:
        return check
    review = current(agreement)
    return review if review is not None and review.is_open else None


def usual_workdays(agreement: Agreement) -> int:
    """Return the working days that the authority gives for a supplement (our own limit, settable)."""
    return deadlines.setting(agreement, RULE).amount


def ask(
    agreement: Agreement,
    items: Sequence[Missing],
    *,
    by: User,
    text_sha256: str,
    workdays: int | None = None,
    note: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Supplement:
    """Ask the lead unit for named things by a day; the clock of the check, or of the review, stands still.

    The General Office asks in its check, the legal affairs office in its review. Raises BadInput without an item, for
    an item without words or of an unknown kind, or for a number of days out of range; NotNow when neither is open or
    another text lies there. Second caller: NotNow, told who asked.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    items = [Missing(item.code, item.what.strip()) for item in items]
    if not items or any(not item.what for item in items):
        raise BadInput(_("Name at least one thing that is missing, and say what of it."), "§3.3")
    if any(item.code not in (*SUBMISSION_ITEMS, ELSE) for item in items):
        raise BadInput(_("The form names a thing that is not on the list."), "§3.3")
    with transaction.atomic():
        lifecycle.lock(agreement)
        asked_by = asking(agreement)
        if asked_by is None:
            raise NotNow(
                _("Neither the completeness check nor the review is open; nothing can be asked for."),
                "§3.3",
                code="review_closed",
            )
        is_check = isinstance(asked_by, CompletenessCheck)
        if not is_check and rules.may_check(by, agreement) and not rules.may_review(by, agreement):
            _told_who_checked(agreement)
        post = lifecycle.check(agreement, completeness.CHECK if is_check else "review", by=by)
        must_be_the_text(asked_by.text, text_sha256)
        if known := open_supplement(agreement):
            raise NotNow(
                _("%(who)s has asked for a supplement already.") % {"who": known.asked_by.full_name},
                "§3.3",
                code="supplement",
            )
        workdays = usual_workdays(agreement) if workdays is None else workdays
        if not 1 <= workdays <= MOST_WORKDAYS:
            raise BadInput(_("Give the unit between 1 and %(most)s working days.") % {"most": MOST_WORKDAYS}, "§3.3")
        due_on = calendar.nth(on, workdays).day
        last = agreement.supplements.order_by("-number").first()
        supplement = Supplement.objects.create(
            agreement=agreement,
            check_of=asked_by if isinstance(asked_by, CompletenessCheck) else None,
            review=asked_by if isinstance(asked_by, LegalReview) else None,
            number=last.number + 1 if last else 1,
            note=note.strip(),
            asked_on=on,
            asked_by=by,
            due_on=due_on,
        )
        for item in items:
            SupplementItem.objects.create(supplement=supplement, code=item.code, what=item.what)
        _stand_still(supplement, by=by, on=on, at=at)
        officer = post_in(agreement.lead_unit, "officer")
        deadline = deadlines.start(
            agreement, RULE, starts_on=on, post=officer, subject_key=supplement.key, due_on=due_on
        )
        duties.open(
            agreement,
            SUPPLY,
            post=officer,
            subject_key=supplement.key,
            deadline=deadline,
            by=by,
            at=at,
            params={"supplement": supplement.public_id},
        )
        notices.tell("supplement_asked", agreement=agreement, post=officer, who=by.full_name, due_on=due_on.isoformat())
        lifecycle.act(
            agreement,
            "ask_supplement",
            actor=by.actor(post),
            on=on,
            at=at,
            comment=supplement.note,
            text=asked_by.text,
            payload={"number": supplement.number, "due_on": due_on, "items": [item.what for item in items]},
        )
        deadlines.refresh_next_due(agreement)
    return supplement


def _told_who_checked(agreement: Agreement) -> None:
    """Tell the General Office, which comes too late, who found the submission complete meanwhile."""
    check = check_of(agreement)
    if check is not None:
        completeness.must_be_open(check)


def _stand_still(supplement: Supplement, *, by: User, on: date, at: datetime) -> None:
    agreement = supplement.agreement
    if supplement.review is not None:
        review_clock.halt(supplement.review, review_clock.SUPPLEMENT, by=by, on=on)
        duties.close(agreement, "review", subject_key=supplement.review.key, by=by, at=at, because="supplement")
    elif (check := supplement.check_of) is not None:
        deadlines.stop(agreement, completeness.RULE, on=on, reason="补正", subject_key=check.key)
        duties.close(agreement, completeness.CHECK, subject_key=check.key, by=by, at=at, because="supplement")


def supply(supplement: Supplement, given: Mapping[str, Supplied], *, by: User, at: datetime | None = None) -> None:
    """Keep what is supplied for items by their public id: words, a paper, or both; the text itself stays as it is.

    Raises Refused for anyone but the lead unit's staff; BadInput for an item of another request; NotNow once it was
    sent. Second caller: the later words stand, a paper that was attached stays on file.
    """
    at = at or clock.now()
    with transaction.atomic():
        post = _open_for(supplement, by)
        items = {item.public_id: item for item in supplement.items.all()}
        if given.keys() - items.keys():
            raise BadInput(_("The form names something that was not asked for."), "§3.3")
        written = [item.what for key, item in items.items() if key in given and _fill(item, given[key], by=by, at=at)]
        if written:
            lifecycle.act(
                supplement.agreement,
                SUPPLY,
                actor=by.actor(post),
                on=clock.today(at),
                at=at,
                payload={"number": supplement.number, "items": written},
            )


def _fill(item: SupplementItem, given: Supplied, *, by: User, at: datetime) -> bool:
    answer = given.answer.strip()
    if given.paper is None and answer == item.answer:
        return False
    if given.paper is not None:
        item.paper = attachments.attach(
            item.supplement.agreement,
            Attachment.Kind.SUPPLEMENT,
            given.paper,
            by=by,
            subject_key=item.supplement.key,
        )
    item.answer, item.answered_by, item.answered_at = answer, by, at
    item.save(update_fields=["answer", "paper", "answered_by", "answered_at"])
    return True


def send(supplement: Supplement, *, by: User, on: date | None = None, at: datetime | None = None) -> None:
    """Send everything back to who asked: the clock runs on with the days of the stop given back.

    Raises NotNow with a gap for each item for which nothing was supplied. Second caller: NotNow, told who sent it.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    agreement = supplement.agreement
    with transaction.atomic():
        post = _open_for(supplement, by)
        gaps = [Gap(item.what, "§3.3", code="supplement") for item in supplement.items.all() if not item.is_answered]
        if gaps:
            raise NotNow(
                _("The supplement cannot be sent yet: %(count)s thing(s) are missing.") % {"count": len(gaps)},
                "§3.3",
                gaps=gaps,
                code="incomplete",
            )
        supplement.state, supplement.sent_on, supplement.sent_by = Supplement.State.SENT, on, by
        supplement.save(update_fields=["state", "sent_on", "sent_by"])
        deadlines.close(agreement, RULE, on=on, subject_key=supplement.key)
        duties.close(agreement, SUPPLY, subject_key=supplement.key, by=by, at=at)
        lifecycle.act(
            agreement,
            "send_supplement",
            actor=by.actor(post),
            on=on,
            at=at,
            payload={"number": supplement.number},
        )
        if supplement.review is not None:
            review_clock.run_on(supplement.review, review_clock.SUPPLEMENT, on=on)
            rounds.put_on_desk(supplement.review, by=by, at=at)
        elif supplement.check_of is not None:
            deadlines.resume(agreement, completeness.RULE, on=on, subject_key=supplement.check_of.key)
            completeness.put_on_desk(supplement.check_of, by=by, on=on, at=at)
        deadlines.refresh_next_due(agreement)


def _open_for(supplement: Supplement, by: User) -> str:
    lifecycle.lock(supplement.agreement)
    post = lifecycle.check(supplement.agreement, SUPPLY, by=by)
    supplement.refresh_from_db()
    must_be_open(supplement)
    return post


def must_be_open(supplement: Supplement) -> None:
    """Raise NotNow for a supplement that was sent or has ended, and say who sent it."""
    if not supplement.is_open:
        who = supplement.sent_by.full_name if supplement.sent_by else ""
        raise NotNow(
            _("The supplement is %(state)s already. %(who)s") % {"state": supplement.get_state_display(), "who": who},
            "§3.3",
            code="sent",
        )


def name_of(code: str) -> str:
    """Return what kind of thing a code is, in the reader's language."""
    return say(SUBMISSION_ITEMS[code].name) if code in SUBMISSION_ITEMS else str(_("Something else"))
