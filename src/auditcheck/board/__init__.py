"""What the board receives: figures of many records, protected against disclosure, with what can and cannot be told from them."""


class BoardRefused(Exception):
    """No book can be made of this. The message is a sentence for the person who asked; exit 2."""
