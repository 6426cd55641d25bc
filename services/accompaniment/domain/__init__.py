"""Involvements, the hours given, the contributions made and how they were answered."""
