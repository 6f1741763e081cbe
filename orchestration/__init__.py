"""From letters in a folder to a published warehouse: the Dagster side of the house."""
