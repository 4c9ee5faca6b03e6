"""What the components of the pages need: icons, form fields, counts in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, Textarea
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# As people write: words up to nine, figures from ten.
_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
)
# What radios and checkboxes may look like, and the classes that do it.
_LAYOUTS = {
    "inline": "v-choices--inline",
    "small": "govuk-radios--small govuk-checkboxes--small",
}
# How templates/_components/error_summary.html begins; what people type is escaped and
# never looks like it.
_ERROR_SUMMARY = '<div class="govuk-error-summary"'
# An English word has about five letters and a space.
_LETTERS_IN_A_WORD = 6


@register.simple_tag
def icon(name: str) -> SafeString:
    """A shape from static/icons/icons.svg, beside words that say the same."""
    return format_html(
        '<svg class="v-icon" aria-hidden="true" focusable="false">'
        '<use href="{}"></use></svg>',
        icon_address(name),
    )


@register.simple_tag
def icon_address(name: str) -> str:
    """The address of a shape, for a use with its own size."""
    return f"{static('icons/icons.svg')}#{name}"


@register.filter
def paired(first: Iterable[Any], second: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Two lists of the same length side by side: columns with the cells of a row."""
    return list(zip(first, second, strict=True))


@register.simple_tag(takes_context=True)
def repeat_block(context: template.Context, name: str) -> SafeString:
    """What a block holds, once more: the title of the page is also its heading."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return mark_safe(block.nodelist.render(context).strip())  # noqa: S308 - rendered


class TitledByErrors(template.Node):
    """A page whose tab begins with "Error: " wherever it lists what is wrong.

    Asked of the page that was drawn, so that no view and no form can be forgotten.
    """

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        page = self.nodelist.render(context)
        if _ERROR_SUMMARY not in page:
            return page
        return mark_safe(page.replace("<title>", "<title>Error: ", 1))  # noqa: S308


@register.tag
def titled_by_errors(
    parser: template.base.Parser, token: template.base.Token
) -> TitledByErrors:
    """Stands round a whole page, up to ``{% endtitled_by_errors %}``.

    See :class:`TitledByErrors`.
    """
    nodelist = parser.parse(("endtitled_by_errors",))
    parser.delete_first_token()
    return TitledByErrors(nodelist)


@register.filter
def number_words(number: int) -> str:
    """``four`` for 4, ``no`` for 0, ``12`` for 12, ``1,250`` for 1250."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else f"{number:,}"


@register.filter
def counted(number: int, noun: str) -> str:
    """``1 change``, ``3 changes``, ``no changes``; an odd plural after a comma.

    ``{{ n|counted:"person,people" }}``
    """
    one, _, many = noun.partition(",")
    if number == 1:
        return f"1 {one}"
    return f"{f'{number:,}' if number else 'no'} {many or one + 's'}"


@register.simple_tag
def form_field(
    bound: BoundField,
    *,
    size: str = "",
    heading: bool = False,
    changed: bool = False,
    hidden_label: bool = False,
    layout: str = "",
) -> SafeString:
    """A field with label, hint, errors and control, all tied together.

    ``size`` (s, m, l, xl) sets the label; ``heading`` makes the label the page's
    heading; ``changed`` says "Changed" beside it; ``hidden_label`` keeps the label for
    screen readers alone; ``layout`` is ``inline`` or ``small``, or both with a space,
    for radios and checkboxes.
    """
    return render_to_string(
        "django/forms/field.html",
        {
            "field": bound,
            "size": size,
            "heading": heading,
            "changed": changed,
            "hidden_label": hidden_label,
            "layout": layout,
        },
    )


@register.simple_tag
def control(bound: BoundField, layout: str = "") -> SafeString:
    """The control of a field, described by its hint, its errors and its counter."""
    attrs: dict[str, Any] = {}
    if layout:
        own = bound.field.widget.attrs.get("class", "")
        kinds = " ".join(_LAYOUTS[word] for word in layout.split())
        attrs["class"] = f"{own} {kinds}".strip()
    if counter_length(bound) and not bound.use_fieldset:
        told = bound.aria_describedby or ""
        attrs["aria-describedby"] = f"{told} {bound.auto_id}_count".strip()
    return bound.as_widget(attrs=attrs)


@register.filter
def option_tags(options: Iterable[Mapping[str, Any]]) -> SafeString:
    """The options of a select, each on a line. Not by a template for each: a filter of
    a large place offers thousands."""
    line = '\n  <option value="{}"{}>{}</option>'
    return format_html_join("", line, map(_told, options))


def _told(option: Mapping[str, Any]) -> tuple[str, SafeString | str, Any]:
    attrs = flatatt(option["attrs"]) if option["attrs"] else ""
    return str(option["value"]), attrs, option["label"]


@register.filter
def counter_length(bound: BoundField) -> int | None:
    """How many characters a long text may have; None where nothing is counted."""
    if not isinstance(bound.field.widget, Textarea) or not bound.auto_id:
        return None
    length: int | None = getattr(bound.field, "max_length", None)
    return length


@register.filter
def about_words(characters: int) -> int:
    """About how many words fit into so many characters, rounded to tens."""
    words = characters / _LETTERS_IN_A_WORD
    return max(1, round(words)) if words < 10 else round(words / 10) * 10


@register.filter
def first_control_id(bound: BoundField) -> str:
    """The id that a link to this field leads to: its (first) control."""
    return f"{bound.auto_id}_0" if bound.use_fieldset else str(bound.auto_id)


@register.simple_tag
def page_numbers(page: Page[Any]) -> list[int | None]:
    """The numbers to show round a page; None stands for a gap."""
    numbers = page.paginator.get_elided_page_range(
        page.number, on_each_side=1, on_ends=1
    )
    return [number if isinstance(number, int) else None for number in numbers]


@register.simple_tag
def error_links(forms: BaseForm | Iterable[BaseForm]) -> list[dict[str, str]]:
    """Every error of one or several forms, in their order, each with where it is.

    The parts are ``text`` and ``target``: an id, or ``""`` for what concerns the whole.
    """
    several = _several(forms)
    links: list[dict[str, str]] = []
    for form in several:
        links += [{"text": str(e), "target": ""} for e in form.non_field_errors()]
        for bound in form:
            target = "" if bound.is_hidden else first_control_id(bound)
            links += [{"text": str(e), "target": target} for e in bound.errors]
    return links


@register.simple_tag
def something_typed(forms: BaseForm | Iterable[BaseForm]) -> bool:
    """Whether anything that people see in these forms was filled in or changed."""
    return any(
        bound.name in form.changed_data
        for form in _several(forms)
        if form.is_bound
        for bound in form.visible_fields()
    )


def _several(forms: BaseForm | Iterable[BaseForm]) -> list[BaseForm]:
    return [forms] if isinstance(forms, BaseForm) else list(forms)
