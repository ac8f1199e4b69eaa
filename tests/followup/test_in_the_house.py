"""Follow-up among the other rooms: the real signing, the clock, two people at once."""

import threading
from datetime import date

import pytest
from django.db import connection

from agreements.models import Agreement, Alarm, Notice, ToDo
from agreements.services import clock as ticking
from core.errors import NotNow
from followup.models import Progress, Task
from followup.services import progress
from tests.factories import Organisation, organisation
from tests.factories_archive import in_performance, signed
from tests.factories_followup import in_force, noon, tasks_of, work


@pytest.mark.article("§4.2")
def test_the_ledger_opens_when_the_archive_records_the_signing(org: Organisation) -> None:
    agreement = signed(org)
    kinds = set(agreement.tasks.values_list("kind", flat=True))
    assert {Task.Kind.WORK_ITEM.value, Task.Kind.MECHANISM.value} <= kinds
    assert {task.clause_lineage for task in agreement.tasks.all()} <= set(
        agreement.texts.latest("number").clauses.values_list("lineage", flat=True)
    )


def test_follow_up_runs_on_while_the_paper_goes_home(org: Organisation) -> None:
    agreement = in_performance(org)
    (task,) = tasks_of(agreement)
    report = progress.report(task, by=org.staff, percent=100, text="园区已建成。")
    assert progress.judge(report, by=org.head, accepted=True).state == Task.State.DONE


def test_the_tick_brings_what_is_due_to_its_desk_and_names_what_is_late(org: Organisation) -> None:
    agreement = in_force(org, {"work_item": [work("甲", unit=org.units["finance"].pk, due_on=date(2027, 3, 10))]})
    asked = ToDo.objects.filter(agreement=agreement, code="report_progress", closed_at=None)
    assert not asked.exists()
    ticking.look(noon(date(2027, 2, 10)))
    assert asked.get().params["subject"] == "甲"
    ticking.look(noon(date(2027, 3, 18)))
    told = Alarm.objects.filter(deadline__agreement=agreement, deadline__rule="task", threshold__gt=0)
    assert {alarm.post.code for alarm in told} == {"officer", "inspector"}
    ticking.look(noon(date(2027, 3, 18)))
    assert asked.count() == 1


def test_who_reported_reads_the_answer(org: Organisation) -> None:
    from agreements.services import notices
    from records import outbox

    (task,) = tasks_of(in_force(org))
    report = progress.report(task, by=org.consulted, percent=10, text="进展。")
    progress.judge(report, by=org.staff, accepted=False, remark="缺少材料。")
    outbox.deliver_pending()
    notice = Notice.objects.get(user=org.consulted, code="progress_judged")
    assert "缺少材料。" in notices.word(notice)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_reports_at_once_make_one() -> None:
    org = organisation()
    (task,) = tasks_of(in_force(org))
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def race(text: str) -> None:
        try:
            own = Task.objects.select_related("agreement__lead_unit", "unit").get(pk=task.pk)
            barrier.wait(timeout=20)
            progress.report(own, by=org.consulted, percent=10, text=text)
            outcomes.append("reported")
        except NotNow:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(text,)) for text in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["reported", "told"]
    assert Progress.objects.count() == 1
    assert Agreement.objects.get().tasks.get().state == Task.State.REPORTED
