"""What this app puts into the registries: its verbs, to-dos and notices."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Delegation
from accounts.services import delegating
from accounts.signals import delegation_moved
from agreements import (
    blockers,
    events,
    inspection,
    opinion_blockers,
    opinion_papers,
    panels,
    papers_comparison,
    rules,
    subjects,
    verbs,
)
from agreements.models import Agreement, Station, ToDo
from agreements.preparation_blockers import preparation_blockers
from agreements.services import clock, delegations, drafting, duties, notices, papers, standing, sync
from agreements.verbs import Verb
from core import sync as regulation_sync
from core.wording import say
from records import outbox, verify
from regulation.deadlines import DEADLINES


def act_url(code: str) -> Any:
    """Return the address function of a verb that is done on the common form."""
    return lambda agreement: reverse("agreements:verb-act", args=[agreement.public_id, code])


def page_url(name: str) -> Any:
    """Return the address function of a verb that has a page of its own."""
    return lambda agreement: reverse(name, args=[agreement.public_id])


def todo_url(name: str) -> Any:
    """Return the address function of a to-do that is done on a page of the agreement."""
    return lambda todo: reverse(name, args=[todo.agreement.public_id])


def todo_act_url(code: str) -> Any:
    """Return the address function of a to-do that is done on the common form of a verb."""
    return lambda todo: reverse("agreements:verb-act", args=[todo.agreement.public_id, code])


def _some_consultation(agreement: Agreement) -> bool:
    return agreement.consultations.exists()


def _proposed(kind: str) -> Any:
    """Return the condition under which a decision on the standing is offered: the lead unit has proposed it."""
    return lambda agreement: agreement.standing_proposals.filter(kind=kind, decided_on=None).exists()


def _opinion_url(todo: ToDo) -> str:
    return reverse("agreements:opinion-give", args=[todo.agreement.public_id, todo.subject_key.partition(":")[2]])


def register() -> None:
    """Fill the registries; called once, when the app is ready."""
    _verbs()
    _todos()
    _notices()
    events.register_own()
    papers.register(papers_comparison.KIND, gettext_lazy("Table of changes"))
    subjects.register_own()
    panels.register_own()
    papers.register(opinion_papers.KIND, gettext_lazy("Table of opinions and their adoption"))
    verify.check(inspection.frozen_texts)
    verify.check(inspection.screening_findings)
    outbox.handler(notices.KIND)(notices.deliver)
    regulation_sync.register(sync.sync)
    clock.register("delegations", delegating.sweep)
    delegation_moved.connect(_tell_of_delegation, dispatch_uid="agreements.tell_of_delegation")


def _tell_of_delegation(delegation: Delegation, what: str, **_kwargs: Any) -> None:
    delegations.tell(delegation, what)


def _verbs() -> None:
    verbs.register(
        Verb(
            "begin_drafting",
            gettext_lazy("Begin the draft"),
            "§3.2",
            rules.may_edit,
            act_url("begin_drafting"),
            10,
            transition="begin_drafting",
            blockers=[preparation_blockers],
            duties=[drafting.enter_drafting],
        )
    )
    verbs.register(
        Verb(
            "consult",
            gettext_lazy("Send for opinions"),
            "§3.2",
            rules.may_edit,
            page_url("agreements:consultation-new"),
            50,
            stations=(Station.DRAFTING,),
            blockers=[opinion_blockers.consult_blockers],
        )
    )
    verbs.register(
        Verb(
            "submit_for_review",
            gettext_lazy("Submit for review"),
            "§3.3",
            rules.may_lead,
            act_url("submit_for_review"),
            30,
            transition="submit_for_review",
            blockers=[
                preparation_blockers,
                blockers.drafting_blockers,
                opinion_blockers.consultation_blockers,
                opinion_blockers.deliberation_blockers,
                blockers.screening_blockers,
            ],
            advisers=[opinion_blockers.bearing_advice],
            duties=[drafting.leave_drafting],
            offered=_some_consultation,
        )
    )
    verbs.register(
        Verb(
            "hand_to_head",
            gettext_lazy("Hand to the unit's head"),
            "§3.2",
            rules.may_edit,
            act_url("hand_to_head"),
            40,
            stations=(Station.DRAFTING,),
            blockers=[
                preparation_blockers,
                blockers.drafting_blockers,
                opinion_blockers.consultation_blockers,
                opinion_blockers.deliberation_blockers,
                blockers.screening_blockers,
            ],
            advisers=[opinion_blockers.bearing_advice],
            offered=_some_consultation,
        )
    )
    verbs.register(
        Verb(
            "keep_draft",
            gettext_lazy("Keep this draft as a version"),
            "§3.2",
            rules.may_edit,
            act_url("keep_draft"),
            60,
            stations=(Station.DRAFTING,),
            main=False,
        )
    )
    verbs.register(
        Verb(
            "recall",
            gettext_lazy("Recall"),
            "§3.3",
            rules.may_recall,
            act_url("recall"),
            80,
            transition="recall",
            main=False,
            blockers=[blockers.recall_blockers],
            duties=[drafting.enter_drafting],
        )
    )
    verbs.register(
        Verb(
            "withdraw",
            gettext_lazy("Withdraw"),
            "§3.1",
            rules.may_lead,
            act_url("withdraw"),
            90,
            transition="withdraw",
            main=False,
            duties=[drafting.stop_everything],
        )
    )
    for order, (code, label, duty) in enumerate(
        (
            ("suspend", gettext_lazy("Suspend"), standing.stop_the_clock),
            ("resume", gettext_lazy("Resume"), standing.let_the_clock_run),
            ("terminate", gettext_lazy("End"), drafting.stop_everything),
        ),
        start=91,
    ):
        verbs.register(
            Verb(
                code,
                label,
                "§4.3",
                rules.may_decide_standing,
                act_url("decide_standing"),
                order,
                transition=code,
                main=False,
                blockers=[blockers.proposal_blockers(code)],
                duties=[duty],
                offered=_proposed(code),
            )
        )


def _todos() -> None:
    kind = duties.Kind
    for entry in (
        kind(
            "prepare",
            gettext_lazy("Prepare: parties, due diligence, risk"),
            gettext_lazy("Prepare"),
            todo_url("agreements:agreement-detail"),
            "§3.1",
        ),
        kind(
            "draft",
            gettext_lazy("Write the draft"),
            gettext_lazy("Go on drafting"),
            todo_url("agreements:text-edit"),
            "§3.2",
        ),
        kind(
            "submit",
            gettext_lazy("Look the draft over and submit it"),
            gettext_lazy("Submit for review"),
            todo_act_url("submit_for_review"),
            "§3.3",
        ),
        kind(
            "give_opinion",
            gettext_lazy("Give the unit's opinion on the draft"),
            gettext_lazy("Give an opinion"),
            _opinion_url,
            "§3.2",
        ),
        kind(
            "answer_opinions",
            gettext_lazy("Answer the opinions received"),
            gettext_lazy("Answer"),
            todo_url("agreements:opinion-list"),
            "§3.2",
        ),
        kind(
            "decide_standing",
            gettext_lazy("Decide on the proposal of the lead unit"),
            gettext_lazy("Decide"),
            todo_act_url("decide_standing"),
            "§4.3",
        ),
    ):
        duties.register(entry)


def _alarm(params: dict[str, Any], wording: str) -> str:
    """Word an alarm: rule and day in the reader's language; one that was raised late says when it was due."""
    name = say(DEADLINES[params["rule"]].name) if params["rule"] in DEADLINES else params["rule"]
    day = date_format(date.fromisoformat(params["due_on"]))
    words = {
        "title": params["title"],
        "rule": f"{name} ({params['label']})" if params["label"] else name,
        "day": _("%(day)s (provisional)") % {"day": day} if params["provisional"] else day,
    }
    if not params["raise_on"]:
        return wording % words
    late = _("raised late, it was due on %(day)s") % {"day": date_format(date.fromisoformat(params["raise_on"]))}
    return _("%(alarm)s (%(late)s)") % {"alarm": wording % words, "late": late}


