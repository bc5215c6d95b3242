(model) @local.scope
(block) @local.scope
(operator) @local.scope
(graph) @local.scope
(repeat) @local.scope

(parameter name: (identifier) @local.definition.parameter)
(target name: (identifier) @local.definition.var)
(constant name: (identifier) @local.definition.constant)
(parameter_statement name: (identifier) @local.definition.field)
(layer name: (identifier) @local.definition.field)
(repeat variable: (identifier) @local.definition.var)
(index_types variable: (identifier) @local.definition.var)
(model name: (identifier) @local.definition.function)
(block name: (identifier) @local.definition.function)
(import name: (identifier) @local.definition.import)

(identifier) @local.reference
