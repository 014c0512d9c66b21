"""The waiting list: asking for an earlier time, being offered one, answering."""
