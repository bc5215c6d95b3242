"""JupyterLab with Mica's extension and server, in a Chromium without a window."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from corpus import ROOT

EXTENSION = ROOT / "editors/jupyterlab"


def install(data: Path, config: Path, server: list[str]) -> None:
    """What the extension's README tells a user to do; the server is the test's own."""
    shutil.copytree(EXTENSION / "labextension", data / "labextensions/mica-jupyterlab")
    shutil.copytree(EXTENSION / "jupyter_server_config.d", config / "jupyter_server_config.d")
    settings = config / "jupyter_server_config.d/mica.json"
    specification = json.loads(settings.read_text())
    specification["LanguageServerManager"]["language_servers"]["mica"]["argv"] = server
    # The servers of other languages are not looked for.
    specification["LanguageServerManager"]["autodetect"] = False
    settings.write_text(json.dumps(specification))
    # Nor does JupyterLab ask whether it may fetch news.
    page = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "labconfig").mkdir()
    (config / "labconfig/page_config.json").write_text(json.dumps(page))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def running(folder: Path, home: Path, server: list[str]) -> Iterator[str]:
    """The address of a JupyterLab that serves a folder."""
    data, config = home / "data", home / "config"
    install(data, config, server)
    port = _free_port()
    environment = os.environ | {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(data),
        "JUPYTER_RUNTIME_DIR": str(home / "run"),
    }
    options = ["--allow-root", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    options += ["--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.root_dir={folder}"]
    with (home / "server.log").open("w") as log:
        lab = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            assert lab.poll() is None, (home / "server.log").read_text()
            try:
                urllib.request.urlopen(f"{address}/api/status", timeout=5).close()
                break
            except (URLError, OSError):
                time.sleep(0.2)
        else:
            raise TimeoutError((home / "server.log").read_text())
        yield address
    finally:
        lab.terminate()
        lab.wait(30)
