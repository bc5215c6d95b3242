/// The bytes of a safetensors file with this header and data; a `headerSize` that is not the header's makes it lie.
func safetensorsBytes(_ header: String, data: [UInt8] = [], headerSize: UInt64? = nil) -> [UInt8] {
  let size = headerSize ?? UInt64(header.utf8.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) } + Array(header.utf8) + data
}
