import Graphs
import Tensors

extension Graph {
  /// Seeds every generated parameter by its name, so that the same text gives the same numbers.
  mutating func seedParameters() {
    for region in regions.indices {
      for index in regions[region].initializers.indices {
        let initializer = regions[region].initializers[index]
        if case .generated(let initialization, _) = initializer.tensor.storage {
          let seed = values[initializer.value].name.fowlerNollVo
          regions[region].initializers[index].tensor.storage = .generated(initialization, seed: seed)
        }
      }
    }
  }

  /// Moves parameters and buffers that subgraphs declare to the body: they are the model's, and every subgraph sees them.
  mutating func hoistParameters() {
    for region in regions.indices where region != body {
      for initializer in regions[region].initializers where initializer.role != .constant {
        values[initializer.value].definition = .initializer(body)
        regions[body].initializers.append(initializer)
      }
      regions[region].initializers.removeAll { $0.role != .constant }
    }
  }

  /// Records the types of all results that are no outputs, as files keep them in value_info.
  mutating func recordTypes() {
    for region in regions.indices {
      let outputs = ValueSet(regions[region].outputs)
      var recorded: [Value.ID] = []
      recorded.reserveCapacity(regions[region].nodes.count)
      for node in regions[region].nodes {
        for index in 0..<nodes[node].results.count {
          guard let value = nodes[node].results[index], !outputs.contains(value) else { continue }
          if values[value].type.isRecordable || regions[region].recordedTypes[value] != nil { recorded.append(value) }
        }
      }
      regions[region].valueInfo = recorded
    }
  }
}

/// A few values, mostly one or two: nothing is hashed for so few.
private struct ValueSet {
  private let few: [Value.ID]
  private let many: Set<Value.ID>

  init(_ values: [Value.ID]) {
    few = values.count <= 8 ? values : []
    many = values.count <= 8 ? [] : Set(values)
  }

  func contains(_ value: Value.ID) -> Bool { few.contains(value) || many.contains(value) }
}

extension Graph {
  /// Records the types that the text says, and no others, by their positions; that of a subgraph's output is its own.
  ///
  /// - Parameter again: values that a region records once more, by their places.
  mutating func recordStatedTypes(_ positions: [Value.ID: Int], again: [Region.ID: [Int: Value.ID]]) {
    for region in regions.indices {
      var stated = regions[region].recordedTypes
      if region != body {
        for value in Set(regions[region].outputs)
        where regions[region].nodes.contains(where: { nodes[$0].outputs.contains(value) }) {
          values[value].type = stated.removeValue(forKey: value) ?? .unknown
        }
      }
      regions[region].valueInfo = stated.keys.sorted { (positions[$0] ?? 0, $0) < (positions[$1] ?? 0, $1) }
      for (index, value) in (again[region] ?? [:]).sorted(by: { $0.key < $1.key }) {
        regions[region].valueInfo.insert(value, at: min(max(index, 0), regions[region].valueInfo.count))
      }
    }
  }
}

extension Graph {
  /// Leaves the results of nodes that subgraphs give out without being theirs with the types that the text says.
  mutating func forgetInferredTypes(ofOutputs outputs: [(value: Value.ID, type: ValueType)]) {
    guard regions.count > 1 else { return }
    var homes: [Node.ID: Region.ID] = [:]
    for region in regions.indices { for node in regions[region].nodes { homes[node] = region } }
    let declared = Dictionary(outputs.map { ($0.value, $0.type) }) { _, last in last }
    for region in regions.indices {
      for value in regions[region].outputs {
        guard case .result(let node, _) = values[value].definition, let home = homes[node], home != region,
          declared[value] == nil, home == body || !regions[home].outputs.contains(value)
        else { continue }
        values[value].type = regions[home].recordedTypes[value] ?? .unknown
      }
    }
  }
}

extension ValueType {
  /// Whether a file has something to say of the type: at least its element type and rank.
  fileprivate var isRecordable: Bool {
    switch self {
    case .tensor(let type): type.element != nil && type.shape != nil
    case .unknown: false
    default: true
    }
  }
}

extension String {
  /// The 64-bit FNV-1a hash of the text's UTF-8.
  fileprivate var fowlerNollVo: UInt64 {
    utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
