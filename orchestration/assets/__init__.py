"""The five steps, one file each. Thin: read, call, write, report metadata."""
