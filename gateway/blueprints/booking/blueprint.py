"""The blueprint that the steps hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("booking", __name__, url_prefix="/book")
