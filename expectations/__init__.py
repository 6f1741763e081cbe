"""What the warehouse promises about its items and marts, and the one way to check it: frames in, results out.

The only package that imports Great Expectations, and late: the import takes seconds. `run` checks with it, and `docs`
builds pages with it, which is the one thing here that writes files. No Dagster and no DuckDB in here. Shapes are dbt
contracts' business, and uniqueness of keys is dbt tests'.
"""
