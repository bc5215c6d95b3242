import Authoring
import JSON
import Semantics
import Testing

/// Summaries as a terminal and as programs read them.
@Suite struct SummaryOutputTests {
  /// The FLOPs beside two for each MAC: biases 256 + 10, normalisation 2 · 256, ReLU 256, pooling 4 · 64.
  ///
  /// Elements read and written: 560 by the convolution, 528, 512, 320, 128, and 724 by the last layer.
  @Test func table() throws {
    let text = try summary(Samples.source("cnn")).table
    #expect(
      text == """
        layer      callee       output           parameters   MACs
        ──────────────────────────────────────────────────────────
        conv       Conv2d       f32[N, 4, 8, 8]         112  6,912
        bn         BatchNorm2d  f32[N, 4, 8, 8]           8
        Relu       Relu         f32[N, 4, 8, 8]
        MaxPool2d  MaxPool2d    f32[N, 4, 4, 4]
        Flatten    Flatten      f32[N, 64]
        fc         Linear       f32[N, 10]              650    640
        ──────────────────────────────────────────────────────────
        cnn: 770 parameters, 8 in buffers, 3.11 kB of weights
        7,552 MACs, 16,394 FLOPs, 2.05 kB of activations at the peak, 11.1 kB read and written (at N=1; choose with --bind)
        MACs in general: 7552*N
        """)
  }

  @Test func sizesBehindTheTotals() throws {
    let source = Samples.source("unet")
    let open = try summary(source).table
    #expect(open.contains("(at H=4, N=1, W=4; choose with --bind)"))
    let some = try summary(source, bindings: ["N": 2]).table
    #expect(some.contains("(at N=2, H=4, W=4; choose with --bind)"))
    let bound = try summary(source, bindings: ["N": 2, "H": 4, "W": 8]).table
    #expect(bound.contains("(at H=4, N=2, W=8)"))
    #expect(!bound.contains("in general"))
  }

  @Test func keysStandInTheirOrder() throws {
    let json = try summary(Samples.source("unet"), bindings: ["N": 2]).json
    let object = try #require(json.objectValue)
    #expect(
      object.map(\.key) == [
        "model", "parameters", "buffers", "macs", "flops", "weight_bytes", "peak_activation_bytes", "moved_bytes",
        "uncounted",
        "layers",
        "bindings", "assumed", "macs_formula", "flops_formula",
      ])
    #expect(object["model"] == "unet")
    #expect(object["assumed"]?.objectValue?.map(\.key) == ["H", "W"])
    #expect(object["assumed"]?.objectValue?["W"] == 4)
    #expect(object["bindings"]?.objectValue?.map(\.key) == ["N"])
    let layer = try #require(object["layers"]?.arrayValue?.first?.objectValue)
    #expect(layer.map(\.key) == ["path", "callee", "type", "parameters", "macs"])
    #expect(layer["path"] == "down1.conv")
  }

  @Test func numbersAreTheSummarys() throws {
    let summary = try summary(Samples.source("bodies"), bindings: ["N": 3])
    let object = try #require(summary.json.objectValue)
    #expect(object["parameters"] == .integer(Int64(summary.parameters)))
    #expect(object["buffers"] == .integer(Int64(summary.buffers)))
    #expect(object["macs"] == .integer(Int64(summary.macs)))
    #expect(object["flops"] == .integer(Int64(summary.flops)))
    #expect(object["weight_bytes"] == .integer(Int64(summary.weightBytes)))
    #expect(object["peak_activation_bytes"] == .integer(Int64(summary.peakActivationBytes)))
    #expect(object["layers"]?.arrayValue?.count == summary.layers.count)
    #expect(object["assumed"] == nil)
  }
}
