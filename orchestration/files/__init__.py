"""What a file holds: text, the pages of a PDF, or files of its own. Nothing in here knows what a letter says."""
