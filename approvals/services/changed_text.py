"""A text that came back changed after a return: who is concerned is asked again, the counterpart too (§3.2 to §3.4).

The levels decide anew in a new run. The units that spoke to a clause which has changed since look at it again, each at
its own and nobody else, before the text is presented; a change that is certified as one of wording only asks nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from agreements import opinion_blockers
from agreements.models import Agreement, Consultation, Exchange, Standing, Station, TextVersion
from agreements.services import consulting, lifecycle, opinions, texts
from approvals import substance
from approvals.models import Run
from approvals.services import certifying, re_asking
from core import clock
from core.verdicts import Gap
from records import trail

CODE = "ask_units_again"


def ask(agreement: Agreement, *, by: User, on: date, at: datetime) -> Consultation | None:
    """Ask the units that spoke to a clause which has changed since the text was sent back from approval; None where
    nobody is concerned. Recorded as automatic: the rule asks, nobody chooses.

    A unit that was asked about the clause after the return, as it reads now, is not asked about it once more. The
    caller holds the lock.
    """
    pair = certifying.pending(agreement)
    if pair is None:
        return None
    since = agreement.consultations.filter(sent_on__gte=pair.run.ended_on)
    concerns = re_asking.concerned(pair.before, pair.after, seen=list(since), replied=False)
    asked = re_asking.by_unit(concerns)
    if not asked:
        return None
    note = _("The text was sent back from approval and has changed since; you spoke to the clauses named here.")
    round_ = consulting.ask_again(agreement, pair.after, asked, by=by, note=note, on=on, at=at)
    headings = {concern.lineage: concern.heading for concern in concerns}
    lifecycle.act(
        agreement,
        CODE,
        actor=trail.SYSTEM,
        on=on,
        at=at,
        text=pair.after,
        payload={
            "round": round_.round,
            "units": {unit.name_zh: [headings[lineage] for lineage in about] for unit, about in asked.items()},
        },
    )
    return round_


def takes_opinions(round_: Consultation) -> bool:
    """Tell whether a round is one in which units look again at a text that came back, which is still under review."""
    agreement = round_.agreement
    under_review = agreement.station == Station.LEGAL_REVIEW and agreement.standing == Standing.ACTIVE
    return under_review and round_.text.kind == TextVersion.Kind.REVIEW


def unit_gaps(agreement: Agreement) -> Iterator[Gap]:
    """§3.2: each unit that was asked again has looked or let the day pass, each word it had is answered; silence is
    never consent. Nobody is waited for once the change is certified as one of wording only."""
    if certifying.pending(agreement) is not None:
        for round_ in re_asking.rounds(agreement):
            yield from round_gaps(round_)


def round_gaps(round_: Consultation) -> Iterator[Gap]:
    """Yield who may still reply in a round, and what was said in it or before and has no answer."""
    agreement = round_.agreement
    url = reverse("agreements:consultation-detail", args=[agreement.public_id, round_.public_id])
    if round_.due_on >= clock.today():
        for consulted in round_.consulted.filter(opinion=None).select_related("unit"):
            yield Gap(
                _("%(unit)s may still reply until %(day)s")
                % {"unit": consulted.unit.name, "day": round_.due_on.isoformat()},
                "§3.2",
                _("Silence is not consent: after the due date it is shown as no reply."),
                url,
                _("Look"),
                "re_asked",
            )
    if unanswered := opinions.unanswered(agreement):
        yield opinion_blockers.unanswered_gap(unanswered, url)


def counterpart_gaps(agreement: Agreement) -> Iterator[Gap]:
    """§3.3: a change of substance after a return from approval is agreed again with the counterpart, on record as an
    exchange that came from it since."""
    earlier = _returned(agreement)
    text = texts.working(agreement) if earlier is not None else None
    if earlier is None or text is None or texts.digest(texts.canonical(text)) == earlier.sha256:
        return
    reasons = substance.check(earlier.text, text).reasons
    came = Exchange.objects.filter(
        agreement=agreement, direction=Exchange.Direction.RECEIVED, struck_at=None, on__gte=earlier.ended_on
    )
    if reasons and not came.exists():
        yield Gap(
            _("The counterpart's agreement to the changed text"),
            "§3.3",
            _("The text was sent back from approval and has changed in substance: %(clauses)s. Record what came back.")
            % {"clauses": pgettext("between names", ", ").join(dict.fromkeys(reason.heading for reason in reasons))},
            reverse("agreements:exchange-record", args=[agreement.public_id]),
            _("Record the exchange"),
            "agreed_again",
        )


def _returned(agreement: Agreement) -> Run | None:
    """Return the last approval where it ended with a return; None otherwise."""
    rows = Run.objects.filter(agreement=agreement).exclude(state=Run.State.RECALLED).select_related("text")
    run = rows.order_by("-pk").first()
    return run if run is not None and run.state == Run.State.RETURNED else None
