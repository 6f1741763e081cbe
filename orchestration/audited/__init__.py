"""What the audit looks at, in SQL over the build and the lake, and in which words it tells what it found.

Promises stand in `expectations`; no Dagster in here.
"""
