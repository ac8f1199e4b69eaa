"""One effect after commit, whatever fails, dies or happens twice; and no request that waits for the broker."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread
from threading import Event as Flag

import pytest
from celery import current_app
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from core import clock
from records import bell, jobs, outbox, trail
from records.models import OutboxMessage

Received = list[dict]
LATER = timedelta(minutes=6)


@pytest.fixture(autouse=True)
def rings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    heard: list[str] = []
    monkeypatch.setattr(outbox.bell, "ring", lambda: heard.append("ring"))
    return heard


@pytest.fixture
def failing() -> Iterator[list[int]]:
    tried: list[int] = []

    @outbox.handler("failing")
    def fail(payload: dict) -> None:
        tried.append(payload["n"])
        OutboxMessage.objects.create(kind="half done", created_at=clock.now())
        raise ConnectionError("the post is closed")

    yield tried
    outbox._handlers.pop("failing")


@pytest.mark.django_db(transaction=True)
def test_a_message_leaves_with_its_act_or_not_at_all(delivered: Received, rings: list[str]) -> None:
    class GivenUp(Exception):
        pass

    def give_up() -> None:
        with transaction.atomic():
            outbox.put("note", {"to": 1})
            raise GivenUp

    with pytest.raises(GivenUp):
        give_up()
    assert (outbox.deliver_pending(), rings) == (0, [])
    with transaction.atomic():
        outbox.put("note", {"to": 2})
        assert rings == []
    assert rings == ["ring"]
    assert outbox.deliver_pending() == 1
    assert outbox.deliver_pending() == 0
    assert delivered == [{"to": 2}]


@pytest.mark.django_db(transaction=True)
def test_many_messages_ring_once(delivered: Received, rings: list[str]) -> None:
    outbox.put_all("note", [])
    assert rings == []
    outbox.put_all("note", [{"to": 1}, {"to": 2}])
    assert rings == ["ring"]
    outbox.deliver_pending()
    assert delivered == [{"to": 1}, {"to": 2}]


@pytest.mark.django_db
def test_a_message_nobody_delivers_is_refused_when_it_is_put() -> None:
    with pytest.raises(LookupError):
        outbox.put("unheard of", {})
    with pytest.raises(LookupError):
        outbox.put_all("unheard of", [{}])


def test_two_handlers_of_one_kind_are_a_mistake(delivered: Received) -> None:
    with pytest.raises(ValueError, match="note"):
        outbox.handler("note")(lambda payload: None)


@pytest.mark.django_db
def test_a_failing_handler_undoes_its_half_and_keeps_nobody_back(failing: list[int], delivered: Received) -> None:
    outbox.put("failing", {"n": 1})
    outbox.put("note", {"to": 1})
    assert outbox.deliver_pending() == 1
    assert delivered == [{"to": 1}]
    message = OutboxMessage.objects.get(kind="failing")
    assert (message.attempts, message.delivered_at) == (1, None)
    assert message.last_error == "ConnectionError: the post is closed"
    assert not OutboxMessage.objects.filter(kind="half done").exists()


@pytest.mark.django_db
def test_a_failing_message_is_tried_again_later_and_given_up_in_sight(failing: list[int]) -> None:
    outbox.put("failing", {"n": 1})
    at = clock.now()
    outbox.deliver_pending(at=at)
    outbox.deliver_pending(at=at + timedelta(minutes=1))
    assert len(failing) == 1
    for turn in range(1, outbox.MAX_ATTEMPTS + 5):
        outbox.deliver_pending(at=at + turn * LATER)
    assert len(failing) == outbox.MAX_ATTEMPTS
    assert outbox.given_up().count() == 1
    (event,) = trail.history(trail.SYSTEM_CHAIN)
    assert (event.code, event.payload["kind"]) == ("outbox.given_up", "failing")


@pytest.mark.django_db
def test_a_claim_whose_owner_died_is_taken_up_after_five_minutes(delivered: Received) -> None:
    message = outbox.put("note", {"to": 1})
    OutboxMessage.objects.filter(pk=message.pk).update(claimed_at=clock.now(), attempts=1)
    assert outbox.deliver_pending() == 0
    assert outbox.deliver_pending(at=clock.now() + LATER) == 1
    assert delivered == [{"to": 1}]


@pytest.mark.django_db
def test_the_limit_leaves_the_rest_for_the_next_ring(delivered: Received) -> None:
    for number in range(3):
        outbox.put("note", {"to": number})
    assert outbox.deliver_pending(limit=2) == 2
    assert jobs.deliver() == 1
    assert [payload["to"] for payload in delivered] == [0, 1, 2]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_deliverers_at_once_have_one_effect(delivered: Received) -> None:
    for number in range(40):
        outbox.put("note", {"to": number})
    gate, counts = Barrier(4), []

    def act() -> None:
        gate.wait()
        counts.append(outbox.deliver_pending())
        connection.close()

    threads = [Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 40
    assert sorted(payload["to"] for payload in delivered) == list(range(40))
    assert not OutboxMessage.objects.exclude(attempts=1).exists()


@pytest.mark.django_db
def test_a_deliverer_that_slept_through_its_claim_does_nothing(delivered: Received) -> None:
    message = outbox.put("note", {"to": 1})
    outbox.deliver_pending()
    assert not outbox._deliver(message.pk, clock.now())
    assert delivered == [{"to": 1}]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_slow_deliverer_and_one_that_takes_its_claim_over_have_one_effect() -> None:
    effects, inside, go_on = [], Flag(), Flag()

    @outbox.handler("slow")
    def slow(payload: dict) -> None:
        effects.append(payload)
        inside.set()
        go_on.wait(10)

    def act(at_later: bool) -> None:
        outbox.deliver_pending(at=clock.now() + (LATER if at_later else timedelta(0)))
        connection.close()

    outbox.put("slow", {})
    first, second = Thread(target=act, args=(False,)), Thread(target=act, args=(True,))
    first.start()
    assert inside.wait(10)
    second.start()
    time.sleep(0.3)
    go_on.set()
    first.join()
    second.join()
    outbox._handlers.pop("slow")
    assert len(effects) == 1


KILLED = """
import os, sys, django
django.setup()
from records import outbox
from records.models import OutboxMessage

