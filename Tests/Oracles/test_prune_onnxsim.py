"""mica prune beside onnxsim's structured pruning: every group that it finds is found."""

import pytest

from pruning_onnxsim import compare, model


@pytest.mark.parametrize("name", ["ddddocr_det", "ppocrv4_det", "resnet50"])
def test_groups(name, models, tmp_path):
    found = compare(model(name, models, tmp_path), tmp_path)
    print(found)
    assert found.ours >= found.theirs and found.ours > 0
    # Channels are whole, so that a target is passed by less than one of them.
    assert found.our_saving >= found.their_saving - 0.001
