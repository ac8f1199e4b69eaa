"""§2.5: a sister city. The foreign affairs office leads, no seal is due, the original comes with its translation."""

from datetime import date, datetime
from typing import Any

import pytest

from agreements.models import Agreement, Alarm, Station
from agreements.services import clock, drafting, preparation
from agreements.services.preparation import PartyContent
from archive.models import SealRequest
from archive.services import handover, sealing, signing
from archive.services.signing import Ours, Theirs
from core.errors import BadInput, NotNow, Refused
from followup.services import evaluation, selfcheck
from records import trail
from tests.factories import Organisation, consult_units, fresh, prepare, write_text
from tests.factories_approvals import paper, run_through
from tests.factories_followup import decide as decide_evaluation
from tests.factories_followup import noon
from tests.road.walking import acts, at_station, desks, due, is_sound, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.article("§2.5")]

SIGNED_ON = date(2026, 4, 30)
FIFTH = date(2026, 5, 11)  # Labour Day lies between, and a Saturday that is worked


def at(month: int, day: int, year: int = 2026) -> datetime:
    return noon(date(year, month, day))


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    """A sister-city agreement, approved and waiting to be signed."""
    by = org.foreign_staff
    agreement = preparation.file(
        org.category("sister_city"),
        by=by,
        title="天津市与某友好城市深化交流备忘录",
        document_type="memorandum",
        origin="letter",
        at=at(4, 1),
    )
    prepare(
        agreement,
        by=by,
        party="某友好城市市政厅",
        party_kind="foreign_government",
        at=at(4, 1),
        term_kind="none",
        term_years=None,
        seal_due=False,
    )
    drafting.begin(agreement, by=by, at=at(4, 1))
    write_text(agreement, by=by, at=at(4, 2))
    consult_units(agreement, org, ("finance",), by=by, at=at(4, 3))
    drafting.submit(agreement, by=org.foreign_head, at=at(4, 8))
    run_through(agreement, org, at=at(4, 20))
    return agreement


def sign(agreement: Agreement, org: Organisation) -> Any:
    (party,) = agreement.parties.all()
    return signing.record(
        agreement,
        by=org.foreign_staff,
        on=SIGNED_ON,
        place="友好城市市政厅",
        manner="together",
        ours=[Ours("张海", "市长", is_municipal_leader=True)],
        theirs=[Theirs(party, "M. Dubois", "市长")],
        scan=paper("双语签署页.png"),
        at=at(4, 30),
    )


def hand_over(agreement: Agreement, org: Organisation, day: int, **papers: Any) -> Any:
    return handover.hand_over(
        agreement,
        by=org.foreign_staff,
        background="落实友城协议。",
        copies=1,
        original=paper("正本.png"),
        at=at(5, day),
        **papers,
    )


