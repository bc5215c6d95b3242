// swift-tools-version: 6.2

import PackageDescription

// The targets below are the architecture: a target imports only targets that stand above it in this file.
// docs/architecture.md tells the same story in words.

/// Every target of Mica is built with these.
let strict: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (Context.environment["MICA_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)])

/// How programs are linked: on Linux the Swift runtime is a part of them.
///
/// They start in half the time and run without a toolchain. MICA_SHARED_RUNTIME leaves the runtime in the toolchain's
/// shared libraries, for a toolchain without static ones.
let runtime: [LinkerSetting] =
  Context.environment["MICA_SHARED_RUNTIME"] == nil
  ? [
    .unsafeFlags(
      ["-static-stdlib", "-use-ld=lld", "-l_FoundationCShims", "-l_FoundationCollections"],
      .when(platforms: [.linux], configuration: .release))
  ] : []

func layer(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []
) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "mica",
  products: [.executable(name: "mica", targets: ["mica"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // json-c, through pkg-config; all JSON goes through it.
    .systemLibrary(name: "CJSONC", pkgConfig: "json-c", providers: [.apt(["libjson-c-dev"])]),
    layer("JSON", ["CJSONC"]),

    // How a process keeps its memory; malloc.h is in no module of the toolchain.
    .systemLibrary(name: "CMalloc"),
    layer("Heap", ["CMalloc"]),

    // Mappings of files that are shortened while they are read: a handler of SIGBUS, which Swift cannot be.
    .target(name: "CMappings"),

    // Files that go where a signal ends a process.
    .target(name: "CTemporaries"),

    // Other programs, run and waited for.
    layer("Processes"),

    // Texts of files, which need not be UTF-8.
    layer("Texts"),

    // What a tensor is: element types, sizes, shapes, and bytes in files.
    layer("Tensors", ["CMappings", "CTemporaries", "Texts"]),

    // zlib, through pkg-config; it inflates compressed arrays.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Files of weights: safetensors, NumPy, PyTorch, GGUF; what is in them, and how two differ.
    layer("Checkpoints", ["CZlib", "JSON", "Tensors"]),

    // Text to tree. Knows nothing of operators.
    layer("Syntax", ["Texts"]),

    // The graph: all of ONNX, with provenance. Knows nothing of text.
    layer("Graphs", ["Tensors"]),

    // What each operator takes, gives, and costs.
    layer("Operators", ["Tensors", "Graphs"]),

    // Rewrites of graphs that keep what they compute.
    layer("Rewriting", ["Tensors", "Graphs", "Operators"]),

    // Weights in fewer bits, fewer channels, zeros, and what that costs: plans on a graph, and their application.
    layer("Compression", ["Tensors", "Graphs", "Operators", "Rewriting"]),

    // Text to graph: names, instances, the standard library, diagnostics.
    layer(
      "Semantics", ["Texts", "Tensors", "Syntax", "Graphs", "Operators", "Compression"],
      resources: [.embedInCode("Library")]),

    // Graphs to files and back.
    layer("Formats", ["Texts", "Tensors", "Graphs"]),

    // ONNX Runtime, found at run time: our own header, and models run and compared.
    .systemLibrary(name: "COnnxRuntime"),
    layer("Execution", ["COnnxRuntime", "CTemporaries", "Processes", "Tensors", "Checkpoints", "Graphs", "Formats"]),

    // What running a model on samples says of quantizing it: ranges, and how much each layer hurts.
    layer("Calibration", ["Tensors", "Graphs", "Compression", "Formats", "Execution"]),

    // Every view of a model that an editor or a shell shows, as plain values.
    layer(
      "Authoring",
      [
        "JSON", "Texts", "Tensors", "Checkpoints", "Syntax", "Graphs", "Operators", "Compression", "Semantics",
        "Formats",
      ]),

    // Pictures of models: layered drawings, a page to look around in, treemaps.
    layer(
      "Rendering", ["JSON", "Processes", "Tensors", "Syntax", "Graphs", "Semantics", "Authoring"],
      resources: [.embedInCode("Page/Resources")]),

    // Where a program's files are: imports, weights, the project file.
    layer(
      "Workspace",
      ["Tensors", "Checkpoints", "Syntax", "Graphs", "Operators", "Semantics", "Formats", "Authoring"]),

    // What the steps of a recipe do, and quantization that runs models.
    layer(
      "Recipes",
      [
        "JSON", "Tensors", "Syntax", "Graphs", "Operators", "Rewriting", "Compression", "Semantics", "Formats",
        "Execution", "Calibration", "Authoring", "Workspace",
      ]),

    // The Language Server Protocol, and nothing else.
    layer(
      "LanguageServer",
      [
        "JSON", "Heap", "Tensors", "Checkpoints", "Syntax", "Graphs", "Operators", "Compression", "Semantics",
        "Formats", "Execution", "Calibration", "Authoring", "Rendering", "Workspace", "Recipes",
      ], resources: [.embedInCode("Documentation")]),

    // The command line.
    .executableTarget(
      name: "mica",
      dependencies: [
        "JSON", "Heap", "Tensors", "Checkpoints", "Syntax", "Graphs", "Operators", "Rewriting", "Compression",
        "Semantics", "Formats", "Execution", "Calibration", "Authoring", "Rendering", "Workspace", "Recipes",
        "LanguageServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict, linkerSettings: runtime),

    // Parsing and analysis again and again in one process, for Benchmarks/check.
    .executableTarget(
      name: "analysis-benchmark", dependencies: ["Heap", "Tensors", "Syntax", "Semantics"],
      path: "Benchmarks/Analysis", swiftSettings: strict, linkerSettings: runtime),

    // What tests of several targets use.
    .target(name: "TestSupport", path: "Tests/Support", swiftSettings: strict),

    tests("JSONTests", ["JSON"]),
    tests("TextsTests", ["Texts"]),
    tests("TensorsTests", ["TestSupport", "Tensors"]),
    tests("CheckpointsTests", ["TestSupport", "Checkpoints", "JSON", "Tensors"]),
    tests("SyntaxTests", ["Syntax"]),
    tests("GraphsTests", ["Graphs", "Tensors"]),
    tests("OperatorsTests", ["Operators", "Graphs", "Tensors"]),
    tests("RewritingTests", ["Rewriting", "Operators", "Graphs", "Tensors"]),
    tests("CompressionTests", ["Compression", "Rewriting", "Operators", "Graphs", "Tensors"]),
    tests("SemanticsTests", ["Semantics", "Syntax", "Operators", "Graphs", "Tensors"]),
    tests("FormatsTests", ["Formats", "Graphs", "Tensors"]),
    tests("LanguageServerTests", ["LanguageServer", "JSON", "Authoring", "Syntax"]),
    tests("RenderingTests", ["Rendering", "Authoring", "JSON", "Semantics", "Syntax", "Graphs", "Tensors"]),
    tests("AuthoringTests", ["Authoring", "JSON", "Semantics", "Syntax", "Operators", "Graphs", "Tensors"]),
  ],
  swiftLanguageModes: [.v6]
)
