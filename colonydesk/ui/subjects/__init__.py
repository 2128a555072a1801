"""The Subjects section: the table of all animals, and one of them beside it."""
