"""Opens ten thousand streams in one process per stack and compares what they cost."""
