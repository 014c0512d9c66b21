"""What crosses the bus: requests, replies, events and errors, one module per owner.

Standard library alone.  The wire carries strings, numbers, booleans, lists and
maps; instants are ISO-8601 in UTC.  Changes in place only add; a breaking one
is a new request or a new event version.
"""
