extension MachineLearningRules {
  /// The rules of all operators, sorted by name.
  package static let all: [OperatorRules] = [
    arrayFeatureExtractor, binarizer, castMap, categoryMapper, dictVectorizer, featureVectorizer, imputer,
    labelEncoder, linearClassifier, linearRegressor, normalizer, oneHotEncoder, svmClassifier, svmRegressor, scaler,
    treeEnsemble, treeEnsembleClassifier, treeEnsembleRegressor, zipMap,
  ]
}
