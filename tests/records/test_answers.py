"""From errors to answers: every fault has its page, its JSON, and no word of our inside."""

import os
import re
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from core import clock, errors_pages
from records import files, health, runs, verify
from records.models import JobRun
from tests.records import samples
from tests.records.addresses import FAULTS

STATUS = {
    "refused": 403,
    "notnow": 409,
    "badinput": 400,
    "gone": 404,
    "denied": 403,
    "suspicious": 400,
    "fault": 500,
    "away": 503,
    "closed": 503,
    "data": 400,
    "overflow": 400,
    "half": 400,
    "nul": 400,
}
MIDDLEWARE = [
    "core.middleware.Availability",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.Refusals",
]


@pytest.fixture
def visitor(settings: Settings) -> Client:
    settings.ROOT_URLCONF = "tests.records.addresses"
    settings.MIDDLEWARE = MIDDLEWARE
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "OPTIONS": {"context_processors": []}}]
    return Client(headers={"Accept-Language": "en"}, raise_request_exception=False)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_page(visitor: Client, fault: str) -> None:
    answer = visitor.get(f"/{fault}")
    page = answer.content.decode()
    assert answer.status_code == STATUS[fault]
    assert answer["Content-Type"].startswith("text/html")
    assert "<h1" in page
    assert "secret words" not in page


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_json(visitor: Client, fault: str) -> None:
    for answer in (visitor.get(f"/api/v1/{fault}"), visitor.get(f"/{fault}", headers={"Accept": "application/json"})):
        body = answer.json()
        assert answer.status_code == STATUS[fault]
        assert set(body) == {"error", "reason", "article", "gaps"}
        assert body["error"]
        assert body["reason"]
        assert "secret words" not in answer.content.decode()


def test_a_refusal_says_why_and_by_which_article(visitor: Client) -> None:
    page = visitor.get("/refused").content.decode()
    assert "Only the secretariat affixes the seal." in page
    assert "§3.5" in page


def test_not_now_names_every_gap_with_the_place_to_mend_it(visitor: Client) -> None:
    page = visitor.get("/notnow").content.decode()
    assert "The clause on funding" in page
    assert 'href="/agreements/0123456789/"' in page
    assert visitor.get("/api/v1/notnow").json() == {
        "error": "gaps",
        "reason": "Two things are missing.",
        "article": "§3.2",
        "gaps": [
            {"code": "funding", "text": "The clause on funding", "article": "§2.4", "url": "/agreements/0123456789/"},
            {"code": "diligence", "text": "Yes", "article": "§3.1", "url": ""},
        ],
    }


def test_what_does_not_exist_answers_like_what_is_hidden(visitor: Client) -> None:
    def page(address: str) -> str:
        """The page without what differs on every page: its own address and the mask of the form token."""
        content = visitor.get(address).content.decode().replace(address, "")
        return re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", content)

    assert page("/gone") == page("/never")


