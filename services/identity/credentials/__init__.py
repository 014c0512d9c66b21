"""Credentials of citizens: registered, linked, revoked, looked after by the helpdesk."""

from services.identity.credentials.credentials import Credentials

__all__ = ["Credentials"]
