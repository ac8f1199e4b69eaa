"""The first accounts of a new deployment: the three administrators and the business administrator."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import PostHolding, SigningAuthority, User
from accounts.posts import post_of
from core import clock
from records import trail

CODES = ("system_admin", "security_admin", "audit_admin", "administrator")
BASIS = "系统初始化"


class Command(BaseCommand):
    help = "Make the four administrators' accounts of a new deployment and print their first passwords, once."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        authority = SigningAuthority.objects.order_by("pk").first()
        if authority is None:
            raise CommandError("Run sync_regulation first: there is no signing authority.")
        if User.objects.filter(username__in=CODES).exists():
            raise CommandError(
                "The administrators' accounts exist already; the system administrator opens further ones."
            )
        for code in CODES:
            post = post_of(authority, code)
            if post is None:
                raise CommandError(f"The post {code} is missing: run sync_regulation first.")
            password = f"{secrets.token_urlsafe(12)}-1a"
            user = User.objects.create_user(code, password, full_name=post.name_zh)
            PostHolding.objects.create(post=post, user=user, from_on=clock.today(), basis=BASIS)
            trail.append(
                chain=trail.SYSTEM_CHAIN, code="make_administrator", actor=trail.SYSTEM, payload={"username": code}
            )
            self.stdout.write(f"{code}\t{password}")
        self.stdout.write("Change each password after the first log-in, on the page of the own account.")
