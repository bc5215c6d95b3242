(model body: (_) @function.inside) @function.around
(block body: (_) @function.inside) @function.around
(operator body: (_) @function.inside) @function.around
(recipe body: (_) @function.inside) @function.around
(graph body: (_) @function.inside) @function.around

(repeat body: (_) @loop.inside) @loop.around
(if body: (_) @conditional.inside) @conditional.around

(call arguments: (_) @call.inside) @call.around
(labelled arguments: (_) @call.inside) @call.around

(parameter) @parameter.inside
(arguments (_) @parameter.inside)
(comment) @comment.inside
(comment)+ @comment.around
(binding) @statement.around
