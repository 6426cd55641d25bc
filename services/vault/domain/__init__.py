"""What can be decided about the files of persons, and about what they ask of them."""
