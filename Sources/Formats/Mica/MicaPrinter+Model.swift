import Graphs

extension MicaPrinter {
  /// What stands before the model of a file.
  var modelAnnotations: [String] {
    var annotations = ["@verbatim", "@ir_version(\(model.irVersion))"]
    if !model.producerName.isEmpty || !model.producerVersion.isEmpty {
      let version = model.producerVersion.isEmpty ? "" : ", \(MicaString.quoted(model.producerVersion))"
      annotations.append("@producer(\(MicaString.quoted(model.producerName))\(version))")
    }
    if !model.domain.isEmpty { annotations.append("@domain(\(MicaString.quoted(model.domain)))") }
    if model.modelVersion != 0 { annotations.append("@model_version(\(model.modelVersion))") }
    if model.speltOpsets != model.opsetImports { annotations += model.opsetImports.map(Self.annotation) }
    annotations += model.deviceConfigurations.map(Self.annotation)
    for (index, training) in model.training.enumerated() {
      let number = index == 0 ? "" : ", \(index)"
      for (part, entries) in [
        ("initialization", training.initializationBinding), ("update", training.updateBinding),
      ] {
        annotations += entries.map {
          "@training_binding(\"\(part)\", \(MicaString.quoted($0.key)), \(MicaString.quoted($0.value))\(number))"
        }
      }
      let isSilent =
        training.initialization == nil && training.algorithm == nil && training.initializationBinding.isEmpty
        && training.updateBinding.isEmpty
      if isSilent || !training.unknownFields.isEmpty {
        annotations.append("@training_raw(\"\(MicaString.base64(training.unknownFields))\"\(number))")
      }
    }
    return annotations + Self.annotations(model.annotations)
  }

  /// What the text calls the graph and those for training: as the file does, where that is one name for one thing.
  var modelNames: [String] {
    var taken = Set(
      model.functions.flatMap { function in
        let overload = function.overload.isEmpty ? "" : "~" + function.overload
        let domain = function.domain.isEmpty ? "onnx" : function.domain
        return [function.name, "\(domain).\(function.name)\(overload)"]
      })
    let trainings = model.training.flatMap { [$0.initialization, $0.algorithm] }.compactMap(\.self)
    return ([model.graph] + trainings).enumerated().map { index, graph in
      let name = graph.regions[graph.body].name
      if !name.isEmpty, taken.insert(name).inserted { return name }
      let free = (index...).lazy.map { "graph_\($0)" }.first { !taken.contains($0) } ?? name
      taken.insert(free)
      return free
    }
  }

  private static func annotation(_ configuration: DeviceConfiguration) -> String {
    switch configuration {
    case .wire(let bytes): return "@device_raw(\"\(MicaString.base64(bytes))\")"
    case .named(let name, let count, let devices):
      var arguments = [MicaString.quoted(name)]
      if !devices.isEmpty { arguments.append("device=[\(devices.map(MicaString.quoted).joined(separator: ", "))]") }
      if (count ?? 0) != devices.count { arguments.append("num_devices=\(count ?? 0)") }
      return "@device(\(arguments.joined(separator: ", ")))"
    }
  }

  /// Where a node runs.
  static func annotations(_ configuration: NodeDeviceConfiguration) -> [String] {
    switch configuration {
    case .wire(let bytes): return ["@device_raw(\"\(MicaString.base64(bytes))\")"]
    case .named(let name, let stage, let shardings):
      let stage = stage.map { ", pipeline_stage=\($0)" } ?? ""
      return ["@device(\(MicaString.quoted(name))\(stage))"] + shardings.map(annotation)
    }
  }

  private static func annotation(_ sharding: Sharding) -> String {
    func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }
    var arguments = [MicaString.quoted(sharding.tensor)]
    if !sharding.devices.isEmpty { arguments.append("device=" + list(sharding.devices.map(String.init))) }
    if !sharding.groups.isEmpty {
      arguments.append("groups=" + list(sharding.groups.map { list(([$0.number] + $0.devices).map(String.init)) }))
    }
    if !sharding.axes.isEmpty {
      let axes = sharding.axes.map { axis in
        list(
          [String(axis.axis)]
            + axis.parts.map { part in
              let size =
                switch part.size {
                case .unknown: "_"
                case .number(let size): String(size)
                case .name(let name): MicaString.quoted(name)
                }
              return list([size, String(part.shards)])
            })
      }
      arguments.append("axes=" + list(axes))
    }
    return "@sharding(\(arguments.joined(separator: ", ")))"
  }
}
