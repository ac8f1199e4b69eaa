"""The commands operators rely on: exact output, exact exit codes."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agreements.models import CalendarDay, CalendarYear
from agreements.services import calendar
from records.models import JobRun
from tests.factories import Organisation


def say(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


class TestWorkdays:
    @pytest.mark.parametrize(
        ("start", "amount", "expected"),
        [
            ("2026-11-16", "5", "2026-11-23\n"),
            ("2026-09-28", "5", "2026-10-10\n"),  # over the National Day, a Saturday worked
            ("2026-10-09", "1", "2026-10-10\n"),
            ("2026-12-24", "5", "2026-12-31\n"),
            ("2026-12-28", "5", "2027-01-04 provisional\n"),
            ("2017-01-01", "1", "2017-01-03\n"),
        ],
    )
    def test_prints_the_day(self, db, start, amount, expected):
        assert say("workdays", start, amount) == expected

    @pytest.mark.parametrize(
        ("start", "amount"), [("2016-12-31", "1"), ("2026-11-16", "0"), ("2026-11-16", "-1"), ("2026-11-16", "9999999")]
    )
    def test_refuses_with_exit_2(self, db, start, amount):
        with pytest.raises(CommandError) as refusal:
            say("workdays", start, amount)
        assert refusal.value.returncode == 2

    def test_counts_with_the_rows(self, org: Organisation):
        year = CalendarYear.objects.create(year=2027, source="国办通知")
        CalendarDay.objects.create(day="2027-01-01", kind=CalendarDay.Kind.HOLIDAY, year=year)
        assert say("workdays", "2026-12-28", "5") == "2027-01-05\n"
        CalendarDay.objects.filter(day="2027-01-01").update(kind=CalendarDay.Kind.VOID)
        calendar.forget()
        assert say("workdays", "2026-12-28", "5") == "2027-01-04\n"


class TestExplainRoute:
    def route(self, *options: str) -> dict:
        return json.loads(say("explain_route", *options))

    @pytest.mark.article("§3.4")
    def test_a_department(self):
        found = self.route("--submitter", "department", "--nature", "framework")
        assert list(found) == ["steps", "forum", "party_committee", "why"]
        assert found["steps"] == [
            "general_office",
            "deputy_secretary_general",
            "secretary_general",
            "vice_mayor",
            "executive_vice_mayor",
            "mayor",
        ]
        assert (found["forum"], found["party_committee"]) == ("sign_off", False)
        assert [reason["step"] for reason in found["why"]] == [*found["steps"], "forum"]
        assert {reason["article"] for reason in found["why"]} == {"§3.4"}
        assert [reason["step"] for reason in found["why"] if "reading" in reason] == ["general_office"]

    @pytest.mark.article("§3.4")
    def test_a_district_has_no_vice_mayor(self):
        found = self.route("--submitter", "district", "--nature", "intent")
        assert "vice_mayor" not in found["steps"]
        step = next(reason for reason in found["why"] if reason["step"] == "executive_vice_mayor")
        assert step["reading"] is True

    @pytest.mark.article("§3.4")
    @pytest.mark.parametrize(
        ("natures", "forum"),
        [
            ("intent,framework", "sign_off"),
            ("framework,funds", "mayors_office_meeting"),
            ("land", "mayors_office_meeting"),
            ("funds,overall", "executive_meeting"),
            ("policy", "executive_meeting"),
        ],
    )
    def test_the_nature_decides_the_forum(self, natures, forum):
        plain = self.route("--submitter", "department", "--nature", natures)
        major = self.route("--submitter", "department", "--nature", natures, "--major")
        assert plain["forum"] == forum
        assert major["party_committee"] is True
        assert {**major, "party_committee": False, "why": major["why"][:-1]} == plain
        assert major["why"][-1]["step"] == "party_committee"

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            (["--submitter", "department"], "the General Office decides the nature first"),
            (["--submitter", "department", "--nature", " , "], "the General Office decides the nature first"),
            (["--submitter", "district", "--nature", "gift"], "unknown nature: gift"),
        ],
    )
    def test_refuses_with_exit_2(self, options, reason):
        with pytest.raises(CommandError, match=reason) as refusal:
            say("explain_route", *options)
        assert refusal.value.returncode == 2


class TestTick:
    def test_says_what_it_did(self, org: Organisation):
        assert json.loads(say("tick"))["alarms"] == 0
        assert JobRun.objects.filter(job="tick").count() == 1

    def test_works_also_in_a_minute_that_beat_has_done(self, org: Organisation):
        say("tick")
        assert json.loads(say("tick"))["alarms"] == 0

    def test_refuses_what_is_not_a_time(self, db):
        with pytest.raises(CommandError) as refusal:
            say("tick", "--at", "tomorrow")
        assert refusal.value.returncode == 2
