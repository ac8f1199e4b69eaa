"""Verbs without a page of their own: what they ask, what follows and to whom, and the service that does them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.posts import post_in, post_of
from agreements import rules, verbs
from agreements.forms.acts import ConfirmForm, KeepForm, ProposalDecisionForm, ReasonForm, RemarkForm
from agreements.models import Agreement, StandingProposal
from agreements.pages import listed, title_of
from agreements.services import drafting, lifecycle, standing, texts
from core.errors import NotNow
from core.verdicts import Gap, Verdict, Wording

Run = Callable[[Agreement, User, dict[str, Any]], object]
Then = Callable[[Agreement], list[str]]


@dataclass(frozen=True, slots=True)
class Act:
    """A verb on the common form: heading, button, article, who may, the form, what follows, the service."""

    code: str
    label: Wording
    article: str
    may: Callable[[User, Agreement], Verdict]
    form: type[forms.Form]
    then: Then
    run: Run
    done: Wording
    verb: str = ""
    """The verb whose time and gaps are asked; blank where the act asks by itself."""
    ready: Callable[[Agreement], object] = field(default=lambda agreement: None)
    """Raises NotNow where the act has no object."""
    initial: Callable[[Agreement], dict[str, Any]] = field(default=lambda agreement: {})
    """What the form starts from: what the act is about, so that it falls on what was read."""

    def ask_the_time(self, agreement: Agreement) -> None:
        """Raise NotNow when the machine, or what the act is about, does not allow it now."""
        if self.verb:
            verb = verbs.get(self.verb)
            if not lifecycle.is_time(agreement, verb):
                raise lifecycle.not_the_time(agreement, verb)
        self.ready(agreement)

    def gaps(self, agreement: Agreement) -> list[Gap]:
        """Return what is missing before the act."""
        return verbs.get(self.verb).gaps(agreement) if self.verb and self.verb == self.code else []

    def advice(self, agreement: Agreement) -> list[Gap]:
        """Return what is better looked at before the act."""
        return verbs.get(self.verb).advice(agreement) if self.verb and self.verb == self.code else []


# ---------------------------------------------------------------------- what follows


def _officer(agreement: Agreement) -> str:
    return title_of(post_in(agreement.lead_unit, "officer"))


def _after_begin(agreement: Agreement) -> list[str]:
    return [
        _("A draft is opened with the %(n)s framework clauses of the category.")
        % {"n": len(agreement.edition.clauses)},
        _("It lies with %(who)s to write.") % {"who": _officer(agreement)},
    ]


def _after_hand(agreement: Agreement) -> list[str]:
    head = title_of(post_in(agreement.lead_unit, "unit_head"))
    return [_("%(who)s looks the draft over and submits it for review.") % {"who": head}]


def _after_submit(agreement: Agreement) -> list[str]:
    text = texts.working(agreement)
    office = title_of(post_of(agreement.authority, "general_office"))
    return [
        *(
            [_("The text is frozen as draft %(n)s; it cannot be changed while it is reviewed.") % {"n": text.number}]
            if text
            else []
        ),
        *(
            [
                _("It goes to %(who)s, which looks whether everything is there; then the review begins.")
                % {"who": office}
            ]
            if office
            else []
        ),
        _("As long as nobody has acted you may recall it."),
    ]


def _after_keep(agreement: Agreement) -> list[str]:
    text = texts.working(agreement)
    number = text.number if text else 0
    return [
        _("The text is frozen as draft %(n)s, with its digest; it can be read and compared from now on.")
        % {"n": number},
        _("Drafting goes on in a copy, draft %(n)s.") % {"n": number + 1},
    ]


def _something_to_keep(agreement: Agreement) -> None:
    text = texts.working(agreement)
    if text is None:
        raise texts.closed()


def _after_recall(agreement: Agreement) -> list[str]:
    return [_("The matter comes back one step; a new working text is opened where it returns to drafting.")]


def _after_withdraw(agreement: Agreement) -> list[str]:
    return [
        _("The agreement ends here; nothing is deleted, and it can be read as before."),
        _("Everybody who acted is told."),
    ]


def _after_proposal(agreement: Agreement) -> list[str]:
    who = listed(title_of(post) for post in standing.deciders(agreement))
    return [
        *([_("The proposal goes to %(who)s; the government decides.") % {"who": who}] if who else []),
        _("Until the decision the agreement stays as it is."),
    ]


def _after_decision(agreement: Agreement) -> list[str]:
    proposal = standing.open_proposal(agreement)
    if proposal is None:
        return []
    follows = {
        StandingProposal.Kind.SUSPEND: _("Accepted: the deadlines stand still until the agreement is resumed."),
        StandingProposal.Kind.RESUME: _("Accepted: the deadlines run on, with the stopped days given back."),
        StandingProposal.Kind.TERMINATE: _("Accepted: the agreement ends and its open duties close."),
    }
    return [follows[StandingProposal.Kind(proposal.kind)], _("Everybody who acted is told.")]


def _no_proposal_yet(agreement: Agreement) -> None:
    if standing.open_proposal(agreement) is not None:
        raise NotNow(_("Another proposal on this agreement is waiting for its decision."), "§4.3", code="proposal_open")


# ---------------------------------------------------------------------- the acts


def _proposal(kind: str, label: Wording) -> Act:
    return Act(
        f"propose_{kind}",
        label,
        "§4.3",
        rules.may_lead,
        ReasonForm,
        _after_proposal,
        lambda agreement, by, data: standing.propose(agreement, kind, by=by, reason=data["comment"]),
        gettext_lazy("The proposal is made; the government decides."),
        verb=kind,
        ready=_no_proposal_yet,
    )


ACTS: dict[str, Act] = {
    act.code: act
    for act in (
        Act(
            "begin_drafting",
            gettext_lazy("Begin the draft"),
            "§3.2",
            rules.may_edit,
            ConfirmForm,
            _after_begin,
            lambda agreement, by, data: drafting.begin(agreement, by=by),
            gettext_lazy("The draft is open; every clause shows what the article asks."),
            verb="begin_drafting",
        ),
        Act(
            "hand_to_head",
            gettext_lazy("Hand to the unit's head"),
            "§3.2",
            rules.may_edit,
            RemarkForm,
            _after_hand,
            lambda agreement, by, data: drafting.hand_to_head(agreement, by=by, comment=data["comment"]),
            gettext_lazy("The draft lies with the unit's head."),
            verb="hand_to_head",
        ),
        Act(
            "keep_draft",
            gettext_lazy("Keep this draft as a version"),
            "§3.2",
            rules.may_edit,
            KeepForm,
            _after_keep,
            lambda agreement, by, data: drafting.keep(agreement, by=by, note=data["comment"]),
            gettext_lazy("The draft is kept as a version; drafting goes on in a copy."),
            verb="keep_draft",
            ready=_something_to_keep,
        ),
        Act(
            "submit_for_review",
            gettext_lazy("Submit for review"),
            "§3.3",
            rules.may_lead,
            RemarkForm,
            _after_submit,
            lambda agreement, by, data: drafting.submit(agreement, by=by, comment=data["comment"]),
            gettext_lazy("The draft is submitted for review."),
            verb="submit_for_review",
        ),
        Act(
            "recall",
            gettext_lazy("Recall"),
            "§3.3",
            rules.may_recall,
            ReasonForm,
            _after_recall,
            lambda agreement, by, data: drafting.recall(agreement, by=by, reason=data["comment"]),
            gettext_lazy("The submission is recalled."),
            verb="recall",
        ),
        Act(
            "withdraw",
            gettext_lazy("Withdraw"),
            "§3.1",
            rules.may_lead,
            ReasonForm,
            _after_withdraw,
            lambda agreement, by, data: drafting.withdraw(agreement, by=by, reason=data["comment"]),
            gettext_lazy("The agreement is withdrawn."),
            verb="withdraw",
        ),
        _proposal("suspend", gettext_lazy("Propose to suspend")),
        _proposal("resume", gettext_lazy("Propose to resume")),
        _proposal("terminate", gettext_lazy("Propose to end")),
        Act(
            "decide_standing",
            gettext_lazy("Decide on the proposal"),
            "§4.3",
            rules.may_decide_standing,
            ProposalDecisionForm,
            _after_decision,
            lambda agreement, by, data: standing.decide(agreement, by=by, **data),
            gettext_lazy("The decision is recorded and carried out."),
            ready=standing.proposal_to_decide,
            initial=lambda agreement: {"proposal": standing.proposal_to_decide(agreement).public_id},
        ),
    )
}
