"""The data dictionary beside each publication: every table and column, its meaning, its values, an example."""
