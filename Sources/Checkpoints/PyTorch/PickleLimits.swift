/// The most that a pickle may make, so that memory is bounded by numbers that stand here and not by what it says.
///
/// What PyTorch writes for a tensor takes some 150 bytes, 20 values, 5 containers and 8 entries of the memo.
enum PickleLimits {
  /// The longest program that is run, in bytes.
  static let program = 32 << 20
  /// Values in tuples, lists and dictionaries.
  static let values = 3 << 20
  /// Values on the stack at a time.
  static let stack = 1 << 20
  /// Marks on the stack at a time.
  static let marks = 1 << 16
  static let containers = 1 << 21
  static let memo = 1 << 21
  /// The bytes of a module's name, or of what is named in it.
  static let globalName = 1000
  /// How deep tuples may be in each other.
  static let depth = 64
  /// The fewest bytes of the program for a tensor or a storage.
  static let bytesPerTensor = 24
  /// The bytes of all names of tensors, as a multiple of the program's.
  static let nameRatio = 8
}
