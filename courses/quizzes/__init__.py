"""Quizzes: papers drawn on the server, attempts whose answers are never lost, exact marking."""
