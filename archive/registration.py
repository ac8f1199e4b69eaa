"""What this app puts into the registries: its verbs, to-dos, notices, words of events, and its panel."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import events, verbs
from agreements.models import Station
from agreements.registration import page_url, todo_url
from agreements.services import duties, notices
from agreements.verbs import Verb
from approvals.blockers import party_report_blockers, record_advice, record_blockers, revision_blockers
from archive import blockers, pages, rules
from archive.services import handover, sealing, signing
from core import panels
from core.panels import Panel


def register() -> None:
    """Fill the registries; called once, when the app is ready."""
    _verbs()
    _todos()
    _notices()
    _events()
    panels.register(
        Panel("custody", gettext_lazy("Custody"), 50, "archive/custody-panel.html", pages.panel_count, pages.panel)
    )


def _verbs() -> None:
    verbs.register(
        Verb(
            "sign",
            gettext_lazy("Record the signing"),
            "§3.5",
            rules.may_sign,
            page_url("archive:signing-record"),
            60,
            transition="sign",
            blockers=[party_report_blockers, revision_blockers, record_blockers],
            advisers=[record_advice],
            duties=[signing.after_signing],
        )
    )
    verbs.register(
        Verb(
            "request_sealing",
            gettext_lazy("Ask for the seal"),
            "§3.5",
            rules.may_request_sealing,
            page_url("archive:sealing-request"),
            62,
            stations=(Station.SEALING,),
            offered=sealing.offers_request,
            blockers=[blockers.request_blockers],
        )
    )
    verbs.register(
        Verb(
            "seal",
            gettext_lazy("Affix the seal"),
            "§3.5",
            rules.may_seal,
            page_url("archive:sealing-affix"),
            64,
            transition="seal",
            blockers=[blockers.seal_blockers],
            duties=[sealing.after_sealing],
        )
    )
    verbs.register(
        Verb(
            "send_back_sealing",
            gettext_lazy("Send the request back"),
            "§3.5",
            rules.may_seal,
            page_url("archive:sealing-affix"),
            65,
            stations=(Station.SEALING,),
            main=False,
            offered=sealing.offers_answer,
            blockers=[blockers.seal_blockers],
        )
    )
    verbs.register(
        Verb(
            "hand_over",
            gettext_lazy("Hand the original over"),
            "§4.1",
            rules.may_hand_over,
            page_url("archive:handover-make"),
            66,
            stations=(Station.ARCHIVING,),
            offered=handover.offers_handover,
            blockers=[blockers.handover_blockers],
        )
    )
    verbs.register(
        Verb(
            "archive",
            gettext_lazy("Receive the original"),
            "§4.1",
            rules.may_archive,
            page_url("archive:handover-receive"),
            68,
            transition="archive",
            blockers=[blockers.archive_blockers],
            duties=[handover.after_archiving],
        )
    )
    verbs.register(
        Verb(
            "send_back_handover",
            gettext_lazy("Send the handover back"),
            "§4.1",
            rules.may_archive,
            page_url("archive:handover-receive"),
            69,
            stations=(Station.ARCHIVING,),
            main=False,
            offered=handover.offers_answer,
            blockers=[blockers.archive_blockers],
        )
    )


def _todos() -> None:
    for code, label, action, name, article in (
        (
            "sign",
            gettext_lazy("Arrange the signing and record it"),
            gettext_lazy("Record the signing"),
            "archive:signing-record",
            "§3.5",
        ),
        (
            "request_sealing",
            gettext_lazy("Have the seal affixed"),
            gettext_lazy("Ask for the seal"),
            "archive:sealing-request",
            "§3.5",
        ),
        (
            "seal",
            gettext_lazy("Affix the seal"),
            gettext_lazy("Affix the seal"),
            "archive:sealing-affix",
            "§3.5",
        ),
        (
            "hand_over",
            gettext_lazy("Hand the original over to the secretariat"),
            gettext_lazy("Hand over"),
            "archive:handover-make",
            "§4.1",
        ),
        (
            "receive",
            gettext_lazy("Receive the original"),
            gettext_lazy("Receive"),
            "archive:handover-receive",
            "§4.1",
        ),
    ):
        duties.register(duties.Kind(code, label, action, todo_url(name), article))


def _notices() -> None:
    notices.register(
        "seal_sent_back",
        lambda p: _("The request to seal “%(title)s” was sent back by %(who)s: %(comment)s") % p,
    )
    notices.register(
        "handover_sent_back",
        lambda p: _("The handover of “%(title)s” was sent back by %(who)s: %(comment)s") % p,
    )
    notices.register("archived", lambda p: _("%(who)s received the original of “%(title)s”") % p)


def _events() -> None:
    events.register("sign", gettext_lazy("recorded the signing"), _signed)
    events.register("request_sealing", gettext_lazy("asked for the seal"))
    events.register("send_back_sealing", gettext_lazy("sent the request for the seal back"))
    events.register("seal", gettext_lazy("affixed the seal"), _sealed)
    events.register("hand_over", gettext_lazy("handed the original over"), _late)
    events.register("send_back_handover", gettext_lazy("sent the handover back"))
    events.register("archive", gettext_lazy("received the original"))


def _signed(payload: dict[str, Any]) -> str:
    return _("At %(place)s: %(people)s") % {
        "place": payload["place"],
        "people": "、".join([*payload["ours"], *payload["theirs"]]),
    }


def _sealed(payload: dict[str, Any]) -> str:
    line = _("Register %(register)s, %(copies)s copies") % payload
    return f"{line} {_late(payload)}".strip()


def _late(payload: dict[str, Any]) -> str:
    return _("After its day.") if payload["late"] else ""
