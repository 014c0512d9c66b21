"""Limits against abuse: how often something may be done, and a proof of work beyond that.

Nobody is asked to read or hear anything.  Where many share one address (a school, a company, a mobile
network) and together do more than is usual, each browser pays for its next action with a second or two of
computing; far beyond that, the address has to wait.

`table` says what is counted, `caller` who, `windows` counts, `challenge` makes and judges the work, `taking`
puts them together (`@limited(HOLD)` or `take(HOLD)`), `page` shows the challenge.
"""
