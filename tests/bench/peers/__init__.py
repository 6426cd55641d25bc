"""Ours beside what else one could pick, in one run, on one machine."""
