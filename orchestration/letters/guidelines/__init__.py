"""What a side says it relied on, cut into citations: name, chapter, topic, pages, year. `cutter` is the way in."""
