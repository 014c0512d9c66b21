"""What is inside a document: looked at, and turned into pictures, in a process that can do no harm.

`client` asks, from the files entry; `process` answers, with a child for each document.  The inspector has no
key and no store: it asks back for the bytes that it needs, over the connection on which it was asked.
"""
