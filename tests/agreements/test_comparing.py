"""Two versions on a page: any two, side by side or in one column, with reasons, and on paper."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import comparison, papers_comparison
from agreements.models import Agreement, ChangeReason, Clause, PrintedDocument, TextVersion
from agreements.services import drafting, explaining, texts
from agreements.services.texts import ClauseContent
from core.errors import BadInput, NotNow, Refused
from tests.factories import Organisation, make_agreement, write_text

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.3")]

LONG = "双方建立定期会商机制，每半年召开一次联席会议，通报进展，研究问题，明确任务分工与完成时限。" * 4


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    """Three versions: the second changed one clause, the working text another one."""
    made = make_agreement(org)
    write_text(made, by=org.staff)
    rewrite(made, org, 0, f"{LONG}\n双方共同出资1,200万元。")
    drafting.keep(made, by=org.staff, note="初稿")
    rewrite(made, org, 0, f"{LONG}\n双方共同出资1.5亿元。")
    drafting.keep(made, by=org.staff, note="按对方来函修改")
    rewrite(made, org, 1, "本条为工作稿的新表述。")
    return made


def rewrite(agreement: Agreement, org: Organisation, place: int, prose: str) -> None:
    text = texts.working(agreement)
    assert text is not None
    clause = texts.clauses_with_parts(text)[place]
    parts = [
        texts.PartContent(code, part.facts(), part.lineage) for code, rows in clause.parts.items() for part in rows
    ]
    drafting.write(agreement, [ClauseContent(clause.lineage, prose, parts=parts)], by=org.staff, edition=text.edition)


def version(agreement: Agreement, number: int) -> TextVersion:
    return agreement.texts.get(number=number)


def lineage(agreement: Agreement, place: int) -> str:
    return str(version(agreement, 1).clauses.all()[place].lineage)


def compared(client: Client, agreement: Agreement, **query: str) -> Any:
    return client.get(reverse("agreements:text-compare", args=[agreement.public_id], query=query))


def pair(agreement: Agreement, old: int, new: int) -> dict[str, str]:
    return {"from": version(agreement, old).public_id, "to": version(agreement, new).public_id}


def body(answer: Any) -> str:
    return str(answer.content.decode())


# ---------------------------------------------------------------------- the page


def test_without_a_choice_the_newest_is_compared_with_the_one_before(
    agreement: Agreement, org: Organisation, client: Client
) -> None:
    client.force_login(org.staff)
    answer = compared(client, agreement)
    assert answer.status_code == 200
    context = answer.context["compared"]
    assert (context.old.number, context.new.number, context.changes) == (2, 3, 1)


def test_a_draft_that_repeats_the_last_version_gives_way_to_the_last_pair_that_differs(
    agreement: Agreement, org: Organisation, client: Client
) -> None:
    drafting.keep(agreement, by=org.staff, note="再存")
    client.force_login(org.staff)
    context = compared(client, agreement).context["compared"]
    assert (context.old.number, context.new.number, context.changes) == (2, 3, 1)
    chosen = compared(client, agreement, to=version(agreement, 4).public_id).context["compared"]
    assert (chosen.old.number, chosen.new.number, chosen.changes) == (3, 4, 0)


@pytest.mark.parametrize("view", ["side", "inline", "nonsense"])
def test_an_amount_is_exchanged_whole_and_long_unchanged_paragraphs_are_folded(
    agreement: Agreement, org: Organisation, client: Client, view: str
) -> None:
    client.force_login(org.staff)
    page = body(compared(client, agreement, **pair(agreement, 1, 2), view=view))
    assert "1,200万元</del>" in page
    assert "1.5亿元</ins>" in page
    assert page.count('<details class="fold rest">') == 1
    assert ("only-narrow" in page.split('class="doc"')[1]) == (view != "inline")


def test_any_two_versions_and_the_other_way_round(agreement: Agreement, org: Organisation, client: Client) -> None:
    client.force_login(org.staff)
    both = compared(client, agreement, **pair(agreement, 1, 3)).context["compared"]
    assert (both.changes, len(both.changed)) == (2, 2)
    back = compared(client, agreement, **pair(agreement, 3, 1))
    assert back.context["compared"].changes == 2
    assert not any(clause.form for clause in back.context["compared"].clauses)  # explained from old to new only
    same = compared(client, agreement, **pair(agreement, 2, 2))
    assert same.context["compared"].changes == 0


def test_only_the_changed_clauses_on_demand(agreement: Agreement, org: Organisation, client: Client) -> None:
    client.force_login(org.staff)
    all_of_them = body(compared(client, agreement, **pair(agreement, 1, 2)))
    changed = body(compared(client, agreement, **pair(agreement, 1, 2), show="changed"))
    assert all_of_them.count('id="clause-') == version(agreement, 1).clauses.count()
    assert changed.count('id="clause-') == 1


def test_from_change_to_change_without_scripts(agreement: Agreement, org: Organisation, client: Client) -> None:
    client.force_login(org.staff)
    page = body(compared(client, agreement, **pair(agreement, 1, 3)))
    for place in (0, 1):
        assert f'href="#clause-{lineage(agreement, place)}"' in page


def test_what_is_not_there_is_not_found(agreement: Agreement, org: Organisation, client: Client) -> None:
    other = make_agreement(org)
    client.force_login(org.staff)
    strange = texts.working(other)
    assert strange is not None
    for query in ({"from": "0" * 10}, {"to": strange.public_id}, {"from": "x"}):
        assert compared(client, agreement, **query).status_code == 404
    assert compared(client, make_agreement(org, at_station="preparation")).status_code == 404
    client.force_login(org.stranger)
    assert compared(client, agreement).status_code == 404


def test_a_first_version_is_compared_with_itself(org: Organisation, client: Client) -> None:
    client.force_login(org.staff)
    assert compared(client, make_agreement(org)).status_code == 200


def test_as_many_queries_for_many_changed_clauses_as_for_one(
    agreement: Agreement, org: Organisation, client: Client
) -> None:
    client.force_login(org.staff)
    compared(client, agreement)
    counts = []
    for new in (2, 3):
        for place in range(new - 1):
            explaining.give(
                version(agreement, new),
                version(agreement, 1),
                lineage(agreement, place),
                by=org.staff,
                reason="按来函",
                source="counterpart",
            )
        rewrite(agreement, org, new, f"第{new}次修改。")
        with CaptureQueriesContext(connection) as queries:
            assert compared(client, agreement, **pair(agreement, 1, 3)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_versions_stand_on_the_panel_with_their_names(
    agreement: Agreement, org: Organisation, client: Client
) -> None:
    client.force_login(org.staff)
    page = body(client.get(f"{agreement.get_absolute_url()}?tab=text"))
    assert "按对方来函修改" in page
    assert page.count("存稿") == 2
    assert reverse("agreements:text-compare", args=[agreement.public_id]) in page
    assert version(agreement, 2).sha256[:12] in page
    show = body(
        client.get(reverse("agreements:text-show", args=[agreement.public_id, version(agreement, 2).public_id]))
    )
    assert "存稿" in show
    assert version(agreement, 2).sha256 in show


# ---------------------------------------------------------------------- reasons


def explain(client: Client, agreement: Agreement, old: int, new: int, place: int, **typed: str) -> Any:
    address = reverse(
        "agreements:change-explain",
        args=[agreement.public_id, version(agreement, new).public_id, version(agreement, old).public_id],
    )
    named = lineage(agreement, place)
    facts = {"source": "counterpart", "said_by": "长春市人民政府", "reason": "对方来函调整出资额", **typed}
    return client.post(address, {"lineage": named, **{f"{named}-{name}": value for name, value in facts.items()}})


def test_a_reason_is_given_and_put_better(agreement: Agreement, org: Organisation, client: Client) -> None:
    client.force_login(org.staff)
    answer = explain(client, agreement, 1, 2, 0)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#clause-{lineage(agreement, 0)}")
    explain(client, agreement, 1, 2, 0, reason="按对方来函第二条调整出资额")
    page = body(compared(client, agreement, **pair(agreement, 1, 2)))
    assert page.count('<p class="why">') == 1
    assert "按对方来函第二条调整出资额" in page
    assert ChangeReason.objects.count() == 2


def test_reasons_of_the_steps_between_stand_where_the_whole_way_has_none(
    agreement: Agreement, org: Organisation
) -> None:
    first, second, third = (version(agreement, number) for number in (1, 2, 3))
    named = lineage(agreement, 0)

    def give(new: TextVersion, old: TextVersion, reason: str) -> None:
        explaining.give(new, old, named, by=org.staff, reason=reason, source="ours")

    give(second, first, "一")
    give(third, second, "二")
    assert [row.reason for row in explaining.between(third, first)[named]] == ["一", "二"]
    assert [row.reason for row in explaining.between(second, first)[named]] == ["一"]
    give(third, first, "合")
    assert [row.reason for row in explaining.between(third, first)[named]] == ["合"]


def test_a_reason_that_lacks_something_keeps_what_was_typed(
    agreement: Agreement, org: Organisation, client: Client
) -> None:
    client.force_login(org.staff)
    answer = explain(client, agreement, 1, 2, 0, source="", reason="留住这句话")
    assert answer.status_code == 400
    assert "留住这句话" in body(answer)
    assert explain(client, agreement, 2, 1, 0).status_code == 400  # the wrong way round
    assert not ChangeReason.objects.exists()


def test_who_explains_and_until_when(agreement: Agreement, org: Organisation) -> None:
    new, old, named = version(agreement, 2), version(agreement, 1), lineage(agreement, 0)
    for person in (org.consulted, org.legal, org.stranger):
        with pytest.raises(Refused):
            explaining.give(new, old, named, by=person, reason="x", source="ours")
    for reason, source in ((" ", "ours"), ("x", "rumour")):
        with pytest.raises(BadInput):
            explaining.give(new, old, named, by=org.staff, reason=reason, source=source)
    with pytest.raises(BadInput):
        explaining.give(new, old, "0" * 10, by=org.staff, reason="x", source="ours")
    drafting.withdraw(agreement, by=org.head, reason="不再推进")
    with pytest.raises(NotNow):
        explaining.give(new, old, named, by=org.staff, reason="x", source="ours")


# ---------------------------------------------------------------------- on paper


def test_the_table_of_changes_says_what_changed_and_why(
    agreement: Agreement, org: Organisation, client: Client
) -> None:
    client.force_login(org.staff)
    explain(client, agreement, 1, 2, 0)
    address = reverse(
        "agreements:comparison-sheet",
        args=[agreement.public_id, version(agreement, 3).public_id, version(agreement, 1).public_id],
    )
    answer = client.post(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer).startswith(b"%PDF")
    html = PrintedDocument.objects.get(kind="comparison").html
    for words in (
        "修改对照表",
        "<del>1,200万元</del>",
        "<ins>1.5亿元</ins>",
        "对方来函调整出资额",
        "长春市人民政府",
        "未填写理由",
        version(agreement, 1).sha256,
        "工作稿",
    ):
        assert words in html, words
    assert LONG not in html.replace("双方共同出资", "")[: html.index("<tbody>")]
    unchanged = version(agreement, 1).clauses.all()[2].heading
    assert f"<p>{unchanged}</p>" not in html
    assert b"".join(client.post(address)).startswith(b"%PDF")
    assert PrintedDocument.objects.count() == 1


def test_moved_added_and_dropped_clauses_on_paper(agreement: Agreement, org: Organisation) -> None:
    text = texts.working(agreement)
    assert text is not None
    one, two, *rest = text.clauses.all()
    Clause.objects.filter(pk=one.pk).update(order=2)
    Clause.objects.filter(pk=two.pk).update(order=1)
    gone = rest[-1]
    for model in texts.PART_MODELS.values():
        model._default_manager.filter(clause=gone).delete()
    gone.delete()
    Clause.objects.create(text=text, order=9, heading="保密", prose="双方保密。", added_reason="对方提出")
    facts = papers_comparison.facts(text, version(agreement, 2))
    found = {row["clause"].heading: row["places"] for row in facts["rows"]}
    said = {
        heading: [("".join(p.text for p in place.before), "".join(p.text for p in place.after)) for place in places]
        for heading, places in found.items()
    }
    assert ("", "双方保密。") in said["保密"]
    assert said[gone.heading][0][1] == ""
    assert any(("第一条", "第二条") in places or ("第二条", "第一条") in places for places in said.values())
    compared = comparison.compare(text, version(agreement, 2))
    assert compared.moved == 1
    # The reason that came with the added clause is its reason here too.
    assert [row["added_because"] for row in facts["rows"] if row["clause"].heading == "保密"] == ["对方提出"]
    assert compared.unexplained == len(compared.changed) - 1
