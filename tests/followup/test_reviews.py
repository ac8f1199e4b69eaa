"""§4.3: self-check every year, evaluation at expiry or every three years, and what is decided on it."""

from datetime import date
from typing import Any

import pytest

from accounts.models import PostHolding
from agreements.models import Agreement, Deadline, Station, ToDo
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from followup import rules
from followup.models import Evaluation, SelfCheck, Task
from followup.services import breakdown, duedays, evaluation, progress, selfcheck
from records.models import Event
from tests.factories import SINCE, Organisation, fresh
from tests.factories_followup import SIGNED_ON, decide, in_force, meeting, noon

pytestmark = pytest.mark.django_db

CHECK: dict[str, Any] = {"done": "任务按期推进。", "problems": "暂无。", "measures": "继续跟进。"}
WORDS: dict[str, Any] = {
    "execution": "各项任务均完成。",
    "economic_effect": "引资十亿元。",
    "social_effect": "交流频繁。",
}


def due(agreement: Agreement, rule: str) -> date:
    return Deadline.objects.get(agreement=agreement, rule=rule, closed_on=None).due_on


def open_codes(agreement: Agreement) -> set[str]:
    return set(ToDo.objects.filter(agreement=agreement, closed_at=None).values_list("code", flat=True))


def expired(org: Organisation, **facts: object) -> Agreement:
    """Return an agreement whose term ends on 31 December 2026."""
    return in_force(org, term_kind="until_date", expires_on=date(2026, 12, 31), **facts)


# ---------------------------------------------------------------------- days


@pytest.mark.article("§4.3")
@pytest.mark.parametrize("on", [date(2026, 1, 5), date(2026, 6, 30), date(2026, 12, 31)])
def test_the_self_check_of_the_signing_year_is_due_on_31_december_whatever_the_month(
    org: Organisation, on: date
) -> None:
    agreement = in_force(org, on=on)
    row = Deadline.objects.get(agreement=agreement, rule="self_check")
    assert (row.due_on, row.article, row.post.code) == (date(2026, 12, 31), "§4.3", "unit_head")


@pytest.mark.article("§4.3")
def test_an_agreement_with_a_term_is_evaluated_after_its_end(org: Organisation) -> None:
    agreement = expired(org)
    row = Deadline.objects.get(agreement=agreement, rule="expiry_evaluation")
    assert (row.due_on, row.own_limit) == (date(2027, 1, 30), True)
    assert not Deadline.objects.filter(agreement=agreement, rule="three_year_review").exists()


def test_a_term_in_years_ends_on_the_day_of_the_signing(org: Organisation) -> None:
    agreement = in_force(org, term_kind="years", term_years=3)
    agreement.refresh_from_db()
    assert agreement.expires_on == date(2029, 11, 18)
    assert due(agreement, "expiry_evaluation") == date(2029, 12, 18)


@pytest.mark.article("§4.3")
@pytest.mark.parametrize(
    ("signed", "review"),
    [(date(2024, 2, 29), date(2027, 2, 28)), (date(2023, 5, 1), date(2026, 5, 1)), (SIGNED_ON, date(2029, 11, 18))],
)
def test_without_a_term_the_review_comes_on_the_third_anniversary(
    org: Organisation, signed: date, review: date
) -> None:
    agreement = in_force(org, on=signed, term_kind="none")
    assert due(agreement, "three_year_review") == review


# ---------------------------------------------------------------------- self-check


@pytest.mark.article("§4.3")
def test_the_head_files_the_self_check_and_next_years_runs(org: Organisation) -> None:
    agreement = in_force(org)
    check = selfcheck.file(agreement, 2026, by=org.head, on=date(2026, 12, 20), **CHECK)
    assert (check.signed_by, check.is_late) == (org.head, False)
    assert Deadline.objects.get(agreement=agreement, subject_key="self_check:2026").closed_on == date(2026, 12, 20)
    assert due(agreement, "self_check") == date(2027, 12, 31)
    assert Event.objects.filter(chain=agreement.chain, code="self_check").get().payload["year"] == 2026


@pytest.mark.parametrize("who", ["staff", "consulted", "general_office", "mayor"])
def test_only_the_head_of_the_lead_unit_signs_the_self_check(org: Organisation, who: str) -> None:
    with pytest.raises(Refused):
        selfcheck.file(in_force(org), 2026, by=getattr(org, who), **CHECK)


def test_a_late_self_check_is_taken_and_marked(org: Organisation) -> None:
    agreement = in_force(org)
    assert selfcheck.file(agreement, 2026, by=org.head, on=date(2027, 1, 8), **CHECK).is_late


