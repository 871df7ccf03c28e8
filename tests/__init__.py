"""Everything that Respite promises, held against it."""
