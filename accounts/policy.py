"""The policy line of every route: who may come to the address at all. A route without one fails the tests.

The line stands at the gate only; what a person may see or do behind it is asked again by the view and the service.
"""

from __future__ import annotations

PUBLIC = "public"
LOGIN = "login"
VISIBLE = "visible"
ADMIN = "admin"
WORDS = {
    PUBLIC: "anybody, without logging in",
    LOGIN: "whoever is logged in; the page shows what belongs to that person",
    VISIBLE: "whoever may see the object in the address; to everybody else it does not exist",
    ADMIN: "the administrators, each for the rows of the own post",
}
_ADMIN_ROUTES = "admin:"

POLICY: dict[str, str] = {}


def declare(policy: str, *names: str) -> None:
    """State the policy of routes by their URL names; a second line for one route is a programming error."""
    if policy not in WORDS:
        raise ValueError(f"there is no policy {policy}")
    for name in names:
        if name in POLICY:
            raise ValueError(f"route {name} has two policies")
        POLICY[name] = policy


def policy_of(name: str) -> str:
    """Return the policy of a route; one that nobody declared asks for a log-in, and a test names it."""
    if name.startswith(_ADMIN_ROUTES):
        return ADMIN
    return POLICY.get(name, LOGIN)


def is_declared(name: str) -> bool:
    """Tell whether somebody stated a policy for a route."""
    return name.startswith(_ADMIN_ROUTES) or name in POLICY


# The addresses of the layers below, which cannot know of policies.
declare(PUBLIC, "healthz", "readyz", "set_language", "style")
declare(LOGIN, "administration")
