"""The second door: a nightly file of all the staff of one source of HR."""
