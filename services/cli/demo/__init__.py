"""The demonstration: what two offices lived through, told to the services as it would have been."""
