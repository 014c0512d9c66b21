"""Everything that runs the platform somewhere: one machine here, Kubernetes beside it."""
