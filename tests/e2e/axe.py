"""What axe-core finds on a screen, in every look; and whether a phone would have to scroll sideways."""

from collections.abc import Sequence
from functools import cache

from playwright.sync_api import Page

from certs.browser.build import axe_script
from tests.e2e.service import BUNDLES
from tests.e2e.visitor import JUDGED, Look, in_looks

# A colour that is still fading is no colour of the page.
RUN = """async () => {
  await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  return (await axe.run(document, {resultTypes: ['violations']})).violations.map(
    (rule) => `${rule.id}: ${rule.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def _source() -> str:
    return axe_script(BUNDLES).read_text()


def faults(page: Page, looks: Sequence[Look] = JUDGED) -> list[str]:
    """Each fault with the look it shows in. The script is evaluated by the debugger, so the CSP stays."""
    found: list[str] = []
    in_looks(page, looks, lambda look: found.extend(f"{look} {fault}" for fault in faults_as_it_is(page)))
    return found


def faults_as_it_is(page: Page) -> list[str]:
    """In the look that the page has now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found: list[str] = page.evaluate(RUN)
    if page.get_by_text("システムの不具合により").count():
        found.append("the page of a program's error")
    sideways = page.evaluate(TOO_WIDE)
    if sideways > 0:
        found.append(f"scrolls sideways by {sideways}px")
    return found
