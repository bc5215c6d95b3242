/// What may stand in the parentheses behind `weights "file"`.
package struct WeightsArgument: Sendable {
  package var name: String
  /// What it is given, in the words of a signature.
  package var type: String
  /// What it decides, in a sentence.
  package var summary: String
  /// What is usually written behind the name, with `$1` where something is filled in.
  package var snippet: String

  package static let all = [
    WeightsArgument(
      name: "prefix", type: "string",
      summary: "Where the model begins in the file: paths are looked for behind this prefix.", snippet: "\"$1\""),
    WeightsArgument(
      name: "rename", type: "{string: string}",
      summary: "Parts of names in the file, and what the text calls them.", snippet: "{\"$1\": \"$2\"}"),
    WeightsArgument(
      name: "ignore", type: "[string]",
      summary: "Tensors that the text has no use for; `*` stands for any letters.", snippet: "[\"$1\"]"),
    WeightsArgument(
      name: "transpose", type: "[string]",
      summary: "Matrices that the file has the other way round; `*` stands for any letters.", snippet: "[\"$1\"]"),
  ]
}
