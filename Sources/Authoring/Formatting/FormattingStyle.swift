/// The measures of the layout.
enum FormattingStyle {
  static let columns = 100
  static let indentation = 4
  /// The blanks before a comment at the end of a line.
  static let commentDistance = 2
}
