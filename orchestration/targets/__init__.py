"""Copies of the publication for other tools: Parquet files, PostgreSQL. Each target is independent of the others.

A target holds one whole publication, today's or, where it could not be reached, an earlier one. Nothing in here knows
Dagster: `orchestration/assets/targets.py` runs it as a part of a refresh.
"""
