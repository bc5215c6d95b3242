import Syntax

/// What makes a file's tensors a model's parameters where none of them is one, and their names differ by what stands before.
struct PrefixMend {
  enum Kind {
    /// All names in the file begin with something else than `weights` says: the prefix to say instead.
    case prefix(String)
    /// The model's paths begin with something that no name in the file has; `rename` puts it before their first segments.
    case scope(String, renames: [(inFile: String, inModel: String)])
  }

  let statement: WeightsStatement
  let kind: Kind
  /// The names in the file that are parameters then.
  let taken: [String]

  /// More segments than this are not renamed.
  private static let renameLimit = 16

  /// `nil` where a parameter is bound, where there are several files, or where no such mend binds all.
  init?(_ statements: [WeightsStatement], _ use: WeightsUse, tensors: (WeightsStatement) -> [String]) {
    guard statements.count == 1, use.boundCount == 0, use.misfits.isEmpty, use.missing.count > 1 else { return nil }
    statement = statements[0]
    let paths = use.missing.map(\.path)
    let names = tensors(statement)
    for prefix in Self.prefixes(before: paths[0], in: names) where prefix != statement.prefix {
      var mended = statement
      mended.prefix = prefix
      if let taken = Self.names(names, of: mended, for: paths) {
        (kind, self.taken) = (.prefix(prefix), taken)
        return
      }
    }
    guard let scope = Self.scope(of: paths, in: names, statement) else { return nil }
    let starts = Set(paths.map { $0.dropFirst(scope.count).prefix { $0 != "." } }).sorted()
    guard starts.count <= Self.renameLimit else { return nil }
    let renames = starts.map { (inFile: String($0), inModel: scope + $0) }
    var mended = statement
    mended.renames += renames
    guard let taken = Self.names(names, of: mended, for: paths) else { return nil }
    (kind, self.taken) = (.scope(scope, renames: renames), taken)
  }

  /// What stands before a path in names that end in it, the shortest first.
  private static func prefixes(before path: String, in names: [String]) -> [String] {
    var found: Set<String> = []
    for name in names where name.hasSuffix(path) {
      let prefix = name.dropLast(path.count)
      if prefix.isEmpty || prefix.last == "." { found.insert(String(prefix)) }
    }
    return found.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
  }

  /// What all paths begin with, in whole segments, so that the rest of the first is a name in the file; `nil` where there is no such thing.
  private static func scope(of paths: [String], in names: [String], _ statement: WeightsStatement) -> String? {
    let known = Set(names.compactMap { statement.modelPath(of: $0) })
    var start = paths[0].startIndex
    while let dot = paths[0][start...].firstIndex(of: ".") {
      start = paths[0].index(after: dot)
      let scope = String(paths[0][..<start])
      guard paths.allSatisfy({ $0.hasPrefix(scope) }) else { return nil }
      if known.contains(String(paths[0][start...])) { return scope }
    }
    return nil
  }

  /// The names that become the paths; `nil` unless all paths have one.
  private static func names(_ names: [String], of statement: WeightsStatement, for paths: [String]) -> [String]? {
    var missing = Set(paths)
    var taken: [String] = []
    for name in names {
      guard let path = statement.modelPath(of: name), missing.remove(path) != nil else { continue }
      taken.append(name)
    }
    return missing.isEmpty ? taken : nil
  }
}
