"""What the audit looks at, in SQL over the build and the lake. Promises stand in `expectations`; no Dagster in here."""
