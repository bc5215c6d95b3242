import LanguageServer
import Testing

/// Clients escape URIs differently; the path is what counts.
@Suite struct DocumentURITests {
  @Test(arguments: [
    ("file:///home/a/b.mica", "/home/a/b.mica"),
    ("file:///home/a%20b/%C3%A9.mica", "/home/a b/é.mica"),
    ("file://localhost/x.mica", "/x.mica"),
    ("file:/x.mica", "/x.mica"),
    ("FILE:///x%2Dy.mica", "/x-y.mica"),
    ("file:///100%.mica", "/100%.mica"),
  ])
  func fileURIsHavePaths(text: String, path: String) {
    #expect(DocumentURI(text).path == path)
  }

  @Test(arguments: ["untitled:Untitled-1", "https://example.org/x.mica", "file:///a%00b", "file://host"])
  func othersHaveNone(text: String) {
    #expect(DocumentURI(text).path == nil)
  }

  @Test(arguments: ["/a/b.mica", "/with space/é+&?#%.mica"])
  func pathsSurviveTheWayThereAndBack(path: String) {
    #expect(DocumentURI(DocumentURI(path: path).text).path == path)
  }
}
