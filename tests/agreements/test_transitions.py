"""The machine says what is possible: every transition belongs to exactly one verb, and every other time is refused."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from agreements import verbs
from agreements.models import Agreement, Standing, Station
from agreements.services import lifecycle
from core.errors import NotNow
from core.verdicts import Denied
from tests.factories import make_agreement

FIELDS = ("station", "standing")


def transitions() -> dict[str, tuple[str, set[str]]]:
    """Return every transition of the machine: its field and the sources the machine itself names."""
    found: dict[str, tuple[str, set[str]]] = {}
    for field in FIELDS:
        for transition in Agreement._meta.get_field(field).get_all_transitions(Agreement):
            found.setdefault(transition.name, (field, set()))[1].add(transition.source)
    return found


MOVES = [verb for verb in verbs.all_verbs() if verb.transition]


def test_each_transition_belongs_to_exactly_one_verb() -> None:
    assert sorted(verb.transition for verb in MOVES) == sorted(transitions())


def test_each_verb_has_one_rule_and_an_article() -> None:
    for verb in verbs.all_verbs():
        assert callable(verb.may)
        assert verb.article.startswith("§")


@pytest.mark.parametrize("verb", MOVES, ids=lambda verb: verb.code)
def test_a_verb_is_refused_wherever_the_machine_does_not_allow_it(org, verb) -> None:
    agreement = make_agreement(org)
    field, sources = transitions()[verb.transition]
    allowed = 0
    for station in Station:
        for standing in Standing:
            # The tracked queryset refuses a bulk write; the plain one puts the case where this test wants it.
            QuerySet(Agreement).filter(pk=agreement.pk).update(station=station, standing=standing)
            agreement = Agreement.objects.get(pk=agreement.pk)
            here = getattr(agreement, field)
            active = field == "standing" or standing == Standing.ACTIVE
            if lifecycle.is_time(agreement, verb):
                allowed += 1
                assert here in sources
                assert active
                continue
            able = next(
                (user for user in org.users.values() if not isinstance(verb.may(user, agreement), Denied)), None
            )
            if able is None:
                continue
            with pytest.raises(NotNow) as refusal:
                lifecycle.move(agreement, verb.code, by=able)
            assert refusal.value.code == "wrong_time"
            assert (agreement.station, agreement.standing) == (station, standing)
    assert allowed
