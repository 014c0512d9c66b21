"""Identity's stores and providers."""
