"""What the acts of the archive share."""

from __future__ import annotations

from agreements import verbs
from agreements.services import lifecycle
from approvals.pages import after_act
from archive.pages import DUTIES
from core.acts import permit
from records import tokens


def gate(request, agreement, code):
    """Ask who, when and what is missing before a form is shown; of a form that was sent only who.

    The rest is asked by the service, whose words stand above the form, so that nothing typed is lost.
    """
    if request.method == "POST":
        permit(verbs.get(code).may(request.user, agreement))
    else:
        lifecycle.check(agreement, code, by=request.user)


def once(request, make):
    """Return the act as it runs for the first sending of its form; the second sending finds it done."""
    return lambda: tokens.once(
        request.POST.get("submission_token", ""), user_id=request.user.pk, purpose=request.path, make=make
    )


def done(request, agreement, words):
    """Return what the person is told: what was done, who has it now and until when, the next item."""
    return after_act(agreement, request.user, words, DUTIES)
