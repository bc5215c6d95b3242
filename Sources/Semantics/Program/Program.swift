package import Syntax

/// A file with all that it imports, ready to be elaborated.
package struct Program: Sendable {
  package let file: SourceFile
  /// The file and what it imports, directly or not, by the numbers of the files; the library is not among them.
  package let modules: [UInt32: Module]
  /// Operator sets to write for, by domain: the file's own, or a newer one that an import asks for.
  package let opsets: [String: Int]
  /// The least version of ai.onnx that the imports ask for; `nil` where they do not say.
  package let importedOpset: Int?
  /// What is wrong with the declarations themselves, syntax included.
  package let diagnostics: [Diagnostic]
  /// Where the files do not follow the grammar, by their numbers.
  let broken: [UInt32: BrokenText]

  /// The ai.onnx operator sets that graphs can be written for.
  package static let writableOpsets = 13...23

  /// The operator set that a text without `use onnx` is written for.
  package static let defaultOpset = 21

  /// Reads a file's declarations, and those of the files that it imports.
  package init(_ file: SourceFile, imports: ImportLoader = ImportLoader()) {
    self.file = file
    var reader = ImportReader(imports)
    reader.read(file)
    modules = reader.modules
    var opsets: [String: Int] = [:]
    for module in reader.modules.values {
      for (domain, version) in module.opsets { opsets[domain] = max(version, opsets[domain] ?? 0) }
      for declaration in module.declarations.values {
        if let name = declaration.operatorName, !name.domain.isEmpty, opsets[name.domain] == nil {
          opsets[name.domain] = 1
        }
      }
    }
    importedOpset = modules.values.compactMap { $0.file.number == file.number ? nil : $0.opsets[""] }.max()
    if modules[file.number]?.opsets[""] == nil { opsets[""] = max(Self.defaultOpset, opsets[""] ?? 0) }
    self.opsets = opsets
    broken = reader.modules.mapValues { BrokenText($0.file.tree) }.filter { !$0.value.isEmpty }
    let recipes = modules.values.flatMap { module in module.recipes.flatMap { $0.problems(in: module) } }
    diagnostics = (reader.order.flatMap { reader.modules[$0]?.diagnostics ?? [] } + recipes)
  }

  /// The program with another text of its file, which declares the same: only statements in bodies differ.
  ///
  /// - Parameter file: under a number of its own, so that places in both texts can be told apart.
  package func revised(_ file: SourceFile) -> Program {
    Program(self, file, knowing: file, diagnostics: [])
  }

  /// The same program, which knows another text of its file too.
  package func knowing(_ file: SourceFile) -> Program {
    Program(self, self.file, knowing: file, diagnostics: diagnostics)
  }

  private init(_ program: Program, _ file: SourceFile, knowing other: SourceFile, diagnostics: [Diagnostic]) {
    self.file = file
    var modules = program.modules
    modules[other.number] = program.main.revised(other)
    self.modules = modules
    self.diagnostics = diagnostics
    (opsets, importedOpset, broken) = (program.opsets, program.importedOpset, program.broken)
  }

  /// The module of the file itself.
  package var main: Module { modules[file.number] ?? Module(file) }

  package var models: [Declaration] { main.models }

  /// Whether the file itself says which version of ai.onnx it is written for.
  package var namesOpset: Bool { main.opsets[""] != nil }

  /// Where the file says which operator set it is written for; its start where it does not.
  package var opsetPlace: Place { main.opsetPlace }

  /// The file and those that it imports, by their numbers.
  package var files: [SourceFile] { modules.values.map(\.file).sorted { $0.number < $1.number } }

  /// Whether a syntax error lies in a place or right beside it.
  func isBroken(_ place: Place) -> Bool { broken[place.file]?.touches(place.range) ?? false }

  /// Whether a name may be bound in what an unterminated string of a file has taken in.
  func isSwallowed(_ name: String, in file: UInt32) -> Bool { broken[file]?.swallows(name) ?? false }

  /// The version of an operator set that the text of a file is written for.
  func declaredOpset(_ domain: String, in file: UInt32) -> Int? {
    guard let module = modules[file] else { return nil }
    return module.opsets[domain] ?? (domain.isEmpty ? Self.defaultOpset : opsets[domain])
  }
}

// MARK: - Names

extension Program {
  /// What a name of a declaration means in a file: one thing, or several that imports bring.
  ///
  /// A file's own declarations come first, then those of its imports, then the standard library.
  package func declarations(named name: String, in file: UInt32) -> [Declaration] {
    let module = modules[file] ?? Library.modules[file]
    if let own = module?.declarations[name] { return [own] }
    let imported = (module?.imports ?? []).flatMap { found in
      found.files.compactMap { number -> Declaration? in
        guard let wanted = found.relativeName(name) else { return nil }
        return (modules[number] ?? Library.modules[number])?.declarations[wanted]
      }
    }
    if !imported.isEmpty { return imported }
    return Library.declarations[name].map { [$0] } ?? []
  }

  /// What a file declares, in order.
  package func declarations(in file: UInt32) -> [Declaration] {
    (modules[file] ?? Library.modules[file])?.declarationsInOrder.filter { $0.file.number == file } ?? []
  }

  /// Whether the text declares operators of a domain: then it declares all that it uses.
  func declaresOperators(of domain: String) -> Bool {
    modules.values.contains { $0.declarations.values.contains { $0.operatorName?.domain == domain } }
  }

  /// Every name of a declaration that can be used in a file, for suggestions.
  func declarationNames(in file: UInt32) -> [String] {
    let module = modules[file] ?? Library.modules[file]
    let imported = (module?.imports ?? []).flatMap { found in
      found.files.flatMap { number in
        ((modules[number] ?? Library.modules[number])?.declarations.keys.map { name in
          found.alias.map { "\($0).\(name)" } ?? name
        }) ?? []
      }
    }
    return (module?.declarations.keys.map(\.self) ?? []) + imported + Array(Library.declarations.keys)
  }
}

extension Module.Import {
  /// A name of the importing file as the imported one has it; `nil` where the name is not behind the import's alias.
  fileprivate func relativeName(_ name: String) -> String? {
    guard let alias else { return name }
    guard name.hasPrefix(alias + ".") else { return nil }
    return String(name.dropFirst(alias.count + 1))
  }
}
