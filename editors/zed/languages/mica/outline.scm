(model "model" @context name: (_) @name) @item
(block "block" @context name: (_) @name) @item
(operator "operator" @context name: (_) @name) @item
(recipe "recipe" @context name: (_) @name) @item
