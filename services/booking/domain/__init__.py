"""Slots, who is chosen, and the life of a claim: pure, no input or output, time as an argument."""
