"""How alike two texts are: against a plain count of the longest run of common words."""

from __future__ import annotations

from random import Random

import pytest

from auditcheck.checks import likeness
from auditcheck.checks.likeness import Words, percent_alike


def common(one: str, other: str) -> int:
    """The longest run of common characters, in order, others between them."""
    best = [0] * (len(other) + 1)
    for a in one:
        before = 0
        for at, b in enumerate(other, start=1):
            before, best[at] = best[at], before + 1 if a == b else max(best[at], best[at - 1])
    return best[-1]


@pytest.mark.parametrize("least", [1, 50, 90, 100])
def test_the_share_of_common_words(least: int) -> None:
    random = Random(least)
    for _ in range(300):
        one, other = ("".join(random.choices("abc", k=random.randint(0, 12))) for _ in range(2))
        share = 200 * common(one, other) // (len(one) + len(other)) if one or other else 0
        assert percent_alike(one, other, least) == (share if share >= least else 0), (one, other)


@pytest.mark.parametrize(("more", "percent"), [("", 100), ("k", 95), ("kl", 90), ("klm", 0)])
def test_nine_tenths_of_all_words_are_enough(more: str, percent: int) -> None:
    assert percent_alike("abcdefghij", "abcdefghij" + more, 90) == percent


def test_a_share_is_rounded_down_before_it_is_held_against_the_limit() -> None:
    """13 words of 14 and of 15 are 89.66%."""
    assert [percent_alike("abcdefghijklmx", "abcdefghijklmyz", least) for least in (89, 90)] == [89, 0]


def test_more_words_than_there_are_characters_below_the_private_ones() -> None:
    texts = [" ".join(f"{word}{n}" for n in range(60_000)) for word in ("word", "other")]
    one, other = map(Words().of, texts)
    assert len(set(one)) == len(set(other)) == 60_000 and not set(one) & set(other)


def test_the_characters_of_words_end_with_the_last_there_is() -> None:
    """After a million words and more comes the first again: to read so many takes too long here."""
    assert chr(likeness._FIRST + likeness._ROOM - 1) == "\U0010ffff"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Jack is often hungry", "Emily is often hungry", True),
        ("he is often hungry", "she is often hungry", True),
        ("he is often hungry", "Jack is often hungry", True),
        ("his brother is hungry", "her sister is hungry", True),
        ("the boy is hungry.", "the child is hungry", True),
        ("Jack's mother is ill", "Emily's mother is ill", True),
        ("the mother\u2019s flat", "the mother's flat", True),
        ("often hungry", "often angry", False),
        ("ALWAYS HUNGRY HE SAYS", "always hungry she says", True),
        ("ALWAYS HUNGRY", "ALWAYS ANGRY", False),
        ("he told her that he saw Jack", "she told him that she saw Emily", True),  # mostly somebody, and few capitals
        ("Jack Green he sees", "Emily Brown she sees", True),  # somebody in three of four, and capitals in half
        ("Jack Green says he sleeps", "Emily Brown says she sleeps", True),
    ],
)
def test_which_words_are_one(one: str, other: str, alike: bool) -> None:
    words = Words()
    assert (words.of(one) == words.of(other)) is alike


def test_half_capitals_are_names_and_more_are_none() -> None:
    words = Words()
    assert words.of("Jack Green is here") == words.of("Emily Brown is here")
    assert words.of("Jack Green Is here") != words.of("Emily Brown Is here")
