"""The works on a long draft: opening the workbench, and saving one clause; the floors read and write the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import User
    from agreements.models import Agreement
    from benchmarks.__main__ import Line

CLAUSES, ROWS_EACH = 60, 3


def long_draft(members: Mapping[str, User]) -> tuple[Agreement, User]:
    """Return a draft of sixty clauses, each with prose and three rows of targets and of work, and who writes it."""
    from decimal import Decimal

    from agreements.models import Agreement, Station
    from agreements.services import clauses, drafting, texts
    from agreements.services.texts import ClauseContent, PartContent
    from core import clock
    from demo import cases_drafting

    cases_drafting.with_the_head(members)
    agreement = Agreement.objects.filter(station=Station.DRAFTING).latest("pk")
    by = next(user for user in members.values() if user.holding("officer", unit=agreement.lead_unit))
    text = texts.working(agreement)
    if text is None:
        raise LookupError("the case has no working text")
    for number in range(text.clauses.count(), CLAUSES):
        clauses.add(agreement, heading=f"补充约定第{number}项", reason="双方另有约定", by=by)
    unit, due = agreement.lead_unit_id, clock.today()
    parts = [
        PartContent(code, facts)
        for row in range(ROWS_EACH)
        for code, facts in (
            (
                "target",
                {"indicator": f"指标{row}", "baseline": Decimal(0), "goal": Decimal(9), "due_on": due, "unit": unit},
            ),
            ("work_item", {"title": f"事项{row}", "carrier": "专班", "due_on": due, "unit": unit}),
        )
    ]
    words = "双方按照优势互补、互利共赢的原则推进合作事项，明确责任单位和完成时间。" * 8
    typed = [ClauseContent(clause.lineage, words, parts=parts) for clause in text.clauses.all()]
    drafting.write(agreement, typed, by=by, edition=CLAUSES * 10)
    return agreement, by


def works(members: Mapping[str, User]) -> list[Line]:
    """Return the two works with their floors."""
    from django.db import connection, transaction
    from django.test import Client
    from django.urls import reverse

    from agreements.forms.text import TextForm
    from agreements.services import texts
    from benchmarks import floor
    from benchmarks.__main__ import Line, Statements

    agreement, by = long_draft(members)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(by)
    page, save = (reverse(f"agreements:{name}", args=[agreement.public_id]) for name in ("text-edit", "text-save"))

    def open_page() -> None:
        if client.get(page).status_code != 200:
            raise RuntimeError(page)

    reads = floor.reads_of(open_page, '"agreements_clause"')

    text = texts.working(agreement)
    if text is None:
        raise LookupError("the case has no working text")
    lineage = text.clauses.latest("order").lineage
    turn = iter(range(1_000_000))

    def typed() -> dict[str, str]:
        current = texts.working(agreement)
        if current is None:
            raise LookupError("the case has no working text")
        form = TextForm(agreement, current, only=[lineage])
        (section,) = form.sections
        sent = {"version": str(current.edition)}
        rows: list[Any] = [section.form]
        for sheet in section.sheets:
            management = sheet.formset.management_form
            sent |= {management.add_prefix(name): str(management[name].value()) for name in management.fields}
            rows += sheet.formset.forms
        for row in rows:
            for name in row.fields:
                value = row[name].field.prepare_value(row[name].value())
                if name != "DELETE":
                    sent[row[name].html_name] = "" if value is None else str(value)
        return sent

    form = typed()

    def save_clause() -> None:
        form[f"{lineage}-prose"] = f"第{next(turn)}次保存。"
        answer = client.post(save, form)
        if answer.status_code != 200:
            raise RuntimeError(f"{save}: {answer.status_code}")
        form.update({name: value for name, value in answer.json()["fields"].items() if name in form})

    watch = Statements()
    with connection.execute_wrapper(watch):
        save_clause()

    def write_bare() -> None:
        with transaction.atomic():
            floor.act_again([write for write in watch.writes if "records_event" not in write[0]])
            transaction.set_rollback(True)

    opened = Line(
        "open 60-clause draft", {"ours": open_page, "floor": lambda: floor.read_again(reads)}, "same SQL at 6 clauses"
    )
    saved = Line("save one clause of 60", {"ours": save_clause, "floor": write_bare}, "same SQL at 6 clauses")
    opened.sent["floor"], saved.sent["floor"] = len(reads), len(watch.writes)
    return [opened, saved]
