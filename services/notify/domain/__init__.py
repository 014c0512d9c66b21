"""What is to be sent, when, and how often it is tried; the standard library alone."""
