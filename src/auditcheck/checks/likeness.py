"""How alike two texts are, word for word, once what must differ between copies (names, he and she) is left aside."""

from __future__ import annotations

from rapidfuzz.distance import LCSseq

#: Fewer words say too little to tell a copy from chance.
FEWEST = 10

_EDGES = " \t.,;:!?()[]{}<>\"'*_/\\\u2018\u2019\u201c\u201d\u2013\u2014-"
_SOMEBODY = "he she they him her them his hers their theirs himself herself themself themselves"
_A_CHILD = "boy girl son daughter brother sister sibling"
_ALIKE = dict.fromkeys(_SOMEBODY.split(), "\0") | dict.fromkeys(_A_CHILD.split(), "child")
_FIRST, _ROOM = 0xE000, 0x110000 - 0xE000  # above the surrogates; so many that two words seldom share a character
_NOBODY = chr(_FIRST)


def _capital(word: str) -> bool:
    return word.strip(_EDGES)[:1].isupper()


class _Seen(dict[str, str]):
    """A word as it is written -> its character; ``names``: whether a capital makes it a name."""

    def __init__(self, number: dict[str, str], names: bool) -> None:
        super().__init__()
        self.number, self.names = number, names

    def __missing__(self, word: str) -> str:
        plain = word.strip(_EDGES).lower().replace("\u2019", "'").removesuffix("'s")
        plain = "\0" if self.names and _capital(word) else _ALIKE.get(plain, plain)
        self[word] = self.number.setdefault(plain, chr(_FIRST + len(self.number) % _ROOM))
        return self[word]


class Words:
    """Reads texts that are to be compared with each other: a character a word, the same for every name and pronoun."""

    def __init__(self) -> None:
        number = {"\0": _NOBODY}
        self._mixed, self._loud = _Seen(number, names=True), _Seen(number, names=False)

    def of(self, text: str) -> str:
        """A text as it is compared. No list of names is kept: a word with a capital may be one, at the start of a sentence too; in a text
        of mostly capitals none is taken for a name."""
        words = text.split()
        read = "".join(map(self._mixed.__getitem__, words))
        if 2 * read.count(_NOBODY) > len(read) and 2 * sum(map(_capital, words)) > len(words):
            return "".join(map(self._loud.__getitem__, words))
        return read


def percent_alike(one: str, other: str, least: int) -> int:
    """How much of two texts is the same words in the same order, in whole percent rounded down; 0 where it is less than ``least``."""
    words = len(one) + len(other)
    enough = -(-least * words // 200)  # so many words, rounded up, must stand in both
    if not words or min(len(one), len(other)) < enough:
        return 0
    return 200 * int(LCSseq.similarity(one, other, score_cutoff=enough)) // words
