"""Numbers, tokens and job runs: each exists to make one of what could become two."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from core.errors import BadInput
from records import numbers, runs, tokens
from records.models import JobRun, NumberSeries, SubmissionToken


class GivenUp(Exception):
    pass


def together(count: int, act: Callable[[], object]) -> None:
    gate = Barrier(count)

    def run() -> None:
        gate.wait()
        try:
            act()
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db
def test_numbers_run_by_scope_and_year() -> None:
    with transaction.atomic():
        given = [
            numbers.next_number("seal", 2026),
            numbers.next_number("seal", 2026),
            numbers.next_number("seal", 2027),
        ]
        assert [*given, numbers.next_number("archive", 2026)] == [1, 2, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_gives_its_number_back() -> None:
    def give_up() -> None:
        with transaction.atomic():
            numbers.next_number("seal", 2026)
            raise GivenUp

    with transaction.atomic():
        assert numbers.next_number("seal", 2026) == 1
    with pytest.raises(GivenUp):
        give_up()
    with transaction.atomic():
        assert numbers.next_number("seal", 2026) == 2


@pytest.mark.django_db(transaction=True)
def test_no_number_outside_the_transaction_of_its_row() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        numbers.next_number("seal", 2026)
    assert not NumberSeries.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_once_have_no_gap_and_no_double() -> None:
    given: list[int] = []

    def act() -> None:
        for turn in range(10):
            try:
                with transaction.atomic():
                    number = numbers.next_number("seal", 2026)
                    if turn % 3 == 0:
                        raise GivenUp
                    given.append(number)
            except GivenUp:
                pass

    together(4, act)
    assert sorted(given) == list(range(1, len(given) + 1))


@pytest.mark.django_db
def test_a_form_sent_twice_makes_one_object() -> None:
    made: list[str] = []

    def make() -> str:
        made.append("x")
        return f"agreement-{len(made)}"

    token = tokens.new()
    assert tokens.once(token, user_id=7, purpose="agreement", make=make) == ("agreement-1", True)
    assert tokens.once(token, user_id=7, purpose="agreement", make=make) == ("agreement-1", False)
    assert tokens.once(tokens.new(), user_id=7, purpose="agreement", make=make) == ("agreement-2", True)


@pytest.mark.django_db(transaction=True)
def test_a_form_that_failed_can_be_sent_again() -> None:
    def fail() -> str:
        raise GivenUp

    token = tokens.new()
    with pytest.raises(GivenUp):
        tokens.once(token, user_id=7, purpose="agreement", make=fail)
    assert not SubmissionToken.objects.exists()
    assert tokens.once(token, user_id=7, purpose="agreement", make=lambda: "made") == ("made", True)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "x" * 65, "a\x00b", "字", "a\n"])
def test_a_token_that_is_none_is_refused_with_words(token: str) -> None:
    with pytest.raises(BadInput, match=r"Open the form again|重新打开"):
        tokens.once(token, user_id=7, purpose="agreement", make=lambda: "made")


@pytest.mark.django_db
@pytest.mark.parametrize(("user_id", "purpose"), [(8, "agreement"), (7, "sealing")])
def test_a_token_of_another_person_or_form_is_refused(user_id: int, purpose: str) -> None:
    token = tokens.new()
    tokens.once(token, user_id=7, purpose="agreement", make=lambda: "made")
    with pytest.raises(BadInput):
        tokens.once(token, user_id=user_id, purpose=purpose, make=lambda: "other")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_form_sent_four_times_at_once_makes_one_object() -> None:
    token, made, answers = tokens.new(), [], []

    def make() -> str:
        made.append("x")
        return f"agreement-{len(made)}"

    together(4, lambda: answers.append(tokens.once(token, user_id=7, purpose="agreement", make=make)))
    assert sorted(answers) == [("agreement-1", False)] * 3 + [("agreement-1", True)]


@pytest.mark.django_db
def test_a_slot_is_worked_once() -> None:
    first = runs.once("sweep", "2026-11-23", lambda: {"alarms": 3})
    assert first is not None
    assert (first.result, first.finished_at is not None) == ({"alarms": 3}, True)
    assert runs.once("sweep", "2026-11-23", lambda: pytest.fail("twice")) is None
    assert runs.once("sweep", "2026-11-24", dict) is not None


@pytest.mark.django_db(transaction=True)
def test_a_slot_whose_work_failed_stays_open() -> None:
    def fail() -> dict:
        raise GivenUp

    with pytest.raises(GivenUp):
        runs.once("sweep", "2026-11-23", fail)
    assert not JobRun.objects.exists()
    assert runs.once("sweep", "2026-11-23", dict) is not None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_beats_make_one_effect() -> None:
    worked: list[int] = []

    def work() -> dict:
        worked.append(1)
        return {}

    together(4, lambda: runs.once("sweep", "2026-11-23", work))
    assert worked == [1]
    assert JobRun.objects.count() == 1
