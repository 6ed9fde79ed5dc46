"""The question bank: types, marking, formats."""
