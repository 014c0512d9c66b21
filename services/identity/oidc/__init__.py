"""OpenID Connect as a relying party: pure checks of tokens, each refusal with a code of its own.

No sockets and no clock here; what is checked with comes in as an argument.
"""
