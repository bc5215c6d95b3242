import Operators
import Semantics
import Tensors

/// Names of a checkpoint as Mica writes them.
enum SkeletonName {
  /// A part of a path, in backquotes where it is no plain name.
  static func segment(_ name: String) -> String {
    isPlain(name) ? name : quoted(name)
  }

  /// A label one part longer.
  static func label(_ base: String, _ module: TensorTree.Module) -> String {
    if let index = module.index, !base.isEmpty { return "\(base)[\(index)]" }
    return base.isEmpty ? segment(module.name) : "\(base).\(segment(module.name))"
  }

  /// The label of the rounds of a repetition.
  static func label(_ base: String, variable: String) -> String {
    base.isEmpty ? "`{\(variable)}`" : "\(base)[\(variable)]"
  }

  /// Any text as a name.
  static func quoted(_ name: String) -> String {
    var text = "`"
    for scalar in name.unicodeScalars {
      switch scalar {
      case "`", "\\", "{": text += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        text += "\\x\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "`"
  }

  private static let reserved: Set<String> = Set(["if", "else", "return", "none", "true", "false", "_"])
    .union(ElementType.allCases.map(\.spelling))

  /// Whether a name can stand without backquotes.
  static func isPlain(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return name.utf8.allSatisfy(\.isWordPart) && !reserved.contains(name)
  }

  /// A name for a block of modules that are called so: `Layer` for `layers`.
  static func block(_ name: String, taken: inout Set<String>) -> String {
    var words = name.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.map {
      $0.prefix(1).uppercased() + $0.dropFirst()
    }
    if var last = words.last, last.count > 3, last.hasSuffix("s"), !last.hasSuffix("ss") {
      last.removeLast()
      words[words.count - 1] = last
    }
    var base = String(words.joined().prefix(60))
    if base.first?.isLetter != true { base = "Block" + base }
    func isFree(_ name: String) -> Bool {
      !taken.contains(name) && Library.declarations[name] == nil && Catalogue.newestSchema(name: name) == nil
        && !reserved.contains(name)
    }
    let candidates = [base, base + "Block"] + (2...10_000).lazy.map { "\(base)\($0)" }
    let chosen = candidates.first(where: isFree) ?? base
    taken.insert(chosen)
    return chosen
  }
}
