"""From the mandate to its end: what partners do, and what comes of it."""
