"""The vault: documents encrypted each with a key of its own, and keys that can be destroyed.

A room has a key; a document has a data key, wrapped by the room's; the room's
is wrapped by the master key and lies in a database that no backup takes.
Destroying the room's key makes every copy of its documents, names and
messages unreadable, wherever it lies.
"""
