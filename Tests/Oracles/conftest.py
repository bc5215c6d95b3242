"""What the oracle tests share. scripts/test sets the environment that they read."""

import os
import random
import resource
from pathlib import Path

import onnxruntime
import pytest

outcomes: dict[str, bool] = {}
seeds: list[str] = []


# The library that mica runs models in is that of the package which its results are compared with.
os.environ.setdefault("MICA_ONNXRUNTIME", str(Path(onnxruntime.__file__).parent / "capi"))


# Rather a test that fails than a machine without memory.
PROCESS_BYTES = 12 << 30


def pytest_configure() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (PROCESS_BYTES, resource.getrlimit(resource.RLIMIT_DATA)[1]))


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of the unpacked packages of models.txt."""
    return Path(os.environ["MICA_MODELS"])


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of a random test: MICA_SEED, or a new one; printed at the end, so that a run can be repeated."""
    value = int(os.environ.get("MICA_SEED", random.SystemRandom().randrange(2**32)))
    seeds.append(f"{request.node.name}: seed {value} (MICA_SEED={value} repeats it)")
    return value


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test has passed when its set-up, its body and its end have; a skipped test has not."""
    outcomes[report.nodeid] = outcomes.get(report.nodeid, True) and report.passed


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == 0 and not all(outcomes.values()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure() -> None:
    passed = sum(outcomes.values())
    print(*seeds, sep="\n", end="\n" if seeds else "")
    print(f"{passed} passed, {len(outcomes) - passed} failed")
