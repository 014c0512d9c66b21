"""A case file of our own: a process that plays the system to which agents hand documents over, by mutual TLS.

What arrived can be looked at on a page on another port, without a certificate: this is a demonstration.

A file `mode` in its folder changes how it behaves as long as it lies there: `away` (503), `refusing` (422),
`slow` (takes nothing for a while), `late` (keeps the document, and answers when nobody waits any more),
`lost` (keeps it, and hangs up), `broken` (keeps it, and answers nonsense).
"""
