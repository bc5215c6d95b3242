/// The members of a JSON object, in the order of the text; no two have the same key.
package struct JSONObject: Sendable {
  package struct Member: Hashable, Sendable {
    package var key: String
    package var value: JSONValue
  }

  /// The members in order.
  package private(set) var members: [Member] = []

  /// Where each key is; kept only for objects that are slow to search.
  private var positions: [String: Int] = [:]

  private static let searchLimit = 8

  package init() {}

  /// The value of `key`, if there is such a member; setting `nil` removes it.
  ///
  /// A new key goes to the end, a known one keeps its place.
  /// - Complexity: O(1); O(`count`) to remove.
  package subscript(key: String) -> JSONValue? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): members[position].value = value
      case (let position?, nil): remove(at: position)
      case (nil, let value?): append(key, value)
      case (nil, nil): break
      }
    }
  }

  private func position(of key: String) -> Int? {
    members.count > Self.searchLimit ? positions[key] : members.firstIndex { $0.key == key }
  }

  private mutating func append(_ key: String, _ value: JSONValue) {
    members.append(Member(key: key, value: value))
    if members.count == Self.searchLimit + 1 {
      index()
    } else if members.count > Self.searchLimit {
      positions[key] = members.count - 1
    }
  }

  private mutating func remove(at position: Int) {
    members.remove(at: position)
    if members.count > Self.searchLimit { index() } else { positions = [:] }
  }

  private mutating func index() {
    positions = [:]
    for (position, member) in members.enumerated() { positions[member.key] = position }
  }
}

extension JSONObject: Hashable {
  /// True where both have equal members in the same order.
  package static func == (left: JSONObject, right: JSONObject) -> Bool { left.members == right.members }

  package func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

extension JSONObject: RandomAccessCollection {
  package var startIndex: Int { members.startIndex }
  package var endIndex: Int { members.endIndex }
  package subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object of the given members; of two with the same key, the last one's value stays.
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    for (key, value) in elements { self[key] = value }
  }
}
