"""What is followed after an involvement began, contacts, and assessments of practice."""
