"""Is everything there? Every gap, each with its article and the place where it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements import events
from agreements.models import Agreement, Station
from agreements.services import findings, texts
from agreements.text_gaps import text_gaps
from agreements.verbs import Blocker
from core.verdicts import Gap
from core.wording import say
from records.models import Event
from regulation.screening import CODES

WHOLE = Decimal(100)
LONGEST_QUOTE = 40


def drafting_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§2, §3.2: what the text must hold before it goes to review: clauses, parts, natures."""
    if not agreement.natures.exists():
        yield Gap(
            _("Nature of the matter"),
            "§3.4",
            _("It decides between sign-off and a meeting."),
            reverse("agreements:preparation-edit", args=[agreement.public_id]),
            _("Choose the nature"),
            "natures",
        )
    text = texts.working(agreement)
    if text is None:
        yield Gap(_("A working text"), "§3.2", code="text")
        return
    yield from text_gaps(agreement, text)


def screening_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§1.2: what screening finds is changed, or kept with a reason; information stops nothing."""
    for line in findings.unanswered(agreement):
        found = line.found
        record = CODES.get(found.code)
        name = say(record.name) if record else found.code
        yield Gap(
            _("%(name)s: “%(words)s”") % {"name": name, "words": shortened(found.excerpt)} if found.excerpt else name,
            found.article,
            say(found.advice),
            f"{reverse('agreements:text-edit', args=[agreement.public_id])}#finding-{found.fingerprint}",
            _("Change, or say why not"),
            f"screening_{found.code}",
        )


def shortened(words: str) -> str:
    """Return a wording short enough for a line of a list."""
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1]}…"


def recall_blockers(agreement: Agreement) -> Iterator[Gap]:
    """Recall is exactly one step, while the next has not acted: the last act that settles anything is the submission
    itself; what was copied, urged or filed beside it holds nobody back."""
    last = Event.objects.filter(chain=agreement.chain).exclude(code__in=events.passive()).order_by("-sequence").first()
    submitted = {Station.LEGAL_REVIEW: "submit_for_review", Station.APPROVAL: "open_approval"}
    if last is None or last.code != submitted.get(agreement.station):
        who = last.actor_name if last else ""
        yield Gap(
            _("%(who)s has acted since; the submission can no longer be recalled") % {"who": who},
            "§3.3",
            _("Ask the reviewer to send the text back."),
            code="acted",
        )


def proposal_blockers(kind: str) -> Blocker:
    """§4.3: a standing changes on the lead unit's proposal; return the blocker that asks for it."""

    def blocker(agreement: Agreement) -> Iterator[Gap]:
        if not agreement.standing_proposals.filter(kind=kind, decided_on=None).exists():
            yield Gap(
                _("A proposal of the lead unit"),
                "§4.3",
                _("The lead unit proposes, the government decides."),
                code="proposal",
            )

    return blocker
