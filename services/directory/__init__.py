"""The establishments, their departments, and the people who work there."""
