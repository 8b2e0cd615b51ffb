"""What the measuring harnesses of several folders share."""
