"""The boxes of a list's filters."""

from types import SimpleNamespace

from django import forms

from lists.facets import Option
from lists.templatetags import facets


class Filters(forms.Form):
    """One filter of several values, two of a single one."""

    origin = forms.MultipleChoiceField(choices=[("CN", "China"), ("DE", "Germany")])
    since = forms.DateField()
    tag = forms.MultipleChoiceField(choices=[])
    q = forms.CharField()


def test_a_filter_of_several_values_becomes_boxes_with_the_chosen_ones_ticked() -> None:
    form = Filters({"origin": ["DE"]})
    assert facets.ticks(form["origin"]) == [
        Option("CN", "China", None, checked=False),
        Option("DE", "Germany", None, checked=True),
    ]
    assert facets.ticks(form["since"]) == []


def test_filters_that_no_facet_shows_are_shown_beside_them_unless_they_offer_nothing() -> None:
    shown = [SimpleNamespace(name="origin")]
    beside = facets.fields_beside(Filters(), shown)
    assert [(field.name, options) for field, options in beside] == [("since", [])]


def test_boxes_are_drawn_with_their_counts_and_nothing_in_them_is_markup() -> None:
    drawn = facets.option_list(
        "origin",
        [Option("a&b", "<Fish>", 1204, checked=True), Option("c", "Meat", 0, checked=False)],
    )
    assert 'value="a&amp;b"' in drawn
    assert "&lt;Fish&gt;" in drawn
    assert '<span class="num">1,204</span>' in drawn
    assert drawn.count(" checked") == 1
    assert drawn.count('class="zero"') == 1
