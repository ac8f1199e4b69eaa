"""§2: each category from filing to the review, by the unit that leads it, with the clauses of its own article."""

import pytest

from accounts.models import User
from accounts.posts import post_in
from agreements.models import Agreement, Station
from agreements.services import drafting, preparation, texts
from agreements.services.texts import ClauseContent
from core.errors import NotNow, Refused
from regulation.categories import CATEGORIES
from regulation.records import CategoryRecord
from tests.factories import ROLES, Organisation, consult_units, make_user, prepare, write_text
from tests.road.walking import at_station, is_sound, refused

pytestmark = [pytest.mark.django_db, pytest.mark.article("§2")]

EACH = pytest.mark.parametrize(
    "record",
    [
        pytest.param(CATEGORIES["ministry"], id="ministry", marks=pytest.mark.article("§2.1")),
        pytest.param(CATEGORIES["central_soe"], id="central_soe", marks=pytest.mark.article("§2.2")),
        pytest.param(CATEGORIES["sister_province"], id="sister_province", marks=pytest.mark.article("§2.3")),
        pytest.param(CATEGORIES["enterprise"], id="enterprise", marks=pytest.mark.article("§2.4")),
        pytest.param(CATEGORIES["sister_city"], id="sister_city", marks=pytest.mark.article("§2.5")),
        pytest.param(CATEGORIES["paired_assistance"], id="paired_assistance", marks=pytest.mark.article("§2.6")),
        pytest.param(CATEGORIES["other"], id="other", marks=pytest.mark.article("§2.7")),
    ],
)


def leaders(org: Organisation, record: CategoryRecord) -> tuple[User, User]:
    """Return officer and head of the unit that leads."""
    code = ROLES.get(record.lead_role.value, "industry")
    users = {
        "exchange": (org.staff, org.head),
        "foreign_affairs": (org.foreign_staff, org.foreign_head),
    }
    if code in users:
        return users[code]
    unit = org.units[code]
    officer, head = (make_user(f"{code}_{post}", "产业干部", post_in(unit, post)) for post in ("officer", "unit_head"))
    return officer, head


def drafted(org: Organisation, record: CategoryRecord, by: User) -> Agreement:
    agreement = preparation.file(
        org.category(record.code), by=by, title="合作协议", document_type="agreement", origin="proposal"
    )
    prepare(agreement, by=by)
    drafting.begin(agreement, by=by)
    return agreement


@EACH
def test_from_filing_to_review(org: Organisation, record: CategoryRecord) -> None:
    by, head = leaders(org, record)
    agreement = drafted(org, record, by)
    assert agreement.category.article == record.article
    text = texts.working(agreement)
    assert text is not None
    assert [clause.heading for clause in text.clauses.order_by("order")] == [
        clause.heading.zh for clause in record.clauses
    ]

    # Empty, every clause is missing, and every part its article asks for.
    asked = {f"part_{part.value}" for clause in record.clauses for part in clause.required_parts}
    with refused(NotNow, agreement, "clause_prose", "consultation", *asked) as caught:
        drafting.submit(agreement, by=head)
    gaps = [gap for gap in caught.value.gaps if gap.code == "clause_prose"]
    assert len(gaps) == len(record.clauses)
    assert {gap.article for gap in gaps} == {record.article}

    write_text(agreement, by=by)
    consult_units(agreement, org, by=by)
    drafting.submit(agreement, by=head)
    assert at_station(agreement) == "legal_review/active"
    is_sound(agreement)


@EACH
def test_a_clause_is_left_out_with_a_reason_only(org: Organisation, record: CategoryRecord) -> None:
    """What an agreement generally should include may be missing; the reason goes to the review with the text."""
    by, head = leaders(org, record)
    agreement = drafted(org, record, by)
    write_text(agreement, by=by)
    consult_units(agreement, org, by=by)
    text = texts.working(agreement)
    assert text is not None
    first = text.clauses.first()
    assert first is not None  # the last one states the law of foreign-related agreements

    def leave_out(reason: str) -> None:
        current = texts.working(agreement)
        assert current is not None
        content = ClauseContent(first.lineage, "", omission_reason=reason)
        drafting.write(agreement, [content], by=by, edition=current.edition)

    leave_out("")
    with refused(NotNow, agreement, "clause_prose"):
        drafting.submit(agreement, by=head)
    leave_out("本次合作不涉及该项。")
    drafting.submit(agreement, by=head)
    assert at_station(agreement) == Station.LEGAL_REVIEW + "/active"


@EACH
def test_who_may_not_lead(org: Organisation, record: CategoryRecord) -> None:
    """§2: where the article names the unit every other is refused; a department's category is not a district's."""
    fixed = ROLES.get(record.lead_role.value)
    outsiders = [org.foreign_staff if fixed == "exchange" else org.staff] if fixed else []
    if record.lead_role.value != "concerned_unit":
        outsiders.append(org.district)
    for by in outsiders:
        with pytest.raises(Refused) as caught:
            preparation.file(
                org.category(record.code), by=by, title="合作协议", document_type="agreement", origin="proposal"
            )
        assert caught.value.article == record.article
    assert not Agreement.objects.exists()


def test_all_seven_are_walked() -> None:
    assert {parameter.id for parameter in EACH.args[1]} == set(CATEGORIES)
