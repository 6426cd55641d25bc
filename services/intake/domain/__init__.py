"""What intake decides about: requests and their numbers, projects and seats, people at the door."""