@outbox.handler("note")
def die(payload):
    OutboxMessage.objects.create(kind="half done", created_at="2026-11-23T00:00:00Z")
    print("inside", flush=True)
    sys.stdin.read()

outbox.deliver_pending()
"""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_kill_between_claim_and_delivery_loses_nothing(delivered: Received, settings: Settings) -> None:
    outbox.put("note", {"to": 1})
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED],
        env={**os.environ, "DATABASE_URL": url},
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdin
    with process.stdout, process.stdin:
        assert process.stdout.readline() == b"inside\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.delivered_at) == (1, None)
    assert outbox.deliver_pending(at=clock.now() + LATER) == 1
    assert delivered == [{"to": 1}]


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A broker that takes every connection and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.mark.parametrize("broker", ["silent", "refused", "unknown"])
def test_no_request_waits_for_a_broken_broker(broker: str, silent_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = {"silent": silent_server, "refused": "redis://127.0.0.1:1/0", "unknown": "redis://broker.invalid/0"}[broker]
    asked = Flag()

    def publish(name: str, **options: object) -> None:
        asked.set()
        # How it ends is not the request's matter; the test may be over by then.
        with suppress(Exception), current_app.connection_for_write(url) as line:
            line.default_channel.client.ping()

    monkeypatch.setattr(current_app, "send_task", publish)
    tried = bell.Bell()
    start = time.monotonic()
    for _ in range(50):
        tried.ring()
    assert time.monotonic() - start < 0.5
    assert asked.wait(5)


def test_rings_that_come_together_wake_the_worker_once_or_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[str] = []
    free = Flag()

    def publish(name: str, **options: object) -> None:
        free.wait(5)
        published.append(name)

    monkeypatch.setattr(current_app, "send_task", publish)
    tried = bell.Bell()
    for _ in range(50):
        tried.ring()
    free.set()
    deadline = time.monotonic() + 5
    while not published and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert 1 <= len(published) <= 2
    assert set(published) == {jobs.deliver.name}


def test_a_bell_that_raises_keeps_ringing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    calls = []

    def publish(name: str, **options: object) -> None:
        calls.append(name)
        raise ConnectionError("gone")

    monkeypatch.setattr(current_app, "send_task", publish)
    tried = bell.Bell()
    for turn in (1, 2):
        tried.ring()
        deadline = time.monotonic() + 5
        while len(calls) < turn and time.monotonic() < deadline:
            time.sleep(0.01)
    assert len(calls) == 2
    assert "the sweep will deliver" in caplog.text


@pytest.mark.redis
@pytest.mark.postgres
def test_a_real_worker_is_woken_and_delivers(worker: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    # The worker knows no handler called so: that it tried is what shows it was woken.
    OutboxMessage.objects.create(kind="nobody", created_at=clock.now())
    bell.Bell().ring()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if OutboxMessage.objects.get().attempts:
            return
        time.sleep(0.2)
    pytest.fail("the worker was not woken")
