"""The page that `mica view` writes, in Chromium: what it draws, opens, finds, shows and copies."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import MICA
from corpus import ROOT
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = os.environ.get("MICA_PICTURES")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = os.environ.get("MICA_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def problems() -> Iterator[list[str]]:
    """What the page says in the console, or asks of a network: nothing."""
    problems: list[str] = []
    yield problems
    assert problems == []


def opened(browser: Browser, problems: list[str], path: Path) -> Page:
    context = browser.new_context(viewport={"width": 1200, "height": 640}, color_scheme="light")
    page = context.new_page()
    page.on("console", lambda said: problems.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: problems.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    page.wait_for_selector(":root[data-ready]")
    print(f"{path.name}: interactive {page.evaluate('document.documentElement.dataset.ready')} ms after it was asked for")
    return page


def view(model: Path, output: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [MICA, "view", str(model), "-o", str(output), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


def drawn(browser: Browser, problems: list[str], model: Path, folder: Path) -> Page:
    output = folder / f"{model.stem}.html"
    said = view(model, output)
    assert said.returncode == 0, said.stderr
    return opened(browser, problems, output)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.mouse.move(600, 2)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def titles(page: Page) -> list[str]:
    return page.locator(".part > .title").all_text_contents()


def toggle(page: Page, title: str) -> None:
    """Opens or closes the first part of a title, by its sign."""
    part = page.locator(".part", has=page.locator(f'> .title:text-is("{title}")')).first
    part.locator("> .toggle").click(force=True)


def search(page: Page, words: str) -> str:
    """Finds a layer, and gives the title of what is marked in the middle of the window then."""
    page.keyboard.press("/")
    page.locator("#query").fill(words)
    page.keyboard.press("Enter")
    found = page.locator(".part.found")
    assert found.count() == 1
    box = found.bounding_box()
    assert box and 0 <= box["x"] + box["width"] / 2 <= 1200 and 0 <= box["y"] <= 640
    return found.locator("> .title").text_content() or ""


def overlaps(page: Page) -> list[str]:
    """Parts beside each other in one body that cover each other."""
    return page.evaluate(
        """() => {
      const wrong = [];
      const bodies = new Map();
      for (const part of document.querySelectorAll('#graph .part')) {
        const beside = bodies.get(part.parentNode) || [];
        bodies.set(part.parentNode, beside.concat(part));
      }
      for (const parts of bodies.values()) {
        const boxes = parts.map((part) => part.querySelector(':scope > rect.body').getBoundingClientRect());
        boxes.forEach((box, index) => boxes.slice(index + 1).forEach((other, behind) => {
          const width = Math.min(box.right, other.right) - Math.max(box.left, other.left);
          const height = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
          if (width > 1 && height > 1) wrong.push(parts[index].ariaLabel + ' / ' + parts[index + 1 + behind].ariaLabel);
        }));
      }
      return wrong;
    }"""
    )


def test_resnet18(browser: Browser, problems: list[str], tmp_path: Path) -> None:
    page = drawn(browser, problems, ROOT / "Examples/resnet18.mica", tmp_path)
    closed = titles(page)
    assert {"conv1: Conv2d", "layer4.1: BasicBlock", "fc: Linear"} <= set(closed) and "downsample.0: Conv2d" not in closed
    toggle(page, "layer2.0: BasicBlock")
    assert "downsample.0: Conv2d" in titles(page) and len(titles(page)) > len(closed)
    assert overlaps(page) == []
    assert page.locator("#totals").inner_text().endswith(" · open sizes count as 1 (N)")
    assert page.locator("#totals").get_attribute("title") == "choose with --bind or in mica.json"
    # Labels stay beside their edges, though the block that is open is wider than it was.
    edge, label = page.locator("path.edge").nth(6).bounding_box(), page.locator("text.label").nth(6).bounding_box()
    assert edge and label and 0 < label["x"] - edge["x"] < 12
    before = page.locator(".part").first.bounding_box()
    page.mouse.move(1100, 600)
    page.mouse.down()
    page.mouse.move(1000, 300, steps=4)
    page.mouse.up()
    after = page.locator(".part").first.bounding_box()
    assert before and after and (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((-100, -300), abs=1)
    picture(page, "resnet18")
    page.locator("#fit").click()
    toggle(page, "layer2.0: BasicBlock")
    assert titles(page) == closed

    # What stands below the mouse says what it amounts to, and a click copies where it is written.
    conv = page.locator(".part", has=page.locator('> .title:text-is("conv1: Conv2d")')).first
    conv.hover(position={"x": 60, "y": 10})
    tip = page.locator("#tip").inner_text()
    assert "9,408 parameters" in tip and "f32[N, 64, 112, 112]" in tip and "strides=[2, 2]" in tip
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    conv.click(position={"x": 60, "y": 10})
    page.wait_for_selector("#said:not([hidden])")
    source = page.evaluate("navigator.clipboard.readText()")
    path, _, line = source.rpartition(":")
    assert path == str(ROOT / "Examples/resnet18.mica")
    assert "conv1: Conv2d(" in Path(path).read_text().splitlines()[int(line) - 1]

    # Two looks, by the system's wish and by the switch.
    back = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(back)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(back)
    page.locator("#theme").click()
    assert dark != light and page.evaluate(back) == light


def test_gpt2(browser: Browser, problems: list[str], tmp_path: Path) -> None:
    page = drawn(browser, problems, ROOT / "Examples/gpt2.mica", tmp_path)
    assert "h.0…11: Layer ×12" in titles(page)
    assert search(page, "h.7 attn c_proj") == "c_proj: Conv1D"
    assert {"h.7: Layer", "attn: CausalAttention"} <= set(titles(page))
    assert overlaps(page) == []
    page.locator("#query").fill("no such layer")
    assert page.locator("#found").inner_text() == "nothing of that name"
    page.keyboard.press("Escape")

    # The treemap's leaves part the whole; by another measure they are others.
    page.locator("#map-tab").click()
    whole = "[...document.querySelectorAll('#map rect.cell:not(.heat)')].map((each) => each.width.baseVal.value * each.height.baseVal.value)"
    areas = page.evaluate(whole)
    assert len(areas) > 50 and abs(sum(areas) / (1600 * 900) - 1) < 0.01
    picture(page, "gpt2")
    page.locator("#measure").select_option("MACs")
    assert page.evaluate(whole) != areas
    page.locator("#graph-tab").click()
    page.locator("#close-all").click()
    assert "h.7: Layer" not in titles(page)
    page.keyboard.press("Tab")


@pytest.mark.skipif("MICA_ORACLE_PYTHON" not in os.environ, reason="scripts/setup --oracles has set no MICA_ORACLE_PYTHON")
def test_a_transformer_of_4000_nodes(browser: Browser, problems: list[str], tmp_path: Path) -> None:
    model = tmp_path / "transformer.onnx"
    command = [os.environ["MICA_ORACLE_PYTHON"], str(ROOT / "Tests/Oracles/transformer.py"), str(model), "--layers", "30"]
    subprocess.run(command, check=True, timeout=300)
    page = drawn(browser, problems, model, tmp_path)
    closed = titles(page)
    assert "repeat ×30" in closed
    assert search(page, "layers.17 self_attn q_proj matmul") == "MatMul"
    assert "round 17" in titles(page)
    picture(page, "transformer")
    page.locator("#open-all").click()
    everything = titles(page)
    assert len(everything) > 2800
    page.locator("#close-all").click()
    assert titles(page) == closed


HOSTILE = """use onnx 21

