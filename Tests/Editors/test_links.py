"""Each diagnostic links to what the documentation says of it."""

from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from client import CAPABILITIES, Client

LINKING = CAPABILITIES | {
    "textDocument": CAPABILITIES["textDocument"] | {"publishDiagnostics": {"relatedInformation": True, "codeDescriptionSupport": True}}
}
TEXT = "use onnx 21\n\nmodel m(x: f32[N, 8], depth: int = 2) -> (y: f32[N, 9]) {\n    a = Rleu(x)\n    b = 7 / 2\n    return x\n    y = x\n}\n"


@pytest.mark.parametrize("links", [True, False])
def test_diagnostics_link_to_their_sections(server: list[str], workspace: Path, links: bool) -> None:
    client = Client(server)
    client.initialize(LINKING if links else CAPABILITIES)
    diagnostics = client.diagnostics(client.open(workspace / "text.mica", TEXT), 1)
    assert {each["code"] for each in diagnostics} == {"unknown-callee", "inexact-division", "shape-mismatch", "unreachable"}
    for each in diagnostics:
        assert ("codeDescription" in each) == links
        if links:
            link = urlparse(each["codeDescription"]["href"])
            assert link.scheme == "file" and link.fragment.startswith("L")
            page = Path(unquote(link.path)).read_text()
            assert page == (Path(__file__).parents[2] / "docs/diagnostics.md").read_text()
            assert page.splitlines()[int(link.fragment[1:]) - 1] == f"## {each['code']}"
    assert client.leave() == 0
