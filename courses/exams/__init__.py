"""Before and during an exam: the blueprint, papers, rules of the day, the exam room."""
