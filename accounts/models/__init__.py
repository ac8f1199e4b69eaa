"""Authorities, units, posts, who holds them when, and who acts in them for whom."""

from .delegation import Delegation
from .organisation import Portfolio, Post, PostHolding, SigningAuthority, Unit, UnitRole
from .users import User

__all__ = ["Delegation", "Portfolio", "Post", "PostHolding", "SigningAuthority", "Unit", "UnitRole", "User"]
