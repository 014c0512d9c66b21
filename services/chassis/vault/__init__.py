"""The vault: documents encrypted each with a key of its own, and keys that can be destroyed.

A room has a key, and a space; each document has a data key derived from it; it
is wrapped by the master key and lies in a database that no backup takes.
Destroying it makes every copy of what belongs to the room or the space -
documents, names, messages, drafts - unreadable, wherever it lies.
"""
