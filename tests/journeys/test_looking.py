"""What looks at pages sees also what is wrong in one width only."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.looking import DESK, PHONE, SMALL, faults

pytestmark = pytest.mark.slow

PAGE = """<!doctype html><html lang="en"><head><title>Page – Place</title><style>
  .menu {{ position: absolute; right: 0; width: 380px; height: 300px;
    background: #fff }}
  {style}</style></head><body><header><details class="v-person"><summary>Jo</summary>
  <p class="menu">Menu</p></details></header>
  <main><h1>Page</h1><p class="pale">Words</p>
  <button>Yes</button><button>No</button></main></body></html>"""
PALE = ".pale { color: #ddd }"
NARROW = "button { width: 12px; height: 12px; padding: 0; overflow: hidden }"
WIDE = "main { width: 350px }"


@pytest.mark.parametrize(
    ("style", "found"),
    [
        ("", []),
        (f"@media (max-width: 400px) {{ {PALE} }}", ["p: color-contrast at 390"]),
        (f"@media (min-width: 1000px) {{ {NARROW} }}", ["p: target-size at 1280"]),
        (WIDE, ["p: 358 pixels wide at 320"]),
    ],
    ids=["clean", "pale-on-a-phone", "small-at-a-desk", "wide"],
)
def test_faults_at_one_width_are_found(
    browser: Browser, style: str, found: list[str]
) -> None:
    page = browser.new_page()
    page.set_content(PAGE.format(style=style))

    wrong = faults(page, "p", axe=(PHONE, DESK), fits=(DESK, SMALL))

    page.close()
    assert [w.partition(": <")[0] for w in wrong] == found
