"""Notify's store, the mail server, and what a mail is made of."""
