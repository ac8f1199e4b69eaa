"""Deployment: settings, addresses, the queue, and the operators' commands."""

from .celery import app as celery_app

__all__ = ("celery_app",)
