import JSON
import Testing

@Suite struct JSONObjectTests {
  /// Beside a plain list, on both sides of the size from which keys are indexed.
  @Test(arguments: [0, 1, 7, 8, 9, 10, 40])
  func behavesAsAnOrderedList(count: Int) {
    var object = JSONObject()
    var list: [(String, Int)] = []
    for number in 0..<count {
      object["k\(number)"] = .integer(Int64(number))
      list.append(("k\(number)", number))
    }
    func check() {
      #expect(object.map(\.key) == list.map(\.0))
      for (key, number) in list { #expect(object[key]?.intValue == number) }
      #expect(object["absent"] == nil)
    }
    check()
    for position in stride(from: 0, to: count, by: 3) {
      object[list[position].0] = 1000
      list[position].1 = 1000
    }
    check()
    while !list.isEmpty {
      let removed = list.remove(at: list.count / 2).0
      object[removed] = nil
      #expect(object[removed] == nil)
      check()
    }
  }

  @Test func orderIsPartOfEquality() {
    #expect(["a": 1, "b": 2] as JSONObject != ["b": 2, "a": 1])
    #expect(["a": 1, "b": 2, "a": 3] as JSONObject == ["a": 3, "b": 2])
  }

  @Test func accessors() {
    let value: JSONValue = ["s": "t", "i": 3, "n": 1.5, "b": true, "a": [1], "o": [:]]
    #expect(value["s"]?.stringValue == "t")
    #expect(value["i"]?.intValue == 3)
    #expect(value["i"]?.doubleValue == 3)
    #expect(value["n"]?.intValue == nil)
    #expect(value["n"]?.doubleValue == 1.5)
    #expect(value["b"]?.boolValue == true)
    #expect(value["a"]?.arrayValue == [1])
    #expect(value["o"]?.objectValue == [:])
    #expect(value["s"]?["t"] == nil)
    #expect(JSONValue(exactly: UInt64(5)) == 5)
    #expect(JSONValue(exactly: UInt64.max) == .unsigned(.max))
    #expect(JSONValue(exactly: Int128.max) == nil)
  }
}
