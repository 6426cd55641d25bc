"""What goes into every audit bundle: how to read it in two languages, and what verifies it."""
