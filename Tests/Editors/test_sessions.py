"""An editing session as three editors' recorded capabilities make it, through pytest-lsp.

Opens an example, makes a mistake and mends it by the fix, reads a parameter count, changes the model without saving,
exports it and reads what was exported.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import onnx
import pytest
import pytest_asyncio
from client import position
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import make_test_lsp_client

EXPORT = "Export bert_base to ONNX"


@pytest_asyncio.fixture(params=["visual_studio_code", "neovim", "emacs"])
async def client(request: pytest.FixtureRequest, server: list[str]) -> AsyncIterator[LanguageClient]:
    client = make_test_lsp_client()
    # What two of the editors announce, and pytest-lsp does not answer by itself: to tell of files that change.
    client.feature(lsp.CLIENT_REGISTER_CAPABILITY)(lambda parameters: None)
    await client.start_io(*server)
    parameters = lsp.InitializeParams(capabilities=client_capabilities(request.param), process_id=None, root_uri=None)
    await client.initialize_session(parameters)
    yield client
    await client.shutdown_session()
    await client.stop()


def changed(uri: str, version: int, text: str) -> lsp.DidChangeTextDocumentParams:
    document = lsp.VersionedTextDocumentIdentifier(version=version, uri=uri)
    return lsp.DidChangeTextDocumentParams(document, [lsp.TextDocumentContentChangeWholeDocument(text=text)])


async def diagnostics(client: LanguageClient, uri: str) -> list[lsp.Diagnostic]:
    await client.wait_for_notification("textDocument/publishDiagnostics")
    return list(client.diagnostics[uri])


@pytest.mark.asyncio
async def test_a_session(client: LanguageClient, workspace: Path) -> None:
    path = workspace / "bert_base.mica"
    saved = path.read_text()
    uri = path.as_uri()
    document = lsp.TextDocumentIdentifier(uri=uri)
    client.text_document_did_open(
        lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri=uri, language_id="mica", version=1, text=saved))
    )
    assert [each.code for each in await diagnostics(client, uri)] == ["weights-file-missing"]

    # A mistake, where it is, and its mend.
    broken = saved.replace("|> MergeHeads", "|> MergeHeds")
    client.text_document_did_change(changed(uri, 2, broken))
    (mistake,) = [each for each in await diagnostics(client, uri) if each.severity == lsp.DiagnosticSeverity.Error]
    assert mistake.code == "unknown-callee"
    start = position(broken, "|> ‸MergeHeds")
    assert (mistake.range.start.line, mistake.range.start.character) == (start["line"], start["character"])
    actions = await client.text_document_code_action_async(
        lsp.CodeActionParams(document, mistake.range, lsp.CodeActionContext([mistake]))
    )
    fix = next(each for each in actions or [] if "MergeHeads" in each.title)
    assert isinstance(fix, lsp.CodeAction) and fix.edit
    changes = fix.edit.changes[uri] if fix.edit.changes else fix.edit.document_changes[0].edits
    assert [(each.new_text, each.range) for each in changes] == [("MergeHeads", mistake.range)]

    # Two layers instead of twelve and no weights file, not saved.
    edited = saved.replace("depth: int = 12", "depth: int = 2")
    start, end = edited.index("    weights"), edited.index("    scope embeddings")
    edited = edited[:start] + edited[end:]
    client.text_document_did_change(changed(uri, 3, edited))
    assert await diagnostics(client, uri) == []
    where = position(edited, "pooler.dense: ‸Linear")
    hover = await client.text_document_hover_async(lsp.HoverParams(document, lsp.Position(**where)))
    assert hover and isinstance(hover.contents, lsp.MarkupContent)
    assert "590,592 parameters" in hover.contents.value

    result = await client.workspace_execute_command_async(
        lsp.ExecuteCommandParams(command="mica.export", arguments=[{"uri": uri, "model": "bert_base"}])
    )
    exported = workspace / "bert_base.onnx"
    assert Path(result["path"]) == exported
    assert str(exported) in client.messages[-1].message
    names = {tensor.name for tensor in onnx.load(str(exported)).graph.initializer}
    assert {name.split(".")[2] for name in names if name.startswith("encoder.layer.")} == {"0", "1"}
    assert path.read_text() == saved
