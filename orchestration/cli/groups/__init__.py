"""Commands with commands of their own (`imr quarantine release`): one file each, of arguments and help."""
