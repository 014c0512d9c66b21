"""What a room is and what its times allow: pure, the standard library alone."""
