import Tensors

extension Samples {
  /// The values of a sample, as the runtime takes them.
  package func runtimeValues(at index: Int, _ runtime: Runtime) throws -> [String: RuntimeValue] {
    var values: [String: RuntimeValue] = [:]
    for (name, tensor) in try self.values(at: index) {
      values[name] = try RuntimeValue(tensor, name: name, runtime: runtime)
    }
    return values
  }
}
