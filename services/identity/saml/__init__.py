"""SAML 2.0 as a service provider: what is sent, what is believed, what is refused.

Pure but for the cryptography: no network, no store, no clock of its own.  Everything that is read
from a message is read from what the signature verification gave back.
"""
