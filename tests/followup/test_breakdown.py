"""§4.2: the signing itself breaks the text down into tasks; their days, units and events."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from agreements.models import Access, Agreement, Clause, Deadline, Standing, Station, ToDo
from agreements.services import lifecycle, texts
from agreements.services import standing as agreements_standing
from agreements.signals import agreement_moved
from followup.models import Task
from followup.services import breakdown, duedays, progress
from records.models import Event
from tests.factories import Organisation, make_agreement
from tests.factories_followup import SIGNED_ON, in_force, meeting, noon, sign, tasks_of, titles, work, write

pytestmark = pytest.mark.django_db

ALL_KINDS = {
    "target": [{"indicator": "互派干部", "measure": "人次", "baseline": 0, "goal": 20, "due_on": date(2028, 12, 31)}],
    "work_item": [
        work("行政管理体制改革", group="体制机制创新"),
        work("国有企业改革", group="体制机制创新"),
        work("新兴产业合作", group="产业务实合作"),
    ],
    "key_project": [{"title": "津长产业合作园", "starts_on": date(2027, 1, 1), "completes_on": date(2028, 6, 30)}],
    "mechanism": [meeting(), meeting("互设联络处", frequency="as_needed")],
}


@pytest.mark.article("§4.2")
def test_the_signing_makes_every_part_a_task_that_points_at_its_clause(org: Organisation) -> None:
    agreement = in_force(org, ALL_KINDS)
    text = agreement.texts.get()
    clauses = {clause.lineage: clause.heading for clause in text.clauses.all()}
    tasks = list(agreement.tasks.all())
    assert {kind: titles(tasks_of(agreement, kind)) for kind in Task.Kind.values} == {
        "target": ["互派干部"],
        "work_item": ["行政管理体制改革", "国有企业改革", "新兴产业合作"],
        "key_project": ["津长产业合作园"],
        "mechanism": ["联席会议", "互设联络处"],
    }
    assert all(clauses[task.clause_lineage] == task.clause_heading for task in tasks)
    assert [task.order for task in tasks] == list(range(1, len(tasks) + 1))
    assert [(task.number, task.group) for task in tasks_of(agreement)] == [
        (1, "体制机制创新"),
        (2, "体制机制创新"),
        (3, "产业务实合作"),
    ]
    target = tasks_of(agreement, "target")[0]
    assert (target.baseline, target.goal, target.measure, target.due_on) == (
        Decimal(0),
        Decimal(20),
        "人次",
        date(2028, 12, 31),
    )
    project = tasks_of(agreement, "key_project")[0]
    assert (project.starts_on, project.due_on) == (date(2027, 1, 1), date(2028, 6, 30))


def test_the_lead_unit_answers_where_the_text_names_no_unit_and_a_named_unit_may_see_the_case(
    org: Organisation,
) -> None:
    unit = org.units["industry"]
    agreement = in_force(org, {"work_item": [work("甲"), work("乙", unit=unit.pk)]})
    assert [task.unit for task in tasks_of(agreement)] == [org.lead, unit]
    assert Access.objects.filter(agreement=agreement, unit=unit, why="task").exists()


@pytest.mark.article("§4.2")
def test_each_task_with_a_day_has_a_deadline_for_its_units_officer(org: Organisation) -> None:
    agreement = in_force(org, ALL_KINDS)
    rows = {row.subject_key: row for row in Deadline.objects.filter(agreement=agreement, rule="task")}
    dated = [task for task in agreement.tasks.all() if task.due_on]
    assert {task.subject_key for task in dated} == set(rows)
    assert all(rows[task.subject_key].due_on == task.due_on for task in dated)
    assert {row.post.code for row in rows.values()} == {"officer"}
    assert all(row.due_set for row in rows.values())


def test_the_ledger_opens_once(org: Organisation) -> None:
    agreement = in_force(org, ALL_KINDS)
    before = list(agreement.tasks.values_list("pk", flat=True))
    event = Event.objects.get(chain=agreement.chain, code="sign")
    moved = lifecycle.Moved("sign", org.staff, SIGNED_ON, noon(SIGNED_ON), "", "", event)
    with transaction.atomic():
        breakdown.open_ledger(agreement, moved)
    assert list(agreement.tasks.values_list("pk", flat=True)) == before
    assert Event.objects.filter(chain=agreement.chain, code="open_ledger").count() == 1


def test_what_stands_under_a_clause_left_out_is_no_task(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.DRAFTING)
    write(agreement, ALL_KINDS, by=org.staff)
    clause = Clause.objects.filter(text__agreement=agreement, workitems__isnull=False).distinct().get()
    clause.omission_reason = "本协议不涉及。"
    clause.save()
    sign(agreement, by=org.staff)
    assert not tasks_of(agreement)
    assert agreement.tasks.exists()


def test_the_ledger_follows_the_text_that_was_approved_and_no_later_one(org: Organisation) -> None:
    agreement = in_force(org, {})
    texts.carry_forward(agreement.texts.get(), by=org.staff, at=noon(SIGNED_ON))
    write(agreement, {"work_item": [work("从未批准")]}, by=org.staff)
    event = Event.objects.get(chain=agreement.chain, code="sign")
    with transaction.atomic():
        breakdown.open_ledger(agreement, lifecycle.Moved("sign", org.staff, SIGNED_ON, noon(SIGNED_ON), "", "", event))
    assert not agreement.tasks.exists()


def test_no_ledger_without_the_signing(org: Organisation) -> None:
    agreement = in_force(org, {})
    assert not agreement.tasks.exists()


@pytest.mark.parametrize(
    ("frequency", "first_on", "days"),
    [
        ("monthly", date(2027, 1, 31), [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]),
        ("quarterly", None, [date(2027, 2, 18), date(2027, 5, 18), date(2027, 8, 18)]),
        ("half_yearly", date(2026, 12, 16), [date(2026, 12, 16), date(2027, 6, 16), date(2027, 12, 16)]),
        ("yearly", date(2028, 2, 29), [date(2028, 2, 29), date(2029, 2, 28), date(2030, 2, 28)]),
    ],
)
@pytest.mark.article("§4.2")
def test_a_mechanism_recurs_in_its_rhythm_when_an_event_is_accepted(
    org: Organisation, frequency: str, first_on: date | None, days: list[date]
) -> None:
    agreement = in_force(org, {"mechanism": [meeting(frequency=frequency, first_on=first_on)]}, term_kind="none")
    found = []
    for _ in range(3):
        task = agreement.tasks.newest().get()
        found.append(task.due_on)
        row = progress.report(task, by=org.staff, percent=0, text="会议已召开。")
        progress.judge(row, by=org.head, accepted=True)
    assert found == days
    assert agreement.tasks.filter(state=Task.State.DONE).count() == 3


def test_a_mechanism_as_needed_has_no_day_and_comes_again_without_one(org: Organisation) -> None:
    agreement = in_force(org, {"mechanism": [meeting(frequency="as_needed")]})
    task = agreement.tasks.get()
    assert task.due_on is None
    progress.judge(progress.report(task, by=org.staff, percent=0, text="已召开。"), by=org.head, accepted=True)
    again = agreement.tasks.newest().get()
    assert (again.occurrence, again.due_on, again.state) == (2, None, Task.State.OPEN)


def test_no_event_after_the_end_of_the_term(org: Organisation) -> None:
    agreement = in_force(
        org,
        {"mechanism": [meeting(frequency="yearly", first_on=date(2026, 12, 1))]},
        term_kind="until_date",
        expires_on=date(2027, 11, 30),
    )
    row = progress.report(agreement.tasks.get(), by=org.staff, percent=0, text="已召开。")
    progress.judge(row, by=org.head, accepted=True)
    assert agreement.tasks.count() == 1


def test_a_report_comes_to_the_desk_within_thirty_days_of_its_day(org: Organisation) -> None:
    near, far = work("近", due_on=date(2026, 12, 18)), work("远", due_on=date(2026, 12, 19))
    agreement = in_force(org, {"work_item": [near, far]})
    asked = ToDo.objects.filter(agreement=agreement, code="report_progress")
    assert [todo.params["subject"] for todo in asked] == ["近"]
    assert duedays.put_on_desks(at=noon(date(2026, 11, 18))) == 0
    assert duedays.put_on_desks(at=noon(date(2026, 11, 19))) == 1
    assert sorted(todo.params["subject"] for todo in asked.all()) == ["近", "远"]
    assert duedays.put_on_desks(at=noon(date(2026, 11, 19))) == 0


def test_the_sweep_asks_for_nothing_while_an_agreement_is_suspended(org: Organisation) -> None:
    agreement = in_force(org)
    agreement.suspend(on=SIGNED_ON)
    agreement.save()
    assert duedays.sweep(noon(date(2028, 1, 1))) == 0


@pytest.mark.article("§4.3")
def test_tasks_take_over_the_days_given_back_after_a_suspension(org: Organisation) -> None:
    agreement = in_force(org)
    (task,) = tasks_of(agreement)
    for kind, on in (("suspend", date(2027, 1, 1)), ("resume", date(2027, 1, 11))):
        agreements_standing.propose(agreement, kind, by=org.head, reason="政策调整。", on=on, at=noon(on))
        agreements_standing.decide(agreement, by=org.mayor, accepted=True, on=on, at=noon(on))
    task.refresh_from_db()
    assert agreement.standing == Standing.ACTIVE
    assert task.due_on == date(2027, 7, 10)
    assert Deadline.objects.get(agreement=agreement, rule="task", closed_on=None).due_on == task.due_on


def test_a_second_agreement_has_a_ledger_of_its_own(org: Organisation) -> None:
    first, second = in_force(org), in_force(org, title="第二份协议", party="沈阳市人民政府")
    assert first.tasks.get().pk != second.tasks.get().pk
    assert Agreement.objects.in_force().count() == 2


def test_no_task_and_no_deadline_when_the_signing_fails(org: Organisation) -> None:
    agreement = make_agreement(org)
    write(agreement, {"work_item": [work("甲")]}, by=org.staff)

    def fail(**_: object) -> None:
        raise RuntimeError

    agreement_moved.connect(fail)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            sign(agreement, by=org.staff)
    finally:
        agreement_moved.disconnect(fail)
    assert not Task.objects.exists()
    assert not Deadline.objects.filter(rule="task").exists()


@pytest.mark.article("§4.2")
def test_work_due_time_after_time_recurs_and_a_month_or_year_is_its_last_day(org: Organisation) -> None:
    recurring = work("数据通报", due_on=None, due_kind="recurring", frequency="quarterly")
    agreement = in_force(
        org,
        {
            "work_item": [recurring, work("按年完成", due_on=date(2027, 12, 31), due_kind="year")],
            "target": [{"indicator": "互派干部", "goal": 20, "due_on": date(2027, 6, 30), "due_kind": "month"}],
        },
        term_kind="none",
    )
    tasks = {task.title: task for task in agreement.tasks.all()}
    assert (tasks["数据通报"].due_on, tasks["数据通报"].recurs) == (date(2027, 2, 18), True)
    assert (tasks["按年完成"].due_on, tasks["按年完成"].recurs) == (date(2027, 12, 31), False)
    assert tasks["互派干部"].due_on == date(2027, 6, 30)
    again = breakdown.next_event(tasks["数据通报"], on=date(2027, 2, 18))
    assert again is not None
    assert (again.due_on, again.carrier, again.group) == (date(2027, 5, 18), "园区管委会", "平台建设")
    assert breakdown.next_event(tasks["按年完成"], on=date(2027, 12, 31)) is None
