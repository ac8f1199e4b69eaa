"""§4.2: the responsible unit reports, the lead unit accepts; nobody accepts an own report."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from agreements.models import Agreement, Deadline, ToDo
from core.errors import BadInput, NotNow, Refused
from followup.models import Progress, Task
from followup.services import progress
from records.models import Event
from tests.factories import Organisation, make_user
from tests.factories_followup import SIGNED_ON, in_force, second_officer, tasks_of, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    """An agreement whose one task lies with the finance bureau."""
    return in_force(org)


@pytest.fixture
def task(agreement: Agreement) -> Task:
    (task,) = tasks_of(agreement)
    return task


def open_todos(agreement: Agreement, code: str) -> list[str]:
    rows = ToDo.objects.filter(agreement=agreement, code=code, closed_at=None).select_related("post__unit")
    return [f"{todo.post.unit.code}/{todo.post.code}" for todo in rows]


@pytest.mark.article("§4.2")
def test_a_full_report_stops_the_clock_goes_to_the_lead_unit_and_is_done_when_accepted(
    org: Organisation, agreement: Agreement, task: Task
) -> None:
    on = date(2027, 6, 1)
    report = progress.report(task, by=org.consulted, percent=100, text="园区已建成。", on=on)
    deadline = Deadline.objects.get(agreement=agreement, rule="task")
    assert (deadline.closed_on, deadline.closed_because) == (on, "reported")
    assert task.state == Task.State.REPORTED
    assert open_todos(agreement, "accept_progress") == ["exchange/officer"]
    progress.judge(report, by=org.staff, accepted=True, remark="属实。")
    task.refresh_from_db()
    assert (task.state, task.percent) == (Task.State.DONE, 100)
    assert open_todos(agreement, "accept_progress") == []
    codes = list(Event.objects.filter(chain=agreement.chain).order_by("-sequence").values_list("code", flat=True)[:2])
    assert codes == ["accept_progress", "report_progress"]


def test_an_accepted_part_leaves_the_task_open_and_its_clock_running(
    org: Organisation, agreement: Agreement, task: Task
) -> None:
    report = progress.report(task, by=org.consulted, percent=40, text="完成四成。")
    progress.judge(report, by=org.staff, accepted=True)
    task.refresh_from_db()
    assert (task.state, task.percent) == (Task.State.OPEN, 40)
    assert Deadline.objects.get(agreement=agreement, rule="task").closed_on is None


@pytest.mark.article("§4.2")
def test_a_returned_report_starts_the_clock_again_to_the_same_day(
    org: Organisation, agreement: Agreement, task: Task
) -> None:
    report = progress.report(task, by=org.consulted, percent=100, text="完成。")
    progress.judge(report, by=org.staff, accepted=False, remark="缺少验收材料。")
    task.refresh_from_db()
    assert (task.state, task.percent) == (Task.State.OPEN, 0)
    running = Deadline.objects.get(agreement=agreement, rule="task", closed_on=None)
    assert running.due_on == task.due_on


def test_a_report_due_soon_is_asked_for_again_when_it_came_back(org: Organisation) -> None:
    agreement = in_force(org, {"work_item": [work("甲", unit=org.units["finance"].pk, due_on=date(2026, 12, 1))]})
    (task,) = tasks_of(agreement)
    assert open_todos(agreement, "report_progress") == ["finance/officer"]
    report = progress.report(task, by=org.consulted, percent=100, text="完成。", on=SIGNED_ON)
    assert open_todos(agreement, "report_progress") == []
    progress.judge(report, by=org.staff, accepted=False, remark="缺少材料。")
    assert open_todos(agreement, "report_progress") == ["finance/officer"]


@pytest.mark.parametrize("who", ["staff", "head", "stranger", "mayor", "general_office"])
def test_only_the_responsible_unit_reports(org: Organisation, task: Task, who: str) -> None:
    with pytest.raises(Refused) as refusal:
        progress.report(task, by=getattr(org, who), percent=10, text="进展。")
    assert refusal.value.article == "§4.2"


@pytest.mark.parametrize("who", ["consulted", "consulted_head", "stranger", "mayor"])
def test_only_the_lead_unit_accepts(org: Organisation, task: Task, who: str) -> None:
    report = progress.report(task, by=org.consulted, percent=10, text="进展。")
    with pytest.raises(Refused):
        progress.judge(report, by=getattr(org, who), accepted=True)


def test_the_lead_units_own_task_is_reported_by_its_officer_and_accepted_by_its_head(org: Organisation) -> None:
    agreement = in_force(org, {"work_item": [work("甲")]})
    (task,) = tasks_of(agreement)
    with pytest.raises(Refused):
        progress.report(task, by=org.head, percent=10, text="进展。")
    report = progress.report(task, by=org.staff, percent=10, text="进展。")
    assert open_todos(agreement, "accept_progress") == ["exchange/unit_head"]
    with pytest.raises(Refused):
        progress.judge(report, by=second_officer(org), accepted=True)
    progress.judge(report, by=org.head, accepted=True)


def test_nobody_accepts_an_own_report(org: Organisation, task: Task) -> None:
    from accounts.models import PostHolding
    from accounts.posts import post_in

    both = make_user("both", "双职", post_in(org.units["finance"], "officer"))
    PostHolding.objects.create(post=post_in(org.lead, "officer"), user=both, from_on=date(2020, 1, 1), basis="任命文件")
    report = progress.report(task, by=both, percent=10, text="进展。")
    with pytest.raises(Refused):
        progress.judge(report, by=both, accepted=True)


@pytest.mark.article("§4.3")
def test_a_suspended_agreement_takes_no_report_and_no_answer(
    org: Organisation, agreement: Agreement, task: Task
) -> None:
    report = progress.report(task, by=org.consulted, percent=10, text="进展。")
    agreement.refresh_from_db()
    agreement.suspend(on=SIGNED_ON)
    agreement.save()
    with pytest.raises(NotNow, match=r"suspended|中止"):
        progress.judge(report, by=org.staff, accepted=True)
    report.refresh_from_db()
    assert report.is_pending
    with pytest.raises(NotNow):
        progress.report(task, by=org.consulted, percent=20, text="进展。")


def test_one_report_waits_at_a_time_and_is_answered_once(org: Organisation, task: Task) -> None:
    report = progress.report(task, by=org.consulted, percent=10, text="进展。")
    with pytest.raises(NotNow):
        progress.report(task, by=org.consulted, percent=20, text="又有进展。")
    progress.judge(report, by=org.staff, accepted=True)
    with pytest.raises(NotNow):
        progress.judge(Progress.objects.get(pk=report.pk), by=org.staff, accepted=False, remark="再看。")


def test_nothing_is_reported_on_a_task_that_is_done(org: Organisation, task: Task) -> None:
    progress.judge(progress.report(task, by=org.consulted, percent=100, text="完成。"), by=org.staff, accepted=True)
    with pytest.raises(NotNow):
        progress.report(task, by=org.consulted, percent=100, text="再报。")


@pytest.mark.parametrize("facts", [{"percent": 101}, {"percent": -1}, {"percent": 5, "text": "  "}])
def test_a_report_that_says_nothing_is_refused_and_leaves_nothing(
    org: Organisation, agreement: Agreement, task: Task, facts: dict[str, object]
) -> None:
    before = Event.objects.filter(chain=agreement.chain).count()
    with pytest.raises(BadInput):
        progress.report(task, by=org.consulted, **{"text": "进展。", **facts})  # type: ignore[arg-type]
    assert not Progress.objects.exists()
    assert Event.objects.filter(chain=agreement.chain).count() == before


@pytest.mark.article("§2.1")
def test_a_target_is_reported_with_the_value_reached(org: Organisation) -> None:
    target = {"indicator": "互派干部", "measure": "人次", "goal": 20, "due_on": date(2028, 12, 31)}
    agreement = in_force(org, {"target": [target]})
    (task,) = tasks_of(agreement, "target")
    with pytest.raises(BadInput):
        progress.report(task, by=org.staff, percent=50, text="派出十人。")
    report = progress.report(task, by=org.staff, percent=50, text="派出十人。", actual=Decimal(10))
    assert report.actual == 10


def test_a_return_needs_words(org: Organisation, task: Task) -> None:
    report = progress.report(task, by=org.consulted, percent=10, text="进展。")
    with pytest.raises(BadInput):
        progress.judge(report, by=org.staff, accepted=False)
    report.refresh_from_db()
    assert report.is_pending


def test_evidence_that_is_not_what_it_says_is_refused_with_the_report(org: Organisation, task: Task) -> None:
    with pytest.raises(BadInput):
        progress.report(
            task, by=org.consulted, percent=10, text="进展。", evidence=ContentFile(b"MZ\x90\x00 program", "验收.pdf")
        )
    assert not Progress.objects.exists()


def test_a_report_is_never_changed(org: Organisation, task: Task) -> None:
    from django.db import IntegrityError, transaction

    report = progress.report(task, by=org.consulted, percent=10, text="进展。")
    with pytest.raises(IntegrityError), transaction.atomic():
        Progress.objects.filter(pk=report.pk).update(percent=90)
    with pytest.raises(IntegrityError), transaction.atomic():
        report.delete()