@pytest.mark.article("§4.1")
def test_from_filing_to_the_three_year_review(org: Organisation, agreement: Agreement) -> None:
    assert agreement.lead_unit == org.units["foreign_affairs"]
    assert agreement.is_foreign_affairs
    assert at_station(agreement) == "signing/active"
    assert desks(agreement) == {("sign", "foreign_staff")}
    assert told(agreement, "approved") == {"foreign_staff", "foreign_head"}

    sign(agreement, org)
    assert at_station(agreement) == "archiving/active"
    assert desks(agreement) == {("hand_over", "foreign_staff")}
    assert due(agreement) == {
        "handover_foreign_affairs": FIFTH,
        "self_check": date(2026, 12, 31),
        "three_year_review": date(2029, 4, 30),
    }
    assert agreement.next_due_on == FIFTH
    with refused(NotNow, agreement, "wrong_time"):
        sealing.request(agreement, by=org.foreign_staff, copies=1, pages=1, purpose="用印")
    with refused(BadInput, agreement, "translation", article="§4.1"):
        hand_over(agreement, org, 7)

    hand_over(agreement, org, 8, translation=paper("中文译本.png"))
    assert desks(agreement) == {("receive", "secretariat")}
    with refused(Refused, agreement, article="§4.1"):
        handover.receive(agreement, by=org.foreign_staff, on=date(2026, 5, 9), at=at(5, 9))
    handover.receive(agreement, by=fresh(org.secretariat), on=date(2026, 5, 9), at=at(5, 9))
    row = agreement.handovers.get()
    assert (row.is_late, row.was_due_on) == (False, FIFTH)
    assert row.translation is not None
    assert at_station(agreement) == "performance/active"
    assert "seal" not in acts(agreement)
    assert not SealRequest.objects.exists()

    for year in (2026, 2027, 2028):
        clock.look(at(12, 5, year))
        assert ("self_check", "foreign_head") in desks(agreement)
        selfcheck.file(
            agreement, year, by=org.foreign_head, done="互访", problems="无", measures="继续", at=at(12, 20, year)
        )
    clock.look(at(4, 10, 2029))
    assert ("evaluate", "foreign_head") in desks(agreement)
    evaluation.file(
        agreement,
        by=org.foreign_head,
        execution="按期会商互访。",
        economic_effect="促成三个项目。",
        social_effect="民间往来增多。",
        proposal="continue",
        at=at(4, 12, 2029),
    )
    assert ("decide_evaluation", "general_office") in desks(agreement)
    decide_evaluation(agreement, by=fresh(org.general_office), accepted=True, at=at(4, 20, 2029))
    assert at_station(agreement) == "performance/active"
    assert due(agreement)["three_year_review"] == date(2032, 4, 12)
    is_sound(agreement)


@pytest.mark.article("§4.1")
def test_late_home(org: Organisation, agreement: Agreement) -> None:
    """Reminded before and on the day; a lapse goes to the secretariat, then to the supervision office; late is kept."""
    sign(agreement, org)
    for day in (6, 7, 8, 9, 11, 12, 13, 14):
        clock.look(at(5, day))
        clock.look(at(5, day))
    rows = Alarm.objects.filter(deadline__rule="handover_foreign_affairs").order_by("threshold")
    assert [(row.threshold, row.was_due_on.day) for row in rows] == [(-3, 7), (-1, 9), (0, 11), (1, 12), (3, 14)]
    assert told(agreement, "reminder") == {"foreign_staff"}
    assert told(agreement, "lapse") == {"secretariat", "inspector"}

    row = hand_over(agreement, org, 15, translation=paper("中文译本.png"))
    assert row.is_late
    handover.receive(agreement, by=fresh(org.secretariat), on=date(2026, 5, 18), at=at(5, 18))
    assert at_station(agreement) == "performance/active"
    (event,) = trail.history(agreement.chain).filter(code="hand_over")
    assert event.payload["late"] is True
    is_sound(agreement)


def test_is_led_by_the_foreign_affairs_office_alone(org: Organisation) -> None:
    with pytest.raises(Refused) as caught:
        preparation.file(
            org.category("sister_city"), by=org.staff, title="备忘录", document_type="memorandum", origin="letter"
        )
    assert caught.value.article == "§2.5"
    assert not Agreement.objects.exists()


@pytest.mark.article("§3.1")
def test_a_foreign_government_is_assessed(org: Organisation) -> None:
    """State organs are exempt from the four points; those of another state are not."""
    by = org.foreign_staff
    agreement = preparation.file(
        org.category("sister_city"), by=by, title="备忘录", document_type="memorandum", origin="letter"
    )
    prepare(agreement, by=by, party="市商务局", party_kind="state_organ")
    preparation.name_parties(agreement, [PartyContent("某市市政厅", "foreign_government")], by=by)
    with refused(NotNow, agreement, "diligence_standing", "diligence_ability"):
        drafting.begin(agreement, by=by)
    assert agreement.station == Station.PREPARATION
