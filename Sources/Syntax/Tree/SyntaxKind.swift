/// The kind of a node of the tree.
///
/// The comment after each gives its children, in order; `?` may be missing.
public enum SyntaxKind: UInt8, Sendable {
  case file  // declarations

  // Declarations. Each may begin with annotations.
  case useDeclaration  // path
  case importDeclaration  // string | path; name?
  case modelDeclaration  // name, parameterList, resultList?, whereClause?, body
  case blockDeclaration  // likewise
  case operatorDeclaration  // path, parameterList, resultList?, whereClause?, costClause?, body?
  case recipeDeclaration  // name, name, body
  case annotation  // name, argumentList?
  case parameterList  // parameters
  case parameter  // annotations, name, type, defaultValue?
  case resultList  // parameters, or one type
  case whereClause  // expressions
  case costClause  // expression
  case defaultValue  // expression
  case condition  // expression
  case body  // statements

  // Statements. Each may begin with annotations.
  case binding  // targets, expression
  case target  // annotations, name | discard, type?
  case parameterStatement  // path, type, defaultValue?, condition?
  case bufferStatement  // likewise
  case constStatement  // name, type, expression
  case layerStatement  // path, expression
  case repeatStatement  // names, expression, body
  case ifStatement  // expression, body, (body | ifStatement)?
  case scopeStatement  // path, body
  case weightsStatement  // string, argumentList?
  case requireStatement  // expression, string?
  case returnStatement  // expressions
  case recipeStep  // call

  // Expressions.
  case name  // of one identifier
  case quotedName  // interpolated expressions
  case discard
  case integer
  case float
  case string
  case bytes
  case boolean
  case none
  case elementType
  case tensorLiteral  // tensorType, expressions
  case sparseLiteral  // tensorType, mapEntries
  case typeLiteral  // type
  case list  // expressions, spreads, ellipses, graphLiterals
  case emptyList  // `ints []`
  case call  // callee, argumentList
  case argumentList  // expressions, namedArguments, spreads
  case namedArgument  // name, expression
  case spread  // expression
  case label  // path, call or callee
  case member  // base, name
  case index  // base, items
  case slice  // start | omitted, end | omitted, (step | omitted)?
  case ellipsis  // in a subscript, a list or a shape
  case overload  // callee, name
  case unary  // operand
  case binary  // left, right
  case pipe  // left, right
  case range  // lower, upper
  case conditional  // condition, then, else
  case parenthesized  // expression
  case graphLiteral  // parameterList?, body
  case mapLiteral  // mapEntries
  case mapEntry  // key, value
  case weightReference  // name
  case omitted

  // Types.
  case tensorType  // elementType | name; dimensions
  case dimensions  // expressions, unknownDimension, ellipsis
  case unknownDimension
  case sequenceType  // type
  case optionalType  // type
  case mapType  // elementType, type
  case sparseType  // type
  case configurationType  // name
  case unknownType  // `?`
  case listType  // type
  case listInput  // parameters, name, range

  /// Tokens that fit nowhere.
  case error
}

extension SyntaxKind {
  package var isType: Bool {
    switch self {
    case .tensorType, .sequenceType, .optionalType, .mapType, .sparseType, .unknownType, .configurationType, .listType,
      .listInput:
      true
    default: false
    }
  }
}
