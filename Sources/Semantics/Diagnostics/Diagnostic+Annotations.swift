import Operators
import Syntax

/// Problems of annotations.
extension Diagnostic {
  static func unknownAnnotation(_ annotation: Annotation) -> Diagnostic {
    let known = AnnotationForm.all.map(\.name)
    let place = annotation.syntax.nameChild?.place ?? annotation.syntax.place
    guard let nearest = Catalogue.nearest(to: annotation.name, in: known) else {
      let listed = known.map { "@\($0)" }.joined(separator: ", ")
      return Diagnostic(
        "unknown-annotation", "there is no annotation `@\(annotation.name)`; there are \(listed)", at: place)
    }
    return Diagnostic(
      "unknown-annotation", "there is no annotation `@\(annotation.name)`; did you mean `@\(nearest)`?", at: place,
      fixes: [Fix("Replace by `@\(nearest)`", [Fix.Edit(place, nearest)])])
  }

  static func misplacedAnnotation(_ annotation: Annotation, form: AnnotationForm) -> Diagnostic {
    let subjects = form.subjects.map(\.rawValue)
    let listed = subjects.dropLast().joined(separator: ", ") + (subjects.count > 1 ? " or " : "") + subjects.last!
    return Diagnostic(
      "misplaced-annotation", "`@\(annotation.name)` says nothing here; it stands before \(listed)",
      at: annotation.syntax.place)
  }

  /// An annotation of a node, or of a value, that the statement does not make.
  static func annotationWithoutSubject(_ annotation: Annotation, because reason: String) -> Diagnostic {
    Diagnostic(
      "misplaced-annotation", "`@\(annotation.name)` has nothing to stand for: \(reason)", at: annotation.syntax.place)
  }

  static func wrongAnnotation(
    _ annotation: Annotation, _ what: String, form: AnnotationForm, at place: Place
  ) -> Diagnostic {
    Diagnostic("wrong-annotation", "`@\(annotation.name)` \(what), as in `\(form.example)`", at: place)
  }

  static func wrongAnnotation(_ annotation: Annotation, _ what: String, at place: Place) -> Diagnostic {
    Diagnostic("wrong-annotation", "`@\(annotation.name)` \(what)", at: place)
  }

  static func recordedTypeDiffers(_ recorded: String, inferred: String, at place: Place) -> Diagnostic {
    Diagnostic(
      "recorded-type", "the recorded type \(recorded) contradicts \(inferred), which the graph gives; it is kept",
      at: place, severity: .warning)
  }
}
