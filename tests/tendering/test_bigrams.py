from hypothesis import given
from hypothesis import strategies as st

from tendering.rules.bigrams import indexed, pieces, query_words


def test_chinese_is_cut_into_overlapping_pairs_and_the_rest_into_words():
    assert pieces("政府采购GP-2026号 Office") == ["政府", "府采", "采购", "gp", "2026", "号", "office"]


def test_full_width_letters_are_folded():
    assert pieces("ＡＢＣ１２") == ["abc12"]


def test_a_single_character_is_found_at_the_end_of_a_word_too():
    assert indexed("采购").split() == ["采购", "购"]
    assert query_words("购") == [["购"]]


@given(st.text(max_size=60))
def test_what_is_searched_for_never_holds_a_character_of_a_query_language(text):
    assert all(piece.isalnum() for word in query_words(text) for piece in word)


@given(st.text(alphabet="政府采购工程招标ab1 ", min_size=1, max_size=30))
def test_every_word_of_a_text_is_found_in_its_own_index(text):
    index = indexed(text).split()
    for word in query_words(text):
        assert all(any(term.startswith(piece) for term in index) for piece in word)
