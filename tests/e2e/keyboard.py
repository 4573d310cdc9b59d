"""Walking a page with the Tab key: where the focus is, and whether a person can see it."""

from playwright.sync_api import Page

STOPS_MAX = 30

# What has the focus: its name, and whether a person can see that it has. A card may be marked for its link.
FOCUS = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect();
  const outlined = (element) => element && getComputedStyle(element).outlineStyle !== 'none'
    && parseFloat(getComputedStyle(element).outlineWidth) >= 2;
  return {
    name: (it.getAttribute('aria-label') ?? it.labels?.[0]?.textContent ?? it.textContent).trim(),
    row: it.closest('tr')?.textContent ?? '',
    button: it.tagName === 'BUTTON',
    radio: it.type === 'radio',
    checked: it.checked === true,
    marked: outlined(it) || outlined(it.closest('.choice')),
    shown: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    body: it === document.body,
  };
}"""


def tab_to(page: Page, name: str, *, row: str = "", radio: bool = False, stops_max: int = STOPS_MAX) -> None:
    """Tab until `name` has the focus; every stop on the way must be marked and in sight.

    `row`: a text of the table's row it stands in. `radio`: a group of choices will do, one stop for all.
    """
    page.wait_for_load_state()  # what marks the focus is in the style sheets
    passed = []
    for _ in range(stops_max):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["body"]:
            continue
        passed.append(focus["name"])
        assert focus["marked"], f"the focus on 「{focus['name']}」 is not marked"
        assert focus["shown"], f"the focus on 「{focus['name']}」 is out of sight"
        if (focus["name"] == name and row in focus["row"]) or (radio and focus["radio"]):
            return
    raise AssertionError(f"「{name}」 is not reached: {passed}")
