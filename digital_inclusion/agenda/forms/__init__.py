"""Shape and wording of input of the agenda."""