def _reminder(params: dict[str, Any]) -> str:
    return _alarm(params, _("“%(title)s”: %(rule)s is due on %(day)s"))


def _lapse(params: dict[str, Any]) -> str:
    return _alarm(params, _("“%(title)s”: %(rule)s was due on %(day)s and is not done"))


def _escalation(params: dict[str, Any]) -> str:
    wording = _("“%(title)s”: %(rule)s was due on %(day)s and is not done; you are told as the next post up")
    return _alarm(params, wording)


def _notices() -> None:
    delegations.register()
    notices.register(clock.REMINDER, _reminder)
    notices.register(clock.LAPSE, _lapse)
    notices.register(clock.ESCALATION, _escalation)
    notices.register("returned", lambda p: _("“%(title)s” was sent back by %(who)s: %(comment)s") % p)
    notices.register("ended", lambda p: _("“%(title)s” has ended: %(comment)s (%(who)s)") % p)
    notices.register("suspended", lambda p: _("“%(title)s” is suspended; its deadlines stand still") % p)
    notices.register("resumed", lambda p: _("“%(title)s” goes on; its deadlines were moved by the stop") % p)
    notices.register("opinion_given", lambda p: _("%(unit)s gave its opinion on “%(title)s”") % p)
    notices.register(
        "opinion_urged",
        lambda p: _("The opinion of your unit on “%(title)s” is urged; it is asked by %(due_on)s. %(text)s") % p,
    )
    notices.register("opinion_maintained", lambda p: _("%(unit)s maintains its opinion on “%(title)s”") % p)
    notices.register("opinion_answered", lambda p: _("Your unit's opinion on “%(title)s” was answered") % p)
    notices.register(
        "proposal_decided",
        lambda p: (
            (
                _("Your proposal on “%(title)s” was accepted")
                if p["accepted"]
                else _("Your proposal on “%(title)s” was declined: %(comment)s")
            )
            % p
        ),
    )
