"""A session in JupyterLab with jupyterlab-lsp: what a user sees in the page."""

import os
import re
from pathlib import Path

from jupyterlab import running
from playwright.sync_api import ConsoleMessage, Error, Page, sync_playwright

# The middle of the first letter of a word in a line.
PLACE = """([line, word]) => {
  const row = [...document.querySelectorAll('.jp-FileEditor .cm-line')].find((each) => each.textContent.includes(line));
  const walk = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  let at = row.textContent.indexOf(word), node;
  while ((node = walk.nextNode())) {
    if (at < node.length) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2];
    }
    at -= node.length;
  }
}"""


def hover(page: Page, line: str, word: str, picture: str | None = None) -> str:
    """What jupyterlab-lsp shows over a word while Control is held; `picture` is a folder for what a user sees then."""
    x, y = page.evaluate(PLACE, [line, word])
    for attempt in range(6):
        page.mouse.move(x - 20, y)
        page.keyboard.down("Control")
        page.mouse.move(x - 1, y)
        page.mouse.move(x, y)
        try:
            # The box is there before what stands in it.
            shown = page.locator(".lsp-hover", has_text=re.compile(r"\S")).first.inner_text(timeout=3000)
            if picture:
                page.screenshot(path=str(Path(picture) / "jupyterlab/session.png"))
            return shown
        except Error:
            if attempt == 5:
                raise
        finally:
            page.keyboard.up("Control")
    raise AssertionError


def test_a_session(recorded: list[str], workspace: Path, home: Path) -> None:
    problems: list[str] = []
    with running(workspace, home, recorded) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("MICA_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 600})

        def listen(said: ConsoleMessage) -> None:
            if said.type == "error" and "mica" in said.text:
                problems.append(said.text)

        page.on("console", listen)
        page.goto(f"{address}/lab/tree/small.mica?reset")
        page.wait_for_selector(".jp-FileEditor .cm-content", timeout=90_000)
        page.wait_for_selector(".cm-lintRange-error", timeout=60_000)
        assert page.locator(".jp-FileEditor .cm-content").get_attribute("data-language") == "mica"
        assert page.locator(".cm-lintRange-error").first.inner_text() == "Reluu"

        # Colours: words of one kind have one class, and those of others another.
        def style(word: str) -> str:
            return page.evaluate(
                """(word) => [...document.querySelectorAll('.cm-line span')]
                .find((each) => each.textContent === word)?.className""",
                word,
            )

        keyword, element, number, callee = style("model"), style("f32"), style("21"), style("Flatten")
        assert keyword == style("return") == style("use")
        assert len({keyword, element, number, callee, style("image")}) == 5

        # What does not depend on the mistake is known all the same.
        assert "25,120 parameters" in hover(page, "hidden", "Linear", picture=os.environ.get("MICA_PICTURES"))

        # The mistake is mended by typing, and the underline goes.
        page.mouse.click(*page.evaluate(PLACE, ["Reluu", "Reluu"]))
        page.keyboard.press("End")
        page.keyboard.press("Backspace")
        page.wait_for_selector(".cm-lintRange-error", state="detached", timeout=30_000)

        assert "330 parameters" in hover(page, "return fc", "Linear(x")
        browser.close()
    assert problems == []
