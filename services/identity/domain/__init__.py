"""Who somebody is and how that was proved; the standard library alone."""
