import Authoring
import Testing

/// Where a text differs from an earlier one, edit by edit.
@Suite struct TextChangesTests {
  @Test func offsetsMoveWithTheEdits() {
    var changes = TextChanges()
    changes.replace(10..<12, with: 5)
    changes.replace(30..<30, with: 2)
    #expect(changes.all.map(\.old) == [10..<12, 27..<27])
    #expect(changes.all.map(\.new) == [10..<15, 30..<32])
    #expect([0, 10, 13, 20, 32, 40].map(changes.old) == [0, 10, 10, 17, 27, 35])
    #expect([0, 12, 27, 28].map(changes.new) == [0, 15, 30, 33])
    #expect(changes.new(0..<10) == 0..<10)
    #expect(changes.new(11..<20) == nil)
    #expect(changes.new(12..<27) == 15..<30)
    #expect(changes.new(20..<30) == nil)
  }

  @Test func editsSideBySideAreOneChange() {
    var changes = TextChanges()
    for typed in 0..<4 { changes.replace((5 + typed)..<(5 + typed), with: 1) }
    #expect(changes.all == [TextChanges.Change(old: 5..<5, new: 5..<9)])
  }

  @Test func whatIsTakenBackIsNoChange() {
    let old = Array("y = Relu(x)".utf8)
    var changes = TextChanges()
    changes.replace(4..<8, with: 7)
    changes.replace(4..<11, with: 4)
    changes.trim(old, old)
    #expect(changes.isEmpty)
  }

  @Test func changesAreTrimmedToWhatDiffers() {
    var changes = TextChanges()
    changes.replace(0..<11, with: 12)
    changes.trim(Array("y = Relu(x)".utf8), Array("y = Relu6(x)".utf8))
    #expect(changes.all == [TextChanges.Change(old: 8..<8, new: 8..<9)])
  }

  @Test func changesThatAreTakenIntoTheTextMoveTheOthers() {
    var changes = TextChanges()
    changes.replace(10..<12, with: 5)
    changes.replace(40..<40, with: 1)
    let kept = changes.keeping { $0.old.isEmpty }
    #expect(kept.all == [TextChanges.Change(old: 40..<40, new: 40..<41)])
  }

  /// Random edits of a random text, held to the texts themselves.
  @Test func whatIsOutsideOfTheChangesIsTheSame() {
    Soak.run("TextChangesTests", minimum: 200) { numbers in
      let old = (0..<60).map { _ in UInt8.random(in: 97...99, using: &numbers) }
      var (new, changes) = (old, TextChanges())
      for _ in 0..<Int.random(in: 1...8, using: &numbers) {
        let start = Int.random(in: 0...new.count, using: &numbers)
        let range = start..<min(new.count, start + Int.random(in: 0...6, using: &numbers))
        let piece = (0..<Int.random(in: 0...6, using: &numbers)).map { _ in UInt8.random(in: 97...99, using: &numbers) }
        new.replaceSubrange(range, with: piece)
        changes.replace(range, with: piece.count)
        if Bool.random(using: &numbers) { changes.trim(old, new) }
      }
      var rebuilt = old
      for change in changes.all.reversed() { rebuilt.replaceSubrange(change.old, with: new[change.new]) }
      let isOrdered = zip(changes.all, changes.all.dropFirst()).allSatisfy { $0.new.upperBound <= $1.new.lowerBound }
      #expect(rebuilt == new)
      #expect(isOrdered)
      return rebuilt == new && isOrdered
    }
  }
}
