"""§3.3: what a submission brings is looked at first; what is missing is asked for by name, while the clock stands."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from agreements.models import Agreement, Deadline, DeadlineStop, Notice, Station, ToDo
from agreements.services import calendar, drafting
from approvals.models import CompletenessCheck, LegalReview, Supplement
from approvals.services import reviewing
from approvals.services.review import clock as review_clock
from approvals.services.review import completeness, supplements
from approvals.services.review.supplements import Missing, Supplied
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import outbox
from records.models import Event
from tests.factories import Organisation, fresh, make_agreement, paper
from tests.factories_approvals import (
    all_clear,
    also_holds,
    complete,
    in_review,
    latest_review,
    leave_out_joint,
)

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.3")]
MISSING = [Missing("party_papers", "合作方营业执照复印件"), Missing("other", "会议照片")]


@pytest.fixture
def submitted(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW)


def check_of(agreement: Agreement) -> CompletenessCheck:
    return agreement.completeness_checks.latest("round")


def ask(agreement: Agreement, by: User, items: list[Missing] | None = None, **facts: object) -> Supplement:
    shown = agreement.texts.latest("number").sha256
    return supplements.ask(agreement, MISSING if items is None else items, by=by, text_sha256=shown, **facts)  # type: ignore[arg-type]


def supply_all(supplement: Supplement, by: User, at: datetime | None = None) -> None:
    given = {item.public_id: Supplied("已补充。") for item in supplement.items.all()}
    supplements.supply(supplement, given, by=by, at=at)
    supplements.send(supplement, by=by, at=at)


def desks(agreement: Agreement) -> set[tuple[str, str]]:
    return set(ToDo.objects.filter(agreement=agreement, closed_at=None).values_list("code", "post__code"))


def days_later(days: int) -> datetime:
    """Return an instant so many working days from today."""
    day = calendar.nth(clock.today(), days).day
    return clock.now() + timedelta(days=(day - clock.today()).days)


class TestTheCheck:
    def test_a_submission_lies_with_the_general_office_and_no_review_runs(self, submitted: Agreement) -> None:
        assert desks(submitted) == {("check", "general_office")}
        assert not submitted.legal_reviews.exists()
        row = Deadline.objects.get(agreement=submitted, closed_on=None)
        assert (row.rule, row.own_limit) == ("completeness", True)

    def test_complete_it_goes_on_to_the_review_and_the_clock_starts(
        self, submitted: Agreement, org: Organisation
    ) -> None:
        at = days_later(1)
        review = complete(submitted, org, at=at)
        assert (check_of(submitted).state, check_of(submitted).checked_by) == ("complete", org.general_office)
        assert review.opened_on == clock.today(at)
        assert desks(submitted) == {("review", "legal")}
        assert list(Deadline.objects.filter(agreement=submitted, closed_on=None).values_list("rule", "starts_on")) == [
            ("review", clock.today(at))
        ]
        assert Event.objects.filter(chain=submitted.chain).order_by("-sequence")[0].code == "check_complete"

    @pytest.mark.parametrize("name", ["legal", "staff", "head", "mayor", "stranger"])
    def test_only_the_general_office_says_so(self, submitted: Agreement, org: Organisation, name: str) -> None:
        with pytest.raises(Refused):
            completeness.declare_complete(
                check_of(submitted), by=fresh(org.users[name]), text_sha256=check_of(submitted).text.sha256
            )

    def test_nobody_checks_own_work(self, submitted: Agreement, org: Organisation) -> None:
        also_holds(org, "general_office", org.head)
        with pytest.raises(Refused, match=r"own work|自己"):
            completeness.declare_complete(
                check_of(submitted), by=fresh(org.head), text_sha256=check_of(submitted).text.sha256
            )

    def test_the_second_is_told_who_checked(self, submitted: Agreement, org: Organisation) -> None:
        check = check_of(submitted)
        complete(submitted, org)
        with pytest.raises(NotNow, match="陈静") as refusal:
            completeness.declare_complete(check, by=fresh(org.general_office), text_sha256=check.text.sha256)
        assert refusal.value.code == "check_closed"

    def test_on_another_text_than_the_one_shown_nothing_happens(self, submitted: Agreement, org: Organisation) -> None:
        with pytest.raises(NotNow) as refusal:
            completeness.declare_complete(check_of(submitted), by=fresh(org.general_office), text_sha256="0" * 64)
        assert refusal.value.code == "other_text"
        assert check_of(submitted).is_open

    def test_it_may_go_back_from_the_check(self, submitted: Agreement, org: Organisation) -> None:
        shown = submitted.texts.latest("number").sha256
        reviewing.send_back(submitted, by=fresh(org.general_office), reason="材料差距较大，请重报。", text_sha256=shown)
        assert check_of(submitted).state == "returned"
        assert desks(submitted) == {("draft", "officer")}

    def test_withdrawn_the_check_and_the_supplement_end(self, submitted: Agreement, org: Organisation) -> None:
        supplement = ask(submitted, fresh(org.general_office))
        drafting.withdraw(submitted, by=fresh(org.head), reason="合作取消")
        supplement.refresh_from_db()
        assert (check_of(submitted).state, supplement.state) == ("ended", "ended")
        assert desks(submitted) == set()

    def test_two_checks_are_never_open_at_once(self, submitted: Agreement) -> None:
        check = check_of(submitted)
        with pytest.raises(IntegrityError), transaction.atomic():
            CompletenessCheck.objects.create(agreement=submitted, text=check.text, round=2, opened_on=check.opened_on)


class TestTheSupplement:
    def test_it_names_what_is_missing_and_the_day_and_the_clock_stands(
        self, submitted: Agreement, org: Organisation
    ) -> None:
        supplement = ask(submitted, fresh(org.general_office), workdays=3, note="请尽快。")
        assert (supplement.number, supplement.due_on) == (1, calendar.nth(clock.today(), 3).day)
        assert [(item.code, item.what) for item in supplement.items.all()] == [(one.code, one.what) for one in MISSING]
        assert desks(submitted) == {("supply", "officer")}
        stop = DeadlineStop.objects.get()
        assert (stop.deadline.rule, stop.alone, stop.to_on) == ("completeness", True, None)
        submitted.refresh_from_db()
        assert submitted.next_due_on == supplement.due_on
        while outbox.deliver_pending():
            pass
        assert Notice.objects.filter(code="supplement_asked", agreement=submitted).exists()

    def test_supplied_and_sent_the_check_goes_on_with_its_days_given_back(
        self, submitted: Agreement, org: Organisation
    ) -> None:
        before = Deadline.objects.get(agreement=submitted, closed_on=None)
        supplement = ask(submitted, fresh(org.general_office))
        supply_all(supplement, fresh(org.staff), at=days_later(4))
        after = Deadline.objects.get(agreement=submitted, closed_on=None)
        assert (after.rule, after.given_back) == ("completeness", 4)
        assert calendar.until(before.due_on, after.due_on) == 4
        assert desks(submitted) == {("check", "general_office")}
        assert complete(submitted, org).is_open

    def test_while_it_is_outstanding_nothing_is_complete(self, submitted: Agreement, org: Organisation) -> None:
        ask(submitted, fresh(org.general_office))
        with pytest.raises(NotNow) as refusal:
            complete(submitted, org)
        assert refusal.value.code == "supplement"
        assert [gap.text for gap in refusal.value.gaps] == [one.what for one in MISSING]

    def test_each_thing_is_supplied_before_it_is_sent(self, submitted: Agreement, org: Organisation) -> None:
        supplement = ask(submitted, fresh(org.general_office))
        first, second = supplement.items.all()
        supplements.supply(supplement, {first.public_id: Supplied("", paper("执照.png"))}, by=fresh(org.staff))
        with pytest.raises(NotNow) as refusal:
            supplements.send(supplement, by=fresh(org.staff))
        assert [gap.text for gap in refusal.value.gaps] == [second.what]
        first.refresh_from_db()
        assert first.paper is not None
        assert (first.paper.kind, first.paper.subject_key) == ("supplement", supplement.key)

    def test_rounds_are_counted(self, submitted: Agreement, org: Organisation) -> None:
        supply_all(ask(submitted, fresh(org.general_office)), fresh(org.staff))
        assert ask(submitted, fresh(org.general_office)).number == 2

    def test_the_text_stays_as_it_is(self, submitted: Agreement, org: Organisation) -> None:
        ask(submitted, fresh(org.general_office))
        assert submitted.texts.filter(frozen_at=None).count() == 0

    def test_the_second_to_ask_is_told_who_did(self, submitted: Agreement, org: Organisation) -> None:
        ask(submitted, fresh(org.general_office))
        with pytest.raises(NotNow, match="陈静"):
            ask(submitted, fresh(org.general_office))

    def test_the_second_to_send_is_told_who_did(self, submitted: Agreement, org: Organisation) -> None:
        supplement = ask(submitted, fresh(org.general_office))
        supply_all(supplement, fresh(org.staff))
        with pytest.raises(NotNow, match="周岚"):
            supplements.send(supplement, by=fresh(org.head))

    @pytest.mark.parametrize(
        "items",
        [[], [Missing("text", " ")], [Missing("taste", "味道")]],
        ids=["nothing", "no words", "unknown"],
    )
    def test_what_cannot_be_read_is_refused(
        self, submitted: Agreement, org: Organisation, items: list[Missing]
    ) -> None:
        with pytest.raises(BadInput):
            ask(submitted, fresh(org.general_office), items)
        assert not submitted.supplements.exists()

    @pytest.mark.parametrize("workdays", [0, 61])
    def test_the_days_lie_in_a_range(self, submitted: Agreement, org: Organisation, workdays: int) -> None:
        with pytest.raises(BadInput):
            ask(submitted, fresh(org.general_office), workdays=workdays)

    def test_who_may(self, submitted: Agreement, org: Organisation) -> None:
        for name in ("legal", "staff", "mayor"):
            with pytest.raises(Refused):
                ask(submitted, fresh(org.users[name]))
        supplement = ask(submitted, fresh(org.general_office))
        for name in ("general_office", "consulted", "stranger"):
            with pytest.raises(Refused):
                supply_all(supplement, fresh(org.users[name]))


class TestInTheReview:
    def test_the_review_stands_still_until_it_has_come(self, org: Organisation) -> None:
        agreement = in_review(org)
        review = latest_review(agreement)
        before = Deadline.objects.get(agreement=agreement, rule="review", closed_on=None)
        supplement = ask(agreement, fresh(org.legal))
        assert review.stops.get().kind == review_clock.SUPPLEMENT
        supply_all(supplement, fresh(org.head), at=days_later(5))
        after = Deadline.objects.get(agreement=agreement, rule="review", closed_on=None)
        assert (after.given_back, calendar.until(before.due_on, after.due_on)) == (5, 5)
        days = review_clock.days(review, review.stops.all())
        assert (days.stands, days.still) == (False, 0), "it ends tomorrow at the earliest; nothing is counted yet"

    def test_a_lawful_end_waits_for_it(self, org: Organisation) -> None:
        agreement = in_review(org)
        review = latest_review(agreement)
        leave_out_joint(review, org)
        shown = review.text.sha256
        reviewing.record_points(review, all_clear(), by=fresh(org.legal), text_sha256=shown)
        ask(agreement, fresh(org.legal))
        with pytest.raises(NotNow) as refusal:
            reviewing.close(review, by=fresh(org.legal), conclusion="lawful", text_sha256=shown)
        assert [gap.code for gap in refusal.value.gaps] == ["supplement"]
        assert LegalReview.objects.get().is_open

    def test_the_general_office_no_longer_asks_and_is_told_who_checked(self, org: Organisation) -> None:
        agreement = in_review(org)
        with pytest.raises(NotNow, match="陈静") as refusal:
            ask(agreement, fresh(org.general_office))
        assert refusal.value.code == "check_closed"
        with pytest.raises(Refused):
            ask(agreement, fresh(org.mayor))

    def test_of_nothing_open_nothing_is_asked(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.DRAFTING)
        with pytest.raises(NotNow):
            supplements.ask(agreement, MISSING, by=fresh(org.legal), text_sha256="")
