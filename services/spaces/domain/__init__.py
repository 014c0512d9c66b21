"""The private space and the rules for its data; the standard library alone."""
