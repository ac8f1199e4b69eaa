"""The chain: what may be appended, and that every way of bending it afterwards shows."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from pytest_django.fixtures import Settings

from records import append_only, checkpoints, mac, trail, verify
from records.models import Event
from records.trail import Actor

Forge = Callable[..., None]


def kinds() -> set[str]:
    return {finding["kind"] for finding in verify.findings()}


def test_events_follow_each_other_and_keep_the_actor_as_text(chain_of_three: list[Event], actor: Actor) -> None:
    first, second, third = trail.history("agreement:1")
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert (first.previous_mac, second.previous_mac, third.previous_mac) == ("", first.mac, second.mac)
    assert (first.actor_id, first.actor_name, first.post_name, first.capacity) == (7, "王芳", "合作交流办 科员", "本人")
    assert trail.verify_chain("agreement:1") == []


def test_two_chains_do_not_touch(chain_of_three: list[Event], actor: Actor) -> None:
    with transaction.atomic():
        other = trail.append(chain="agreement:2", code="created", actor=actor)
        system = trail.append(chain=trail.SYSTEM_CHAIN, code="login", actor=trail.SYSTEM)
    assert (other.sequence, system.sequence) == (1, 1)
    assert verify.findings() == []


@pytest.mark.django_db
def test_everything_in_an_event_reads_back_as_sealed(actor: Actor) -> None:
    with transaction.atomic():
        event = trail.append(
            chain="agreement:1",
            code="signed",
            actor=actor,
            legal_on=date(2026, 11, 20),
            at=datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC),
            comment="同意。\n“按程序办理” 😀",
            text_label="第4稿",
            text_sha256="a" * 64,
            payload={
                "amount": Decimal("300.10"),
                "on": date(2026, 11, 20),
                "big": 10**30,
                "list": [1, {"z": None}],
            },
        )
    read = Event.objects.get(pk=event.pk)
    assert read.payload == {"amount": "300.10", "on": "2026-11-20", "big": 10**30, "list": [1, {"z": None}]}
    assert (read.legal_on, read.recorded_at) == (date(2026, 11, 20), event.recorded_at)
    assert trail.verify_chain("agreement:1") == []


@pytest.mark.django_db
def test_a_legal_day_is_a_day_in_china(actor: Actor) -> None:
    with transaction.atomic():
        event = trail.append(chain="a", code="x", actor=actor, at=datetime(2026, 11, 22, 16, 30, tzinfo=UTC))
    assert event.legal_on == date(2026, 11, 23)


@pytest.mark.django_db
@pytest.mark.parametrize("value", [1.5, float("nan"), float("inf")])
def test_a_float_is_no_fact(actor: Actor, value: float) -> None:
    with pytest.raises(TypeError), transaction.atomic():
        trail.append(chain="a", code="x", actor=actor, payload={"amount": value})


@pytest.mark.django_db(transaction=True)
def test_no_event_outside_the_transaction_of_what_it_records(actor: Actor) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        trail.append(chain="a", code="x", actor=actor)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("comment", "不同意"),
        ("actor_name", "李强"),
        ("legal_on", "2020-01-01"),
        ("code", "other"),
        ("payload", '{"a": 1}'),
        ("recorded_at", "2020-01-01 00:00:00+00:00"),
        ("actor_id", 8),
        ("text_sha256", "b" * 64),
        ("capacity", "x"),
    ],
)
def test_an_altered_row_is_named(chain_of_three: list[Event], forge: Forge, column: str, value: object) -> None:
    second = chain_of_three[1]
    forge(f"UPDATE records_event SET {column} = %s WHERE id = %s", value, second.pk)
    (finding,) = verify.findings()
    assert (finding["kind"], finding["table"], finding["id"]) == ("event_changed", "records_event", second.pk)


def test_the_report_does_not_hand_out_the_seal_that_would_fit(chain_of_three: list[Event], forge: Forge) -> None:
    second = chain_of_three[1]
    forge("UPDATE records_event SET comment = 'forged' WHERE id = %s", second.pk)
    second.refresh_from_db()
    assert trail.mac_of(second) not in json.dumps(verify.findings())


def test_a_row_taken_from_the_middle_leaves_a_gap(chain_of_three: list[Event], forge: Forge) -> None:
    forge("DELETE FROM records_event WHERE id = %s", chain_of_three[1].pk)
    assert "event_missing" in kinds()


def test_a_gap_closed_by_renumbering_shows(chain_of_three: list[Event], forge: Forge) -> None:
    forge("DELETE FROM records_event WHERE id = %s", chain_of_three[1].pk)
    forge("UPDATE records_event SET sequence = 2 WHERE id = %s", chain_of_three[2].pk)
    assert kinds() >= {"event_order", "event_changed"}


def test_two_rows_that_changed_places_show(chain_of_three: list[Event], forge: Forge) -> None:
    _, second, third = chain_of_three
    forge("UPDATE records_event SET sequence = 90 WHERE id = %s", second.pk)
    forge("UPDATE records_event SET sequence = 2 WHERE id = %s", third.pk)
    forge("UPDATE records_event SET sequence = 3 WHERE id = %s", second.pk)
    found = verify.findings()
    assert {finding["id"] for finding in found} == {second.pk, third.pk}
    assert {finding["kind"] for finding in found} == {"event_order", "event_changed"}


def test_a_row_moved_to_another_chain_shows(chain_of_three: list[Event], forge: Forge) -> None:
    forge("UPDATE records_event SET chain = 'agreement:9', sequence = 1 WHERE id = %s", chain_of_three[2].pk)
    assert kinds() == {"event_order", "event_changed"}


def test_a_cut_tail_is_named_by_the_checkpoint(chain_of_three: list[Event], forge: Forge) -> None:
    assert checkpoints.checkpoint()
    assert verify.findings() == []
    forge("DELETE FROM records_event WHERE id = %s", chain_of_three[2].pk)
    (finding,) = verify.findings()
    assert (finding["kind"], finding["id"]) == ("chain_cut", chain_of_three[1].pk)
    assert finding["expected"].startswith("agreement:1 3 ")


def test_a_chain_that_is_gone_whole_is_named(chain_of_three: list[Event], forge: Forge) -> None:
    checkpoints.checkpoint()
    forge("DELETE FROM records_event")
    assert "chain_cut" in kinds()


def test_an_old_copy_continued_is_named(chain_of_three: list[Event], forge: Forge, actor: Actor) -> None:
    checkpoints.checkpoint()
    forge("DELETE FROM records_event WHERE id = %s", chain_of_three[2].pk)
    with transaction.atomic():
        trail.append(chain="agreement:1", code="another third", actor=actor)
    assert trail.verify_chain("agreement:1") == []
    assert kinds() == {"chain_cut"}


def test_a_checkpoint_file_that_lost_its_end_is_named(chain_of_three: list[Event], actor: Actor) -> None:
    checkpoints.checkpoint()
    with transaction.atomic():
        trail.append(chain="agreement:1", code="fourth", actor=actor)
    checkpoints.checkpoint()
    first, _second = checkpoints.path().read_text().splitlines(keepends=True)
    checkpoints.path().write_text(first)
    assert kinds() == {"checkpoint_missing"}
    checkpoints.path().unlink()
    assert kinds() == {"checkpoint_missing"}


def test_an_edited_or_shortened_checkpoint_line_is_named(chain_of_three: list[Event], actor: Actor) -> None:
    for _ in range(2):
        checkpoints.checkpoint()
        with transaction.atomic():
            trail.append(chain="agreement:1", code="more", actor=actor)
    whole = checkpoints.path().read_text()
    checkpoints.path().write_text(whole.replace('"agreement:1": [3', '"agreement:1": [2'))
    assert "checkpoint_changed" in kinds()
    checkpoints.path().write_text("nonsense\n" + whole.split("\n", 1)[1])
    assert "checkpoint_changed" in kinds()
    checkpoints.path().write_text(whole.split("\n", 1)[1])
    assert "checkpoint_missing" in kinds()


def test_a_checkpoint_says_only_what_is_new(chain_of_three: list[Event], actor: Actor) -> None:
    assert checkpoints.checkpoint()
    assert not checkpoints.checkpoint()
    with transaction.atomic():
        trail.append(chain="agreement:2", code="created", actor=actor)
    assert checkpoints.checkpoint()
    assert [set(line["ends"]) for _, line in checkpoints.lines() if line] == [{"agreement:1"}, {"agreement:2"}]


def test_an_event_committed_after_one_with_a_higher_number_is_not_overlooked(
    chain_of_three: list[Event], forge: Forge, actor: Actor
) -> None:
    with transaction.atomic():
        late = trail.append(chain="agreement:2", code="created", actor=actor)
        trail.append(chain="agreement:3", code="created", actor=actor)
    forge("DELETE FROM records_event WHERE id = %s", late.pk)  # its transaction is still open
    checkpoints.checkpoint()
    late.save(force_insert=True)
    with transaction.atomic():
        trail.append(chain="agreement:3", code="next", actor=actor)
    checkpoints.checkpoint()
    forge("DELETE FROM records_event WHERE id = %s", late.pk)
    assert kinds() == {"chain_cut"}


def test_a_line_torn_by_a_power_cut_is_no_finding(chain_of_three: list[Event], actor: Actor) -> None:
    checkpoints.checkpoint()
    with checkpoints.path().open("a") as stream:
        stream.write('{"number": 2, "at": "20')
    assert verify.findings() == []
    with transaction.atomic():
        trail.append(chain="agreement:2", code="created", actor=actor)
    checkpoints.checkpoint()
    assert verify.findings() == []
    assert len(list(checkpoints.lines())) == 2


@pytest.mark.django_db
def test_a_long_checkpoint_file_is_continued_from_its_end(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "WINDOW_BYTES", 64)
    for number in range(5):
        with transaction.atomic():
            trail.append(chain=f"agreement:{number}", code="created", actor=actor)
        assert checkpoints.checkpoint()
    assert verify.findings() == []


@pytest.mark.django_db(transaction=True)
def test_every_hundredth_event_makes_a_checkpoint_by_itself(actor: Actor) -> None:
    for _ in range(trail.CHECKPOINT_ROWS):
        with transaction.atomic():
            trail.append(chain="agreement:1", code="x", actor=actor)
    assert checkpoints.path().exists()


def test_a_lost_key_is_named_and_never_replaced(
    chain_of_three: list[Event], settings: Settings, tmp_path: Path
) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "other.key"
    assert kinds() == {"key_missing"}
    assert not settings.AUDIT_KEY_FILE.exists()


@pytest.mark.django_db
def test_the_key_is_made_for_its_owner_only_and_never_in_production(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "new.key"
    settings.IS_PRODUCTION = True
    with pytest.raises(ImproperlyConfigured):
        mac.mac({})
    settings.IS_PRODUCTION = False
    mac.mac({})
    assert settings.AUDIT_KEY_FILE.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob("new.key*")) == [settings.AUDIT_KEY_FILE]


def save_otherwise(event: Event) -> None:
    event.comment = "other"
    event.save()


def run_sql(statement: str) -> Callable[[Event], None]:
    def run(event: Event) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


ROADS: dict[str, Callable[[Event], object]] = {
    "instance": save_otherwise,
    "queryset": lambda event: Event.objects.filter(pk=event.pk).update(sequence=F("sequence") + 10),
    "sql": run_sql("UPDATE records_event SET comment = 'other'"),
    "delete": lambda event: event.delete(),
    "delete all": lambda event: Event.objects.all().delete(),
}


@pytest.mark.parametrize("road", ROADS)
def test_the_database_refuses_to_change_an_event(chain_of_three: list[Event], road: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ROADS[road](Event.objects.get(pk=chain_of_three[0].pk))
    assert verify.findings() == []


def test_the_database_refuses_to_write_over_an_event(chain_of_three: list[Event]) -> None:
    if connection.vendor == "sqlite":
        over = "INSERT OR REPLACE INTO records_event SELECT * FROM records_event"
    else:
        over = "INSERT INTO records_event SELECT * FROM records_event ON CONFLICT (id) DO UPDATE SET comment = 'other'"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run_sql(over)(chain_of_three[0])


@pytest.mark.postgres
def test_postgresql_refuses_to_empty_the_table(chain_of_three: list[Event]) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE records_event")


@pytest.mark.django_db
def test_a_trigger_that_is_gone_is_named_and_comes_back_with_the_next_migrate() -> None:
    assert append_only.missing() == []
    place = " ON records_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER keep_records_event_update{place}")
    assert append_only.missing() == [("records_event", "keep_records_event_update")]
    assert "trigger_missing" in kinds()
    append_only.install()
    assert append_only.missing() == []


@pytest.mark.django_db
def test_a_trigger_that_was_made_toothless_is_named() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE records_event DISABLE TRIGGER keep_records_event_delete")
        else:
            cursor.execute("DROP TRIGGER keep_records_event_delete")
            cursor.execute(
                "CREATE TRIGGER keep_records_event_delete BEFORE DELETE ON records_event"
                " WHEN 0 BEGIN SELECT RAISE(ABORT, ''); END"
            )
    assert append_only.missing() == [("records_event", "keep_records_event_delete")]


@pytest.mark.django_db
def test_a_connection_on_which_a_replacement_would_pass_in_silence_is_named() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers=OFF")
            try:
                assert ("records_event", "keep_records_event_delete") in append_only.missing()
            finally:
                cursor.execute("PRAGMA recursive_triggers=ON")
    assert append_only.missing() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_append_to_the_system_chain_at_once_stand_in_line() -> None:
    gate = Barrier(4)

    def act() -> None:
        gate.wait()
        for _ in range(5):
            with transaction.atomic():
                trail.append(chain=trail.SYSTEM_CHAIN, code="login", actor=trail.SYSTEM)
        connection.close()

    threads = [Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event.sequence for event in trail.history(trail.SYSTEM_CHAIN)] == list(range(1, 21))
    assert verify.findings() == []
