"""Documents between browser and object store: streamed, checked, encrypted on the way."""

from gateway.blueprints.files.routes import register

__all__ = ["register"]
