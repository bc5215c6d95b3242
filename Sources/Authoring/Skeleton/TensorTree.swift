import Tensors

/// The tensors of a checkpoint as the tree that their names make: a module for each part of a name before a dot.
struct TensorTree {
  struct Module {
    /// The last part of its path.
    var name: String
    /// The number of the module that it is a part of.
    var parent = 0
    /// The numbers of its parts among all modules: numbers in order, other names as the file has them.
    var parts: [Int] = []
    /// The tensor of this very path.
    var tensor: Tensor?

    /// The name as an index; `nil` for others, and for numbers that would be written otherwise.
    var index: Int? { Int(name).flatMap { "\($0)" == name && $0 >= 0 ? $0 : nil } }
  }

  /// All modules; the first is the root.
  private(set) var modules: [Module] = [Module(name: "")]

  /// Names of more parts than this are not taken apart.
  static let maximumDepth = 24

  /// - Parameter tensors: by their paths, which have no empty part and are of no more than `maximumDepth` parts.
  init(_ tensors: [(path: String, tensor: Tensor)]) {
    struct Step: Hashable {
      var module: Int
      var name: Substring
    }
    var known: [Step: Int] = [:]
    for (path, tensor) in tensors {
      var module = 0
      for name in path.split(separator: ".") {
        let step = Step(module: module, name: name)
        if let next = known[step] {
          module = next
        } else {
          known[step] = modules.count
          let parent = module
          modules[parent].parts.append(modules.count)
          module = modules.count
          modules.append(Module(name: String(name), parent: parent))
        }
      }
      modules[module].tensor = tensor
    }
    for index in modules.indices {
      let numbers = modules[index].parts.map { modules[$0].index }
      guard !numbers.contains(nil) else { continue }
      modules[index].parts = zip(numbers, modules[index].parts).sorted { ($0.0 ?? 0) < ($1.0 ?? 0) }.map(\.1)
    }
  }

  /// The name of a module, or of the list that it is in; of the root, nothing.
  func name(of module: Int) -> String {
    var module = module
    while modules[module].index != nil { module = modules[module].parent }
    return modules[module].name
  }

  /// The tensors that a module has by names without a dot, where it has no others.
  func ownTensors(of module: Int) -> [String: Tensor]? {
    var tensors: [String: Tensor] = [:]
    for part in modules[module].parts {
      guard modules[part].parts.isEmpty, let tensor = modules[part].tensor else { return nil }
      tensors[modules[part].name] = tensor
    }
    return tensors.isEmpty || modules[module].tensor != nil ? nil : tensors
  }
}
