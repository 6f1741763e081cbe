"""The five templates: by which headings each is known, where its parts stand, and how its items are read."""
