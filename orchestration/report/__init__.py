"""The report page beside each publication: one file with figures and charts of the report tables, for any browser."""
