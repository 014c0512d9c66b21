"""The sources: a process of its own that plays the authorities' registers, by mutual TLS.

Its authority signs the certificates of both sides (`certificates`, made at the first start); whoever brings
none of it is refused before he has asked anything. The registers (`registers.toml`) hold the fictitious
persons of the sandbox's gallery and their companies, and somebody else, of whom nobody there may see a word.

A file `mode` in its folder, with the word `slow`, `away` or `broken`, changes how it behaves as long as it
lies there.
"""
