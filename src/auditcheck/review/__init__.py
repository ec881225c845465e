"""The pack for people from outside who check the checks: a sample, the rules and their answers, without anybody's id."""


class BadReview(Exception):
    """The run or the sample can't be used. The message is a sentence; exit 2."""
