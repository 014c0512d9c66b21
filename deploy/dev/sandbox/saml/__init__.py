"""SAML 2.0 as an identity provider: what is asked, what is answered."""
