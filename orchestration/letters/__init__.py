"""What an Independent Medical Review letter looks like, and nothing else.

Pure functions over text, standard library only: no Dagster, no DuckDB, no pandas, no files. This package cuts; it does
not classify. Every value that it finds carries its place in the text.
"""
