"""The SFU: a plain asyncio process that forwards encoded media without decoding it.

One UDP port, no database, nothing per packet outside its memory.  `SIGNALLING.md` beside this package
describes offers, answers and slots; `transport.py` alone touches private names of aiortc and aioice.
"""
