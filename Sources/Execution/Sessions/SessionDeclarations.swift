import COnnxRuntime
import Tensors

/// Reads what a session says of its inputs and outputs.
struct SessionDeclarations {
  private let runtime: Runtime
  private let session: OpaquePointer
  private var api: OpaquePointer { runtime.api }

  init(_ runtime: Runtime, _ session: OpaquePointer) {
    (self.runtime, self.session) = (runtime, session)
  }

  func inputs() throws(RuntimeError) -> [SessionValue] {
    try values(ort_input_count, ort_input_name, ort_input_type)
  }

  func outputs() throws(RuntimeError) -> [SessionValue] {
    try values(ort_output_count, ort_output_name, ort_output_type)
  }

  private static let action = "tell what the model takes and gives"

  private func values(
    _ count: (OpaquePointer, OpaquePointer, UnsafeMutablePointer<Int>) -> OpaquePointer?,
    _ name: (
      OpaquePointer, OpaquePointer, Int, OpaquePointer, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) -> OpaquePointer?,
    _ type: (OpaquePointer, OpaquePointer, Int, UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
  ) throws(RuntimeError) -> [SessionValue] {
    var total = 0
    try runtime.check(count(api, session, &total), Self.action)
    var values: [SessionValue] = []
    for index in 0..<total {
      var text: UnsafeMutablePointer<CChar>?
      try runtime.check(name(api, session, index, runtime.allocator, &text), Self.action)
      let name = text.map { String(cString: $0) } ?? ""
      if let text { try runtime.check(ort_allocator_free(api, runtime.allocator, text), Self.action) }
      var info: OpaquePointer?
      try runtime.check(type(api, session, index, &info), Self.action)
      guard let info else {
        values.append(SessionValue(name: name))
        continue
      }
      defer { ort_release_type_info(api, info) }
      var tensor: OpaquePointer?
      try runtime.check(ort_tensor_part(api, info, &tensor), Self.action)
      values.append(
        SessionValue(name: name, tensor: try tensor.map { info throws(RuntimeError) in try declaration(info) }))
    }
    return values
  }

  private func declaration(_ info: OpaquePointer) throws(RuntimeError) -> SessionValue.TensorDeclaration {
    let (element, sizes) = try runtime.elementAndSizes(of: info)
    var names = [UnsafePointer<CChar>?](repeating: nil, count: sizes.count)
    if !sizes.isEmpty { try runtime.check(ort_size_names(api, info, &names, sizes.count), Self.action) }
    return SessionValue.TensorDeclaration(
      element: element,
      sizes: zip(sizes, names).map { size, name in
        size >= 0 ? .known(size) : .open(name.map { String(cString: $0) } ?? "")
      })
  }
}

extension Runtime {
  /// The element type, `nil` for one that only the runtime knows, and the sizes, -1 for open ones.
  func elementAndSizes(of info: OpaquePointer) throws(RuntimeError) -> (element: ElementType?, sizes: [Int]) {
    let action = "tell the type of a tensor"
    var number: Int32 = 0
    var rank = 0
    try check(ort_element_type(api, info, &number), action)
    try check(ort_rank(api, info, &rank), action)
    var sizes = [Int64](repeating: 0, count: rank)
    if rank > 0 { try check(ort_sizes(api, info, &sizes, rank), action) }
    return (UInt8(exactly: number).flatMap(ElementType.init(rawValue:)), sizes.map { Int($0) })
  }
}
