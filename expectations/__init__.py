"""What the warehouse promises about its items and marts, and the one way to check it: frames in, results out.

The only package that imports Great Expectations, and only `run` does, late: the import takes seconds. No Dagster, no
DuckDB and no files in here. Keys, counts and relationships are dbt tests' and shapes are dbt contracts' business.
"""
