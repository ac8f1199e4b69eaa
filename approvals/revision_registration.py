"""What revisions and editorial certificates put into the registries: verbs, to-dos, words of events, an opening."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from agreements import events, openings, verbs
from agreements import rules as lead_rules
from agreements.models import Agreement, Station
from agreements.openings import Opening
from agreements.pages import in_clauses
from agreements.registration import page_url, todo_url
from agreements.services import duties
from agreements.verbs import Verb
from approvals import blockers, rules, run_words
from approvals.models import Revision
from approvals.models.run import called
from approvals.services import certifying, changed_text, revising


def register() -> None:
    """Fill the registries; called once, when the app is ready."""
    _verbs()
    _todos()
    for code, label, detail in (
        (revising.SUBMIT, gettext_lazy("submitted the revised text"), _step),
        (revising.CHECK, gettext_lazy("checked the revised text"), _finding),
        (revising.RESUME, gettext_lazy("opened the text to be revised once more"), _step),
        (revising.CLOSE, gettext_lazy("took the revised text into the approval"), _asked),
        (certifying.VERB, gettext_lazy("certified a change of wording only"), _certified),
    ):
        events.register(code, label, detail)
    events.register(
        changed_text.CODE,
        gettext_lazy("asked units again: a clause they spoke to has changed since the return"),
        _units,
        passive=True,
    )
    openings.register(
        Opening(
            revising.is_written,
            lambda round_: changed_text.takes_opinions(round_) or revising.takes_opinions(round_),
            gettext_lazy("Submit the revision"),
            page_url("approvals:revision-show"),
            gettext_lazy(
                "This text is under approval: a meeting passed it in principle. Change only what its resolution asks; "
                "whoever spoke to a changed clause, and whoever approved, is asked again."
            ),
        )
    )


def _verbs() -> None:
    of_revision = page_url("approvals:revision-show")
    for code, label, may, address, order, state, gaps in (
        (
            revising.REVISE,
            pgettext_lazy("verb", "Revise"),
            lead_rules.may_edit,
            page_url("agreements:text-edit"),
            58,
            Revision.State.OPEN,
            (),
        ),
        (
            revising.SUBMIT,
            gettext_lazy("Submit the revision"),
            lead_rules.may_lead,
            of_revision,
            59,
            Revision.State.OPEN,
            (blockers.revised_text_blockers,),
        ),
        (
            revising.CHECK,
            gettext_lazy("Check the revision"),
            rules.may_review,
            of_revision,
            61,
            Revision.State.SUBMITTED,
            (),
        ),
        (
            revising.CLOSE,
            gettext_lazy("Take the revision into the approval"),
            rules.may_present,
            of_revision,
            62,
            Revision.State.CHECKED,
            (blockers.re_asked_blockers,),
        ),
        (
            revising.RESUME,
            gettext_lazy("Revise once more"),
            lead_rules.may_edit,
            of_revision,
            63,
            Revision.State.CHECKED,
            (),
        ),
    ):
        verbs.register(
            Verb(
                code,
                label,
                "§3.4",
                may,
                address,
                order,
                stations=(Station.APPROVAL,),
                main=code != revising.RESUME,
                blockers=list(gaps),
                offered=_stands_at(state),
            )
        )
    verbs.register(
        Verb(
            certifying.VERB,
            gettext_lazy("Certify a change of wording only"),
            "§3.3",
            rules.may_review,
            page_url("approvals:certificate-edit"),
            49,
            stations=(Station.LEGAL_REVIEW,),
            main=False,
            offered=lambda agreement: certifying.pending(agreement) is not None,
        )
    )


def _stands_at(state: str) -> Any:
    def offered(agreement: Agreement) -> bool:
        return Revision.objects.filter(run__agreement=agreement, run__state="open", state=state).exists()

    return offered


def _todos() -> None:
    show = todo_url("approvals:revision-show")
    for kind in (
        duties.Kind(
            revising.REVISE,
            gettext_lazy("Revise the text as the meeting resolved"),
            pgettext_lazy("verb", "Revise"),
            todo_url("agreements:text-edit"),
            "§3.4",
        ),
        duties.Kind(
            revising.SUBMIT,
            gettext_lazy("Look the revised text over and submit it"),
            gettext_lazy("Submit the revision"),
            show,
            "§3.4",
        ),
        duties.Kind(
            revising.CHECK,
            gettext_lazy("Check whether the revised text carries out the resolution"),
            gettext_lazy("Check the revision"),
            show,
            "§3.3",
        ),
        duties.Kind(
            revising.CLOSE,
            gettext_lazy("Take the revised text into the approval"),
            pgettext_lazy("a revision", "Take in"),
            show,
            "§3.4",
        ),
    ):
        duties.register(kind)


# ---------------------------------------------------------------------- what the trail adds from a payload


def _step(payload: dict[str, Any]) -> str:
    return _("ordered by: %(step)s") % {"step": called(payload["step"], payload.get("name"))}


def finding_word(finding: str) -> str:
    """Return what the legal reviewer found of a revised text, in words."""
    return {
        revising.WORDING: _("carries out the resolution; wording only, nobody is asked again"),
        revising.SUBSTANCE: _("carries out the resolution; of substance, who is concerned is asked again"),
        revising.BACK: _("given back to the lead unit"),
    }[finding]


def _finding(payload: dict[str, Any]) -> str:
    words = [finding_word(payload["finding"])]
    return in_clauses([*words, _units(payload)] if payload.get("units") else words)


def _units(payload: dict[str, Any]) -> str:
    return in_clauses(
        _("%(unit)s is asked about: %(clauses)s")
        % {"unit": unit, "clauses": pgettext("between names", ", ").join(clauses)}
        for unit, clauses in payload.get("units", {}).items()
    )


def _asked(payload: dict[str, Any]) -> str:
    if not payload.get("levels"):
        return _("nobody decides again")
    names = pgettext("between names", ", ").join(run_words.names_of(payload, "levels", "level_names"))
    return _("decide again: %(steps)s") % {"steps": names}


def _certified(payload: dict[str, Any]) -> str:
    return _("draft %(before)s to draft %(after)s, %(changes)s place(s)") % {
        "before": payload["before"],
        "after": payload["after"],
        "changes": payload["changes"],
    }
