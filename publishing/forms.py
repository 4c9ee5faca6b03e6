"""What somebody looking for a service may ask."""

from django import forms

from common.forms import PlainForm


class SearchForm(PlainForm):
    """Words to look for; none of them finds everything."""

    q = forms.CharField(
        label="What are you looking for?",
        help_text="For example: coffee morning, debt advice, or the name of a group.",
        required=False,
        max_length=200,
        strip=True,
    )
