"""The documents of spaces: leave to bring and to read them, what time does to them, and their end."""
