"""Where spaces keeps its data."""
