"""What recruitment decides about: the people of the pool, and the search for partners."""
