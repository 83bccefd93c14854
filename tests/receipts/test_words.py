"""One table of words; off-line nothing is called approved."""

from __future__ import annotations

import pytest

from terminal.receipts.font import legible
from terminal.receipts.sheet import lay_out
from terminal.receipts.words import AT_CENTRE, DEMONSTRATION, TAKE_CARD, WORDS, Outcome
from terminal.text import Language, Text
from tests.receipts import samples

APPROVED = ("受理", "办结", "批准", "通过", "办妥")
APPROVED_EN = ("accepted", "completed", "approved")


def texts(outcome: Outcome) -> list[Text]:
    words = WORDS[outcome]
    return [words.word, words.title, words.sentence, words.next_step]


def test_every_outcome_has_words() -> None:
    assert set(WORDS) == set(Outcome)


@pytest.mark.parametrize("outcome", Outcome)
def test_both_languages_and_only_characters_that_can_be_drawn(outcome: Outcome) -> None:
    for text in texts(outcome):
        assert any("\u4e00" <= character <= "\u9fff" for character in text.zh)
        assert not any("\u4e00" <= character <= "\u9fff" for character in text.en)
        assert legible(text.zh) == text.zh
        assert legible(text.en) == text.en


@pytest.mark.parametrize("outcome", [each for each in Outcome if WORDS[each].decided_by != "centre"])
def test_without_the_centre_nothing_is_called_approved(outcome: Outcome) -> None:
    for text in texts(outcome):
        assert not any(word in text.zh for word in APPROVED)
        assert not any(word in text.en.lower() for word in APPROVED_EN)


def test_at_the_centre_it_is_taken_in_still_and_no_more() -> None:
    recorded = WORDS[Outcome.RECORDED]
    assert (AT_CENTRE.word, AT_CENTRE.title, AT_CENTRE.decided_by) == (recorded.word, recorded.title, "terminal")
    for text in (AT_CENTRE.sentence, AT_CENTRE.next_step):
        assert text not in (recorded.sentence, recorded.next_step)
        assert (legible(text.zh), legible(text.en)) == (text.zh, text.en)
        assert not any(word in text.zh for word in APPROVED)
        assert not any(word in text.en.lower() for word in APPROVED_EN)
    sheet = lay_out(samples.receipt(sentence=AT_CENTRE.sentence, next_step=AT_CENTRE.next_step))
    assert (sheet.sentence, sheet.next_step.value) == (AT_CENTRE.sentence.zh, AT_CENTRE.next_step.zh)


def test_only_the_centre_accepts_and_completes() -> None:
    assert {each for each in Outcome if WORDS[each].decided_by == "centre"} == {Outcome.ACCEPTED, Outcome.COMPLETED}


def test_taken_in_says_so_and_what_comes_next() -> None:
    words = WORDS[Outcome.RECORDED]
    assert words.word.zh == "已收件"
    assert "12333" in words.next_step.zh
    assert "12333" in words.next_step.en


def test_words_differ() -> None:
    assert len({WORDS[each].word for each in Outcome}) == len(Outcome)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("outcome", Outcome)
def test_every_paper_ends_with_the_card_and_says_where_it_is_from(outcome: Outcome, language: Language) -> None:
    sheet = lay_out(samples.receipt(outcome), language)
    assert sheet.ending == TAKE_CARD.say(language)
    assert sheet.mark == DEMONSTRATION.say(language)
    assert sheet.word == WORDS[outcome].word.say(language)
    assert any("12333" in hotline for hotline in sheet.hotlines)
    assert any(samples.SITE.bank_hotline in hotline for hotline in sheet.hotlines)


def test_numbers_of_outcomes_stay_for_ever() -> None:
    assert {each.name: each.value for each in Outcome} == {
        "RECORDED": 1,
        "ACCEPTED": 2,
        "COMPLETED": 3,
        "DONE_IN_CHIP": 4,
        "UNSETTLED": 5,
        "REFUSED": 6,
    }
