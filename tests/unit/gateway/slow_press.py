"""A child that reads its page and never answers."""

import sys

sys.stdin.buffer.read()
