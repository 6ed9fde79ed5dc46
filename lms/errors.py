"""The ways to say no. Each carries a sentence for the person in front of the screen."""

from click import ClickException


class Refused(Exception):
    """A service declines: the sentence says what is wrong and what to do; nothing was written."""

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class StartError(ClickException):
    """The installation cannot start: one sentence names the part that is wrong, and commands print just that."""
