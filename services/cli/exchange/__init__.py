"""The office's register on its way into Tandem, and out of it again."""
