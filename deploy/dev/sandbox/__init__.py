"""The sandbox: a process of its own that plays the providers of log-ins, by their real protocols.

LuxTrust and the eIDAS connector by SAML 2.0 (`saml`), the staff's account by OpenID Connect (`openid`). It
has its own keys and its own origin, and knows of the platform what a provider is told: entity ids, addresses,
public keys. Instead of cards and passwords it has a gallery of fictitious persons (`persons.toml`); whoever
chooses one is that person. It refuses what a real provider would refuse, and does not start in staging and
production.

`files` writes the keys of both sides and the platform's providers' file; `app` puts the pages together.
"""
