"""Machine clients: their registration, their keys, their tokens (RFC 6749, 7009, 7521, 7523)."""