def test_a_self_check_is_filed_once_for_a_year_that_counts(org: Organisation) -> None:
    agreement = in_force(org)
    selfcheck.file(agreement, 2026, by=org.head, **CHECK)
    with pytest.raises(NotNow):
        selfcheck.file(agreement, 2026, by=org.head, **CHECK)
    for year in (2025, 2027):
        with pytest.raises(BadInput):
            selfcheck.file(agreement, year, by=org.head, on=SIGNED_ON, **CHECK)
    with pytest.raises(BadInput):
        selfcheck.file(agreement, 2026, by=org.head, **{**CHECK, "problems": " "})
    assert SelfCheck.objects.count() == 1


@pytest.mark.article("§4.3")
def test_every_year_is_asked_for_even_when_the_one_before_was_never_filed(org: Organisation) -> None:
    agreement = in_force(org)
    assert duedays.start_self_checks(at=noon(date(2027, 1, 2))) == 1
    assert duedays.start_self_checks(at=noon(date(2027, 1, 3))) == 0
    assert duedays.open_self_checks(agreement) == [2026, 2027]


def test_no_self_check_after_the_end_of_the_term(org: Organisation) -> None:
    agreement = expired(org)
    selfcheck.file(agreement, 2026, by=org.head, **CHECK)
    assert duedays.open_self_checks(agreement) == []


def test_the_self_check_comes_to_the_heads_desk_in_december(org: Organisation) -> None:
    agreement = in_force(org, on=date(2026, 11, 1))
    assert "self_check" not in open_codes(agreement)
    duedays.sweep(noon(date(2026, 12, 1)))
    assert "self_check" in open_codes(agreement)
    selfcheck.file(agreement, 2026, by=org.head, **CHECK)
    assert "self_check" not in open_codes(agreement)


# ---------------------------------------------------------------------- evaluation


@pytest.mark.article("§4.3")
@pytest.mark.parametrize("proposal", ["end", "upgrade"])
def test_an_evaluation_that_ends_the_cooperation_concludes_the_agreement(org: Organisation, proposal: str) -> None:
    agreement = expired(org)
    on = date(2027, 1, 5)
    row = evaluation.file(agreement, by=org.head, proposal=proposal, on=on, at=noon(on), **WORDS)
    assert (row.kind, row.number) == ("expiry", 1)
    assert open_codes(agreement) >= {"decide_evaluation"}
    decide(agreement, by=org.general_office, accepted=True, remark="同意。", on=on, at=noon(on))
    agreement.refresh_from_db()
    assert (agreement.station, agreement.ended_on) == (Station.CONCLUDED, on)
    assert open_codes(agreement) == set()
    assert not Deadline.objects.filter(agreement=agreement, closed_on=None).exists()
    event = Event.objects.get(chain=agreement.chain, code="conclude")
    assert event.payload["proposal"] == proposal


@pytest.mark.article("§4.3")
def test_a_continued_agreement_is_reviewed_three_years_after_the_filing(org: Organisation) -> None:
    agreement = in_force(org, {"mechanism": [meeting(frequency="yearly", first_on=date(2026, 12, 1))]}, **TERM)
    task = agreement.tasks.get()
    progress.judge(progress.report(task, by=org.staff, percent=0, text="已开。"), by=org.head, accepted=True)
    on = date(2027, 1, 5)
    evaluation.file(agreement, by=org.head, proposal="continue", on=on, at=noon(on), **WORDS)
    decide(agreement, by=org.general_office, accepted=True, on=on, at=noon(on))
    agreement.refresh_from_db()
    assert agreement.station == Station.PERFORMANCE
    assert due(agreement, "three_year_review") == date(2030, 1, 5)
    assert breakdown.last_day(agreement) is None
    assert agreement.tasks.newest().get().due_on == date(2027, 12, 1)
    assert agreement.tasks.newest().get().state == Task.State.OPEN


TERM: dict[str, Any] = {"term_kind": "until_date", "expires_on": date(2026, 12, 31)}


def test_a_declined_evaluation_goes_back_with_its_reason_and_its_day(org: Organisation) -> None:
    agreement = expired(org)
    evaluation.file(agreement, by=org.head, proposal="end", **WORDS)
    with pytest.raises(BadInput):
        decide(agreement, by=org.general_office, accepted=False)
    decide(agreement, by=org.general_office, accepted=False, remark="请补充经济效益。")
    assert due(agreement, "expiry_evaluation") == date(2027, 1, 30)
    todo = ToDo.objects.get(agreement=agreement, code="evaluate", closed_at=None)
    assert (todo.post.code, todo.params["returned"]) == ("unit_head", "请补充经济效益。")
    again = evaluation.file(agreement, by=org.head, proposal="end", **WORDS)
    assert again.number == 2


