"""Every route has its policy line, and nobody passes the gate without logging in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import policy

SAMPLES = {"PublicIdConverter": "0000000000", "IntConverter": 1, "SlugConverter": "x", "StringConverter": "x"}


def routes(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = ":".join(part for part in (namespace, entry.namespace) if part)
            yield from routes(entry, inner)
        else:
            yield ":".join(part for part in (namespace, entry.name or entry.lookup_str) if part), entry


ROUTES = dict(routes())
OWN = {name: route for name, route in ROUTES.items() if not name.startswith("admin")}


def test_every_route_has_a_name_and_a_policy():
    assert [name for name in ROUTES if not policy.is_declared(name)] == []


def test_no_policy_without_its_route():
    assert [name for name in policy.POLICY if name not in ROUTES] == []


def test_a_route_has_one_policy():
    with pytest.raises(ValueError, match="two policies"):
        policy.declare(policy.LOGIN, "healthz")
    with pytest.raises(ValueError, match="no policy"):
        policy.declare("whoever", "somewhere")
    assert not policy.is_declared("somewhere")


def address(name: str) -> str:
    pattern = OWN[name].pattern
    return reverse(name, kwargs={key: SAMPLES[type(value).__name__] for key, value in pattern.converters.items()})


@pytest.mark.parametrize("name", sorted(name for name in OWN if policy.policy_of(name) != policy.PUBLIC))
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_passes_without_logging_in(db, client: Client, name: str, method: str):
    answer = getattr(client, method)(address(name))
    if address(name).endswith(".json"):
        assert answer.status_code == 401
    else:
        assert answer.status_code == 302
        assert answer.url.startswith("/login/?next=")


def test_the_admin_has_no_door_of_its_own(db, client: Client):
    assert client.get("/administration/rows/").url == "/login/?next=%2Fadministration%2Frows%2F"
    assert client.get("/administration/rows/accounts/unit/").status_code == 302
