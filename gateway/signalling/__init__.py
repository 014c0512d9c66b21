"""What call pages and our server say to each other (`services/media/SIGNALLING.md`), as declared shapes.

`messages` declares the bodies, `version` agrees on what both sides can, `typescript` writes the page's types.
"""
