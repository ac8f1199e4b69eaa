"""The editorial certificate (§3.3): the legal reviewer certifies that a change of a text is one of wording only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement, Station, TextVersion
from agreements.services import lifecycle, texts
from approvals import substance
from approvals.models import Certificate, Run
from approvals.services import re_asking, taking
from approvals.substance import Verdict
from core.errors import BadInput, NotNow
from core.verdicts import Gap

VERB = "certify_wording"


@dataclass(frozen=True, slots=True)
class Pair:
    """The text that was approved up to a return, and the one that came back."""

    run: Run
    before: TextVersion
    after: TextVersion


def pending(agreement: Agreement) -> Pair | None:
    """Return the pair of texts a certificate could be about: after a return, while the text that came back differs from
    the one that was approved up to then and no certificate is there; None otherwise."""
    if agreement.station != Station.LEGAL_REVIEW:
        return None
    earlier = (
        Run.objects.filter(agreement=agreement)
        .exclude(state=Run.State.RECALLED)
        .select_related("text")
        .order_by("-pk")
        .first()
    )
    text = texts.current(agreement)
    if earlier is None or earlier.state != Run.State.RETURNED or text is None or not text.is_frozen:
        return None
    if text.sha256 == earlier.sha256 or of_pair(earlier.text, text) is not None:
        return None
    return Pair(earlier, earlier.text, text)


def nothing_to_certify() -> NotNow:
    """Return the error for a certificate that has no object."""
    return NotNow(
        _("There is no changed text to certify: none came back, or it is certified already."),
        "§3.3",
        code="nothing_to_certify",
    )


def of_pair(before: TextVersion, after: TextVersion) -> Certificate | None:
    """Return the certificate of a pair of texts; None where there is none."""
    return Certificate.objects.filter(before=before, after=after).first()


def must_be_wording(verdict: Verdict) -> None:
    """Raise NotNow, naming every change of substance, where a change cannot be one of wording only."""
    if verdict.is_unchanged:
        raise NotNow(_("The two texts say the same: there is nothing to certify."), "§3.3", code="unchanged")
    if verdict.reasons:
        raise NotNow(
            _("This is no change of wording only: %(count)s point(s) speak against it.")
            % {"count": len(verdict.reasons)},
            "§3.3",
            gaps=gaps(verdict),
            code="not_editorial",
            next_step=_("Whoever approved the earlier text, and whoever spoke to these clauses, is asked again."),
        )


def gaps(verdict: Verdict) -> list[Gap]:
    """Return the changes of substance, each with its clause."""
    return [
        Gap(
            f"{reason.heading}: {reason.words}",
            "§3.3",
            _("A number, a day, a party, a duty or a structured part is never changed by way of wording."),
            code=f"substance_{reason.code}",
        )
        for reason in verdict.reasons
    ]


def certify(
    agreement: Agreement,
    *,
    by: User,
    words: str,
    text_sha256: str,
    on: date | None = None,
    at: datetime | None = None,
) -> Certificate:
    """Certify that a text that came back after a return was changed in wording only: then nobody but the level that
    sent it back, and those after it, is asked when it is presented again.

    `text_sha256` is the hash of the text that was shown. Raises Refused for anyone but the legal reviewer who did not
    work on the case, BadInput without words, NotNow for a change of substance (every point named), for another text
    than the one shown, and where there is nothing to certify. Second caller: NotNow, the pair is certified.
    """
    on, at = taking.today(on, at)
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, VERB, by=by, on=on)
        pair = pending(agreement)
        if pair is None:
            raise nothing_to_certify()
        if text_sha256 != pair.after.sha256:
            raise NotNow(_("The text you were shown is not the text under review."), "§3.3", code="other_text")
        row = write(agreement, pair.before, pair.after, by=by, post=post, words=words, on=on, at=at)
        re_asking.release(agreement, by=by, on=on, at=at)
        lifecycle.act(
            agreement,
            VERB,
            actor=by.actor(post),
            on=on,
            at=at,
            comment=row.words,
            text=pair.after,
            payload={"before": pair.before.number, "after": pair.after.number, "changes": row.changes},
        )
    return row


def write(
    agreement: Agreement,
    before: TextVersion,
    after: TextVersion,
    *,
    by: User,
    post: str,
    words: str,
    on: date,
    at: datetime,
) -> Certificate:
    """Write the certificate of a pair of texts; the caller holds the lock, has asked who and when, and records the act.

    Raises BadInput without words, NotNow for a change of substance and for a pair that is certified already.
    """
    if not words.strip():
        raise BadInput(_("Say in a line why the change is one of wording only: it is printed."), "§3.3")
    verdict = substance.check(before, after)
    must_be_wording(verdict)
    try:
        with transaction.atomic():
            return Certificate.objects.create(
                agreement=agreement,
                before=before,
                after=after,
                before_sha256=before.sha256,
                after_sha256=after.sha256,
                changes=verdict.changes,
                clauses=[clause.heading for clause in verdict.clauses],
                warnings=verdict.warnings,
                words=words.strip(),
                by=by,
                by_name=by.full_name,
                post_title=post,
                on=on,
                at=at,
            )
    except IntegrityError as error:
        raise NotNow(_("This change is certified already."), "§3.3", code="already_certified") from error
