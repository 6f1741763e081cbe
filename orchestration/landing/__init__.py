"""The landing place: which files lie there, which of them were received before, and what the others become.

`places` lists and opens, `seen` remembers, `receiving` makes rows of the lake. Folders and object stores are the same
to whoever asks.
"""
