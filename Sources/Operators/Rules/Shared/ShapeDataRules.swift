extension OperatorRules {
  /// Whether the rule says what the elements of small results are, where they are known, beside their shapes.
  package var givesShapeData: Bool { domain.isEmpty && Self.shapeDataNames.contains(name) }

  /// Operators of ai.onnx that integers flow through on their way to shapes, and that small constants are computed by.
  package static let shapeDataNames: Set<String> = [
    "Abs", "Add", "And", "ArgMax", "ArgMin", "BitCast", "Cast", "CastLike", "Ceil", "Clip", "Compress", "Concat",
    "ConcatFromSequence", "Constant", "ConstantOfShape", "CumProd", "CumSum", "Div", "Dropout", "Equal", "Expand",
    "Flatten", "Floor", "Gather", "GatherElements", "GatherND", "Greater", "GreaterOrEqual", "Identity", "If", "Less",
    "LessOrEqual", "Loop", "Max", "Min", "Mod", "Mul", "Neg", "NonZero", "Not", "OneHot", "Optional",
    "OptionalGetElement", "OptionalHasElement", "Or", "Pad", "Pow", "Range", "Reciprocal", "ReduceMax", "ReduceMin",
    "ReduceProd", "ReduceSum", "Reshape", "Round", "ScatterElements", "ScatterND", "SequenceAt", "SequenceConstruct",
    "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceLength", "Shape", "Sign", "Size", "Slice", "Split",
    "SplitToSequence", "Sqrt", "Squeeze", "Sub", "Tile", "TopK", "Transpose", "Trilu", "Unique", "Unsqueeze", "Where",
    "Xor",
  ]
}
