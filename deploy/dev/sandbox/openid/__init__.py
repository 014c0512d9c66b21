"""OpenID Connect as the staff's provider: Authlib's server, with sessions and back-channel log-out."""
