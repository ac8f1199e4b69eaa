"""The work on a full inbox: ten thousand open items of two hundred people, and the page of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User
    from benchmarks.__main__ import Line

ITEMS, PEOPLE = 10_000, 200


def fill(members: Mapping[str, User]) -> User:
    """Write the items in sets, fifty for each of two hundred posts, and return one who has a full desk."""
    from django.contrib.auth.hashers import make_password

    from accounts.models import Post, PostHolding, User
    from agreements.models import Access, Agreement, Deadline, ToDo
    from core import clock

    unit, authority = members["staff"].units[0], members["staff"].holdings_today[0].post.authority
    today, now = clock.today(), clock.now()
    people = User.objects.bulk_create(
        User(username=f"desk{number}", full_name=f"办件人{number}", password=make_password(None))
        for number in range(PEOPLE)
    )
    posts = Post.objects.bulk_create(
        Post(authority=authority, unit=unit, code="officer", seat=f"desk{number}", name_zh=f"岗位{number}", name_en="")
        for number in range(PEOPLE)
    )
    PostHolding.objects.bulk_create(
        PostHolding(post=post, user=user, from_on=date(2020, 1, 1), basis="任命")
        for post, user in zip(posts, people, strict=True)
    )
    agreements = list(Agreement.objects.order_by("pk").values_list("pk", flat=True)[:ITEMS])
    if len(agreements) < ITEMS:
        agreements = [agreements[number % len(agreements)] for number in range(ITEMS)]
    places = [(posts[number % PEOPLE], pk, number) for number, pk in enumerate(agreements)]
    deadlines = Deadline.objects.bulk_create(
        (
            Deadline(
                agreement_id=pk,
                subject_key=f"bench:{number}",
                rule="approval_step",
                own_limit=True,
                starts_on=today,
                amount=3,
                unit="workday",
                due_on=today + timedelta(days=number % 60 - 10),
                post=post,
            )
            for post, pk, number in places
        ),
        batch_size=5_000,
    )
    ToDo.objects.bulk_create(
        (
            ToDo(
                agreement_id=pk,
                post=post,
                code="review",
                subject_key=deadline.subject_key,
                deadline=deadline,
                due_on=deadline.due_on,
                opened_at=now,
                opened_by_name="送件人",
            )
            for (post, pk, _number), deadline in zip(places, deadlines, strict=True)
        ),
        batch_size=5_000,
    )
    Access.objects.bulk_create(
        (Access(agreement_id=pk, post=post, holder=f"post:{post.pk}", why="duty") for post, pk, _number in places),
        batch_size=5_000,
        ignore_conflicts=True,
    )
    return people[PEOPLE // 2]


def works(members: Mapping[str, User]) -> list[Line]:
    """Return the works on the inbox: its first page, one light of it and the counts of the menu.

    The floor asks the same questions with a bare cursor (who asks and what one holds, the counts, the filters, the
    lights, the rows) and joins the rows as strings.
    """
    from django.test import Client

    from benchmarks import floor
    from benchmarks.__main__ import Line

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(fill(members))

    def get(url: str) -> None:
        if client.get(url).status_code != 200:
            raise RuntimeError(url)

    found = []
    for name, url, goal in (
        ("inbox, 10,000 open items", "/inbox/", "≤ 10 SQL, ≤ 3× floor"),
        ("inbox, one light", "/inbox/?light=late", "≤ 10 SQL, ≤ our inbox"),
        ("counts of the menu", "/inbox.json?only=counts", "≤ 6 SQL, ≤ 3× floor"),
    ):
        work = partial(get, url)
        work()  # the calendar is kept from here on
        reads = floor.reads_of(work)
        line = Line(name, {"ours": work, "floor": partial(floor.read_again, reads)}, goal)
        line.sent["floor"] = len(reads)
        found.append(line)
    return found
