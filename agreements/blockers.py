"""Is everything there? Every gap, each with its article and the place where it is mended."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement, Consultation, DueDiligence, Station
from agreements.services import findings, texts
from agreements.text_gaps import text_gaps
from agreements.verbs import Blocker
from core import clock
from core.verdicts import Gap
from core.wording import say
from records.models import Event
from regulation.diligence import DILIGENCE_POINTS, diligence_required
from regulation.screening import CODES

LONGEST_QUOTE = 40


def preparation_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.1: what must be known before a draft is begun: parties, their standing, the risk, fields and term."""
    facts_url = reverse("agreements:preparation-edit", args=[agreement.public_id])
    parties_url = reverse("agreements:parties-edit", args=[agreement.public_id])
    if not agreement.fields.exists():
        yield Gap(_("Fields of cooperation"), "§2", url=facts_url, action=_("Choose fields"), code="fields")
    if not agreement.term_kind:
        yield Gap(
            _("Intended term"),
            "§4.3",
            _("The term decides between the evaluation at expiry and the review every three years."),
            facts_url,
            _("Enter the term"),
            "term",
        )
    parties = list(agreement.parties.select_related("counterparty").prefetch_related("due_diligence"))
    if not parties:
        yield Gap(_("A counterparty"), "§3.1", url=parties_url, action=_("Add a counterparty"), code="parties")
    for party in parties:
        if not diligence_required(party.counterparty.kind):
            continue
        found = {row.point: row for row in party.due_diligence.all()}
        url = reverse("agreements:diligence-edit", args=[agreement.public_id, party.public_id])
        for code, point in DILIGENCE_POINTS.items():
            row = found.get(code)
            if row is None:
                yield Gap(
                    _("%(point)s of %(party)s") % {"point": say(point.name), "party": party.counterparty},
                    point.article,
                    url=url,
                    action=_("Assess"),
                    code=f"diligence_{code}",
                )
            elif row.conclusion == DueDiligence.Conclusion.UNSOUND:
                yield Gap(
                    _("%(point)s of %(party)s is not sound") % {"point": say(point.name), "party": party.counterparty},
                    point.article,
                    _("An agreement with a counterparty that is not sound is not drafted."),
                    url,
                    _("Look again"),
                    f"diligence_{code}",
                )
    if not hasattr(agreement, "risk_argument"):
        yield Gap(
            _("Risk argument"),
            "§3.1",
            _("The government's own contracting and performance risk is argued for every agreement."),
            reverse("agreements:risk-edit", args=[agreement.public_id]),
            _("Argue the risk"),
            "risk",
        )


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


def consult_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.2: something is written before it is sent for opinions, and an earlier round is settled first."""
    text = texts.working(agreement)
    url = reverse("agreements:text-edit", args=[agreement.public_id])
    if text is None or not any(clause.prose.strip() for clause in text.clauses.all()):
        yield Gap(_("A draft with text"), "§3.2", url=url, action=_("Write"), code="text")
    round_ = agreement.consultations.order_by("-round").first()
    if round_ is not None:
        waiting, unanswered = consultation_state(round_)
        if (waiting and round_.due_on >= clock.today()) or unanswered:
            yield Gap(
                _("The round before is not settled"),
                "§3.2",
                url=reverse("agreements:consultation-detail", args=[agreement.public_id, round_.public_id]),
                action=_("Look"),
                code="consultation_open",
            )


def consultation_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.2: the draft went out for opinions, the time to reply has passed or all have replied, all are answered."""
    url = reverse("agreements:consultation-new", args=[agreement.public_id])
    round_ = agreement.consultations.order_by("-round").first()
    if round_ is None:
        yield Gap(
            _("Opinions of the departments and districts concerned"),
            "§3.2",
            url=url,
            action=_("Send for opinions"),
            code="consultation",
        )
        return
    here = reverse("agreements:consultation-detail", args=[agreement.public_id, round_.public_id])
    waiting, unanswered = consultation_state(round_)
    if waiting and round_.due_on >= clock.today():
        yield Gap(
            _("%(count)s consulted unit(s) may still reply until %(day)s") % {"count": waiting, "day": round_.due_on},
            "§3.2",
            _("Silence is not consent: after the due date it is shown as no reply."),
            here,
            _("Look"),
            "consultation_open",
        )
    if unanswered:
        yield Gap(
            _("%(count)s opinion(s) without an answer") % {"count": unanswered},
            "§3.2",
            _("Each is adopted, adopted in part or not adopted, with the reason."),
            here,
            _("Answer"),
            "opinions_unanswered",
        )


def consultation_state(round_: Consultation) -> tuple[int, int]:
    """Return how many units have not replied and how many objections are not answered."""
    consulted = round_.consulted.select_related("opinion__answer")
    waiting = unanswered = 0
    for row in consulted:
        opinion = getattr(row, "opinion", None)
        if opinion is None:
            waiting += 1
        elif opinion.stance == opinion.Stance.OBJECTION and not hasattr(opinion, "answer"):
            unanswered += 1
    return waiting, unanswered


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
    """Recall is exactly one step, while the next has not acted: the last event is the submission itself."""
    last = Event.objects.filter(chain=agreement.chain).order_by("-sequence").first()
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