@pytest.mark.parametrize("who", ["staff", "consulted", "general_office", "mayor"])
def test_only_the_head_of_the_lead_unit_files_the_evaluation(org: Organisation, who: str) -> None:
    with pytest.raises(Refused):
        evaluation.file(expired(org), by=getattr(org, who), proposal="end", **WORDS)


@pytest.mark.parametrize("who", ["staff", "head", "legal", "mayor"])
def test_only_the_general_office_decides_on_it(org: Organisation, who: str) -> None:
    agreement = expired(org)
    evaluation.file(agreement, by=org.head, proposal="end", **WORDS)
    with pytest.raises(Refused):
        decide(agreement, by=getattr(org, who), accepted=True)


def test_who_worked_on_the_case_does_not_decide_on_its_evaluation(org: Organisation) -> None:
    from agreements.services import access

    agreement = expired(org)
    evaluation.file(agreement, by=org.head, proposal="end", **WORDS)
    access.grant(agreement, access.DRAFTED, user=org.general_office)
    with pytest.raises(Refused):
        decide(agreement, by=org.general_office, accepted=True)


def test_nobody_decides_on_an_own_evaluation(org: Organisation) -> None:
    agreement = expired(org)
    PostHolding.objects.create(post=org.post("general_office"), user=org.head, from_on=SINCE, basis="兼任")
    evaluation.file(agreement, by=fresh(org.head), proposal="end", **WORDS)
    verdict = rules.may_decide_evaluation(fresh(org.head), agreement)
    assert isinstance(verdict, Denied)
    assert verdict.article == "§4.3"
    assert rules.may_decide_evaluation(org.general_office, agreement)


def test_an_evaluation_has_its_time(org: Organisation) -> None:
    agreement = in_force(org, term_kind="until_date", expires_on=date(2028, 12, 31))
    with pytest.raises(NotNow, match="2028"):
        evaluation.file(agreement, by=org.head, proposal="end", on=date(2028, 10, 1), **WORDS)
    evaluation.file(agreement, by=org.head, proposal="end", on=date(2028, 10, 2), **WORDS)
    with pytest.raises(NotNow):
        evaluation.file(agreement, by=org.head, proposal="end", on=date(2028, 10, 3), **WORDS)
    assert Evaluation.objects.count() == 1


def test_an_evaluation_needs_its_words_and_a_proposal(org: Organisation) -> None:
    agreement = expired(org)
    for facts in ({**WORDS, "social_effect": ""}, WORDS):
        with pytest.raises(BadInput):
            evaluation.file(agreement, by=org.head, proposal="later" if facts is WORDS else "end", **facts)


def test_nothing_ends_while_the_paper_is_not_archived(org: Organisation) -> None:
    agreement = expired(org, fully=False)
    evaluation.file(agreement, by=org.head, proposal="end", **WORDS)
    with pytest.raises(NotNow):
        decide(agreement, by=org.general_office, accepted=True)
    assert evaluation.waiting(agreement) is not None


@pytest.mark.article("§4.3")
def test_a_decision_falls_on_the_evaluation_that_was_shown_and_on_no_other(org: Organisation) -> None:
    agreement = expired(org)
    shown = evaluation.file(agreement, by=org.head, proposal="continue", **WORDS)
    decide(agreement, by=org.general_office, accepted=False, remark="请补充经济效益。")
    evaluation.file(agreement, by=org.head, proposal="end", **WORDS)
    with pytest.raises(NotNow) as refusal:
        evaluation.decide(agreement, by=org.general_office, evaluation=shown.public_id, accepted=True)
    assert refusal.value.code == "other_evaluation"
    assert evaluation.waiting(agreement) is not None
    agreement.refresh_from_db()
    assert agreement.station == Station.PERFORMANCE


def test_an_agreement_that_has_ended_takes_no_evaluation(org: Organisation) -> None:
    agreement = expired(org)
    evaluation.file(agreement, by=org.head, proposal="end", **WORDS)
    decide(agreement, by=org.general_office, accepted=True)
    for call in (
        lambda: evaluation.file(agreement, by=org.head, proposal="end", **WORDS),
        lambda: decide(agreement, by=org.general_office, accepted=True),
        lambda: selfcheck.file(agreement, 2026, by=org.head, **CHECK),
    ):
        with pytest.raises(NotNow):
            call()


@pytest.mark.article("§4.3")
def test_the_door_concludes_only_on_an_evaluation(org: Organisation) -> None:
    from agreements.services import lifecycle

    agreement = expired(org)
    with pytest.raises(NotNow) as refusal:
        lifecycle.move(agreement, "conclude", by=org.general_office)
    assert [gap.code for gap in refusal.value.gaps] == ["evaluation"]
