"""Room events over Server-Sent Events, from a process of their own."""
