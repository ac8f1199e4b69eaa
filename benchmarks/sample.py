"""Rows to measure on: many agreements with Chinese titles that one unit leads, and one case in approval."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection, models

from accounts.models import SigningAuthority, Unit, User
from agreements.models import Access, Agreement, Category, Counterparty, Party, Station, ToDo
from agreements.names import key_of
from approvals.models import Assignment
from core import clock
from demo import cases_approving, cast

SEED = 20170616
BATCH = 5_000
COUNTERPARTIES = 500
PLACES = ("长春", "兰州", "太原", "石家庄", "西安", "乌鲁木齐", "拉萨", "沈阳", "南京", "杭州", "武汉", "贵阳")
SUBJECTS = (
    "对口合作",
    "产业协作",
    "科技创新",
    "生态补偿",
    "粮食产销",
    "文化旅游",
    "教育交流",
    "能源保障",
    "港航物流",
    "医疗卫生",
)
KINDS = ("框架协议", "战略合作协议", "备忘录", "合作协议", "意向书")


def people() -> Mapping[str, User]:
    """Make the cast in an empty, migrated database."""
    call_command("migrate", verbosity=0)
    with open("/dev/null", "w") as silence:
        call_command("sync_regulation", stdout=silence)
    return cast.assemble(SigningAuthority.objects.get(code="municipal"))


def fill(count: int, user: User) -> None:
    """Write agreements with parties, sight and to-dos in sets: the services would take hours for so many."""
    choose = random.Random(SEED)
    unit = user.units[0]
    names = [f"{choose.choice(PLACES)}合作方第{number}号" for number in range(COUNTERPARTIES)]
    Counterparty.objects.bulk_create(
        Counterparty(name=name, name_key=key_of(name), kind="state_organ") for name in names
    )
    counterparties = list(Counterparty.objects.filter(name__in=names))
    # The agreements' own queryset refuses what its history would not see; here there is no history to keep.
    plain: models.QuerySet[Agreement] = models.QuerySet(Agreement)
    made = plain.bulk_create(_agreements(count, user, choose), batch_size=BATCH)
    _in_sets(Party, (Party(agreement=row, counterparty=choose.choice(counterparties), order=1) for row in made))
    _in_sets(Access, (Access(agreement=row, unit=unit, holder=f"unit:{unit.pk}", why="lead") for row in made))
    post, now = user.holdings_today[0].post, clock.now()
    _in_sets(
        ToDo,
        (
            ToDo(
                agreement=row,
                post=post,
                code="draft",
                subject_key="agreement",
                due_on=row.next_due_on,
                opened_at=now,
                closed_at=now,
            )
            for row in made
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # what a server does by itself after a while
        cursor.execute("ANALYZE")


def _in_sets(model: type[models.Model], rows: Iterator[Any]) -> None:
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def _agreements(count: int, user: User, choose: random.Random) -> Iterator[Agreement]:
    authority = SigningAuthority.objects.get(code="municipal")
    categories = [(category, category.edition) for category in Category.objects.all()]
    units = list(Unit.objects.exclude(kind=Unit.Kind.OFFICE))
    today = clock.today()
    for number in range(count):
        category, edition = choose.choice(categories)
        title = f"{choose.choice(PLACES)}{choose.choice(SUBJECTS)}{choose.choice(KINDS)}（{number}）"
        code = f"津合协〔{today.year - number % 9}〕{number}号"
        yield Agreement(
            authority=authority,
            category=category,
            edition=edition,
            number=code,
            title=title,
            search_text=f"{title}\n{code}",
            document_type="agreement",
            origin="proposal",
            lead_unit=choose.choice(units),
            created_by=user,
            station=choose.choice(Station.values),
            next_due_on=today + timedelta(days=choose.randrange(-30, 900)),
            amount_low=choose.randrange(1, 90) * 1_000_000,
        )


def step_to_decide(members: Mapping[str, User]) -> tuple[Assignment, User]:
    """Take one case through the services to the vice mayor, and return what lies there and with whom."""
    cases_approving.waits_for_vice_mayor(members)
    assignment = Assignment.objects.select_related("step__run__agreement", "post").get(closed_at=None)
    return assignment, members["vice_mayor"]
