"""What holds for every text that the reader may be given, labelled or not: letters mutated in every way we could think
of, and the properties that their readings keep. Expected results of single letters belong in `golden`."""
