"""How faithful the warehouse is to its letters: labelled letters and lists through a whole refresh, compared field by
field with what a person read in them. Run by `make fidelity`.

Nothing in here reads a letter; what is measured is the production path from file to published table.
"""
