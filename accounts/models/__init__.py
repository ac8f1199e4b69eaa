"""Authorities, units, posts, and who holds them when."""

from .organisation import Portfolio, Post, PostHolding, SigningAuthority, Unit, UnitRole
from .users import User

__all__ = ["Portfolio", "Post", "PostHolding", "SigningAuthority", "Unit", "UnitRole", "User"]