def test_a_form_without_its_token_says_what_to_do(settings: Settings, visitor: Client) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    answer = strict.post("/form")
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "code=%00",
        "%00=1",
        "page=" + "9" * 40,
        "offset=10000000000000000000",
        "code=" + "x" * 3_000,
        "sequence=" + "9" * 5_000,
    ],
)
def test_what_no_database_can_read_is_bad_input(visitor: Client, query: str) -> None:
    answer = visitor.get(f"/count?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_form_with_more_than_is_taken_says_how_much(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024**2
    settings.ROOT_URLCONF = "tests.records.addresses"
    client = Client(headers={"Accept-Language": "en"}, raise_request_exception=False, enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    client.cookies["csrftoken"] = "a" * 32  # with one, the form is read to find its token
    many = "&".join(f"field-{n}=x" for n in range(9))
    for sent, said in ((many, b"3 fields"), ("field=" + "x" * 2_100_000, b"2 MB")):
        answer = client.post("/form", sent, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 400
        assert said in answer.content


def test_a_nul_in_the_path_is_bad_input(visitor: Client) -> None:
    assert visitor.get("/a%00b").status_code == 400


@pytest.mark.django_db
def test_a_number_beyond_any_column_finds_nothing(visitor: Client) -> None:
    assert visitor.get("/count?sequence=" + "9" * 30).status_code == 200


@pytest.mark.django_db
def test_a_long_number_may_be_searched_for(visitor: Client) -> None:
    assert visitor.get("/count?code=6222021234567890123&page=12").status_code == 200


def test_a_database_lost_in_a_middleware_is_503_too(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object) -> None:
        raise OperationalError("secret words")

    monkeypatch.setattr("django.middleware.locale.LocaleMiddleware.process_request", away)
    answer = visitor.get("/count")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


ASK = """
import time, django
django.setup()
from django.test import Client, RequestFactory
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
assert client.get("/healthz").status_code == 200  # alive, and everything loaded
client.cookies["sessionid"] = "x" * 32
for address in ("/", "/readyz"):
    start = time.monotonic()
    print(client.get(address).status_code, time.monotonic() - start)
"""


@pytest.mark.parametrize("broken", ["silent", "refused"])
def test_a_database_that_is_away_is_told_within_three_seconds(broken: str, settings: Settings, tmp_path: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if broken == "silent":
            server.listen(8)
        url = f"postgres://a:b@127.0.0.1:{server.getsockname()[1]}/c"
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", ASK],
            env={**os.environ, "DATABASE_URL": url, "TEST_DATA_DIR": str(tmp_path)},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=True,
        )
    answers = [line.split() for line in done.stdout.splitlines()]
    assert [status for status, _ in answers] == ["503", "503"]
    assert max(float(seconds) for _, seconds in answers) < 3


@pytest.fixture
def sound(visitor: Client, settings: Settings, tmp_path: Path) -> Client:
    settings.BROKER_URL = ""
    settings.QUEUE_DIR = tmp_path / "queue"
    return visitor


@pytest.mark.django_db
def test_ready_when_every_part_is_sound(sound: Client) -> None:
    runs.once("tick", "now", dict)
    answer = sound.get("/readyz")
    assert (answer.status_code, answer.json()["broken"]) == (200, [])
    assert set(answer.json()["parts"]) == {"database", "storage", "tick", "broker"}


@pytest.mark.django_db
def test_a_stale_or_missing_tick_is_named(sound: Client) -> None:
    assert sound.get("/readyz").json()["broken"] == ["tick"]
    runs.once("tick", "then", dict)
    JobRun.objects.update(finished_at=clock.now() - timedelta(minutes=6))
    answer = sound.get("/readyz")
    assert (answer.status_code, answer.json()["broken"]) == (503, ["tick"])


@pytest.mark.django_db
def test_a_store_that_cannot_be_written_is_named(sound: Client, settings: Settings, tmp_path: Path) -> None:
    runs.once("tick", "now", dict)
    (tmp_path / "wall").write_text("")
    settings.STORAGE_DIR = tmp_path / "wall" / "files"
    assert sound.get("/readyz").json()["broken"] == ["storage"]


@pytest.mark.django_db
@pytest.mark.parametrize("broken", ["silent", "refused"])
def test_a_broker_that_is_away_is_named_within_a_second(sound: Client, settings: Settings, broken: str) -> None:
    runs.once("tick", "now", dict)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if broken == "silent":
            server.listen(8)
        settings.BROKER_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        start = clock.now()
        assert sound.get("/readyz").json()["broken"] == ["broker"]
        assert clock.now() - start < timedelta(seconds=1.2)


@pytest.mark.redis
@pytest.mark.django_db
def test_a_broker_that_answers_is_sound(visitor: Client) -> None:
    assert "broker" not in visitor.get("/readyz").json()["broken"]


def test_alive_asks_nothing_of_the_database(sound: Client) -> None:
    assert sound.get("/healthz").json() == {"status": "ok"}


def test_a_fault_shown_to_a_watcher_names_no_address(caplog: pytest.LogCaptureFixture) -> None:
    assert health._fault("does not answer", OSError("10.0.0.7:5432")) == "does not answer"
    assert "10.0.0.7" in caplog.text


@pytest.mark.django_db
def test_the_command_names_what_does_not_hold(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify", "--json")
    assert capsys.readouterr().out == "[]\n"
    stored = files.store_bytes(samples.pdf(), extension="pdf")
    files.place(stored.sha256).unlink()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--json")
    assert ended.value.code == 1
    assert '"kind": "file_missing"' in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("verify")
    assert capsys.readouterr().out.startswith("file_missing: ")


@pytest.mark.django_db(transaction=True)
def test_a_reference_into_nothing_is_named() -> None:
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO auth_permission (name, content_type_id, codename) VALUES ('x', 987654, 'x')",
        )
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
    (finding,) = verify.findings()
    assert (finding["kind"], finding["table"]) == ("reference_broken", "auth_permission")
    assert (finding["field"], finding["found"]) == ("content_type_id", "987654")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM auth_permission WHERE codename = 'x'")


def test_json_is_for_programs_only(rf: RequestFactory) -> None:
    assert errors_pages.wants_json(rf.get("/inbox.json"))
    assert errors_pages.wants_json(rf.get("/x", headers={"Accept": "application/json"}))
    assert not errors_pages.wants_json(rf.get("/x", headers={"Accept": "text/html,application/json;q=0.9"}))
    assert not errors_pages.wants_json(rf.get("/x"))
