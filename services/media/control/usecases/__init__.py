"""What media does: each use case asks admission first, changes one room, and tells of it."""
