"""The shape of a receipt: strict where we rely on it, deaf to what a case file may add one day."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Receipt(BaseModel):
    """By which the case file says what it has kept."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    document_id: str
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Of the bytes as they were kept."""
    receipt: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z./_-]{1,100}$")]
    """Its number; people read it."""