model net(x: f32[N, 8]) -> (`<img src=x onerror=alert(1)>`: f32[N, 8]) {
    h = `</script><script>document.title=1</script>`: Linear(x, out_features=8)
    `<img src=x onerror=alert(1)>` = Relu(h)
    return `<img src=x onerror=alert(1)>`
}
"""


def test_names_are_no_markup(browser: Browser, problems: list[str], tmp_path: Path) -> None:
    text = tmp_path / "hostile.mica"
    text.write_text(HOSTILE)
    page = drawn(browser, problems, text, tmp_path)
    assert "<img src=x onerror=alert(1)>" in titles(page)
    assert page.locator("img").count() == 0 and page.locator("script").count() == 2
    assert page.title() == "net"
    # Graphviz reads the names as they are, and they are text in what it draws.
    for options in [[], ["--treemap"]]:
        assert view(text, tmp_path / "hostile.svg", *options).returncode == 0
        elements = list(ElementTree.parse(tmp_path / "hostile.svg").iter())
        assert {"script", "img"}.isdisjoint(each.tag.rpartition("}")[2] for each in elements)
        assert any("</script><script>" in (each.text or "") for each in elements)
    assert view(text, tmp_path / "hostile.dot").returncode == 0
    shown = subprocess.run(["dot", "-Tplain", str(tmp_path / "hostile.dot")], capture_output=True, text=True, check=True).stdout
    assert "<img src=x onerror=alert(1)>" in shown


def test_a_text_with_mistakes_is_drawn(browser: Browser, problems: list[str], tmp_path: Path) -> None:
    text = tmp_path / "broken.mica"
    text.write_text("use onnx 21\n\nmodel net(x: f32[N, 8]) -> (y: f32[N, 8]) {\n    h = fc: Linear(x, out_features=8)\n    return Reluu(h)\n}\n")
    said = view(text, tmp_path / "broken.html")
    assert said.returncode == 1 and "broken.mica:5:12: error[" in said.stderr
    page = opened(browser, problems, tmp_path / "broken.html")
    assert "fc: Linear" in titles(page)
    assert page.locator("#note").inner_text() == "The text has an error; what depends on it is not drawn."


def test_what_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = ROOT / "Examples/lenet.mica"
    for name, options in [("x.gif", []), ("x", []), ("x.svg", ["--depth", "0"]), ("x.html", ["--treemap"]), ("x.html", ["--depth", "2"])]:
        said = view(model, tmp_path / name, *options)
        assert said.returncode == 2 and "Error" in said.stderr, name
    # A link to the text itself is not written over.
    text = tmp_path / "net.mica"
    text.write_bytes(model.read_bytes())
    (tmp_path / "net.dot").symlink_to(text)
    said = view(text, tmp_path / "net.dot")
    assert said.returncode == 1 and "error[unwritable-file]" in said.stderr and text.read_bytes() == model.read_bytes()
    assert "the model is read from this file; give the output another name" in said.stderr
    # What is set must be there, and have the kind of value that it takes.
    text.write_text("use onnx 21\nmodel net(x: f32[N], depth: int = 2, width: int = 3) { return Relu(x * depth) }\n")
    for setting, message in [("dept=1", "it has depth, width; did you mean `depth`?"), ("depth=many", "`many` is not bound here")]:
        said = view(text, tmp_path / "set.dot", "--set", setting)
        assert said.returncode == 1 and message in said.stderr and not (tmp_path / "set.dot").exists()
    assert view(text, tmp_path / "set.dot", "--set", "depth=1").returncode == 0
    # A Graphviz that does not work is told from one that is not there.
    for script, message in [("exit 3", "exit code 3"), ("echo '{}'", "cannot be read")]:
        folder = tmp_path / message
        folder.mkdir()
        (folder / "dot").write_text(f"#!/bin/sh\ncat >/dev/null\n{script}\n")
        (folder / "dot").chmod(0o755)
        with monkeypatch.context() as patched:
            patched.setenv("PATH", f"{folder}:{os.environ['PATH']}")
            said = view(model, tmp_path / "z.html")
        assert said.returncode == 1 and "error[graphviz-failed]" in said.stderr and message in said.stderr
        assert not (tmp_path / "z.html").exists()
    # Without Graphviz there are still pictures that need no layout.
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ["y.svg", "y.html"]:
        said = view(model, tmp_path / name)
        assert said.returncode == 1 and "error[no-graphviz]" in said.stderr and "apt install graphviz" in said.stderr
        assert not (tmp_path / name).exists()
    for name, options in [("y.dot", []), ("y.mmd", []), ("y.svg", ["--treemap"])]:
        assert view(model, tmp_path / name, *options).returncode == 0
    assert [each.name for each in tmp_path.iterdir() if "mica-" in each.name] == []
