"""The servers under the platform, one module each. What stands in for what, and why: docs/decisions."""
