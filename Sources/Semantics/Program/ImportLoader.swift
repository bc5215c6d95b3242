import Syntax

/// Finds the files that a program imports.
///
/// Semantics knows no file system: whoever reads the program's file brings this along.
package struct ImportLoader: Sendable {
  /// A file that was found: its path, the same each time the file is found, and its text.
  package struct Found: Sendable {
    package var path: String
    package var text: [UInt8]

    package init(path: String, text: [UInt8]) {
      self.path = path
      self.text = text
    }
  }

  /// Why a file was not found, in words.
  package struct Failure: Error, Sendable {
    package var message: String

    package init(message: String) {
      self.message = message
    }
  }

  private let find: @Sendable (_ path: String, _ importer: SourceFile) -> Result<Found, Failure>

  /// A loader that finds nothing.
  package init() {
    find = { path, _ in .failure(Failure(message: "\(path): this text stands in no folder, and imports nothing")) }
  }

  /// A loader that asks `find` for the path as the text of the importing file writes it.
  package init(find: @escaping @Sendable (_ path: String, _ importer: SourceFile) -> Result<Found, Failure>) {
    self.find = find
  }

  func load(_ path: String, from importer: SourceFile) -> Result<Found, Failure> { find(path, importer) }
}

/// Follows the imports of a file; each file is read once, so cycles are harmless.
struct ImportReader {
  private(set) var modules: [UInt32: Module] = [:]
  /// The numbers of the files in the order in which they were found.
  private(set) var order: [UInt32] = []
  private var numbers: [String: UInt32] = [:]
  private let loader: ImportLoader

  /// A program may have this many files.
  private static let maximumFiles = 1_000

  init(_ loader: ImportLoader) {
    self.loader = loader
  }

  mutating func read(_ file: SourceFile) {
    var module = Module(file)
    numbers[file.path] = file.number
    order.append(file.number)
    // Known before its imports are read: they may import it.
    modules[file.number] = module
    for declaration in module.importDeclarations { follow(declaration, &module) }
    modules[file.number] = module
  }

  private mutating func follow(_ declaration: Syntax, _ module: inout Module) {
    let children = declaration.children.filter { $0.kind != .annotation }
    guard let target = children.first, target.kind != .omitted else { return }
    let alias = children.count > 1 ? children[1].plainName : nil
    if let alias, let first = module.imports.first(where: { $0.alias == alias }) {
      module.diagnostics.append(.duplicateName(alias, at: children[1].place, first: first.place))
      return
    }
    let files: [UInt32]
    if target.kind == .string {
      switch number(of: target.stringValue, from: module.file) {
      case .success(let number): files = [number]
      case .failure(let failure):
        module.diagnostics.append(.unreadableImport(failure.message, at: target.place))
        module.missingImports.append(alias)
        return
      }
    } else {
      guard let numbers = Library.moduleFiles[target.text] else {
        module.diagnostics.append(.unknownLibrary(target.text, at: target.place))
        module.missingImports.append(alias)
        return
      }
      files = numbers
    }
    module.imports.append(Module.Import(alias: alias, files: files, place: declaration.place, text: declaration.text))
  }

  private mutating func number(of path: String, from importer: SourceFile) -> Result<UInt32, ImportLoader.Failure> {
    loader.load(path, from: importer).flatMap { found in
      if let known = numbers[found.path] { return .success(known) }
      guard order.count < Self.maximumFiles else {
        return .failure(ImportLoader.Failure(message: "\(path): a program has at most \(Self.maximumFiles) files"))
      }
      let number = UInt32(order.count)
      read(SourceFile(path: found.path, source: found.text, number: number))
      return .success(number)
    }
  }
}
