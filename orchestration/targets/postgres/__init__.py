"""The publication as tables of a PostgreSQL database, for every tool that connects to one."""
