" Vim's colours for Mica. The lists of words are written by scripts/generate-grammars.
if exists('b:current_syntax')
  finish
endif

syntax case match
syntax sync minlines=50

" Of two that match at one place the later one counts.
syntax match micaName "\<\h\w*\>"
syntax match micaOperator "[-+*/%<>=!&|@~]"
syntax match micaCallee "\<\h\w*\ze\s*("
syntax match micaCallee "\%(|>\s*\)\@<=\<\h\w*\>\%(\s*[.~:\[]\)\@!"
syntax match micaCallee "\%([A-Za-z0-9_`\]]:\s\)\@<=\<\h\w*\>\ze\s*\%($\||>\|[-+*/%}]\s\|//\)"
syntax match micaType "\%([:>]\s*\|[:>]\s*\[\+\|<\|,\s*\)\@<=\<\%(int\|float\|dtype\|callee\|any\)\>\%(\s*[.(:]\)\@!"
syntax match micaType "\%(\%(\h\w*\|`[^`]*`\):\s*\|->\s*\|\[\)\@<=\u\w*\ze\["
syntax match micaType "\<\%(f64\|f32\|f16\|bf16\|f8e4m3fn\|f8e4m3fnuz\|f8e5m2\|f8e5m2fnuz\|f8e8m0\|f6e2m3\|f6e3m2\|f4e2m1\|i64\|i32\|i16\|i8\|i4\|i2\|u64\|u32\|u16\|u8\|u4\|u2\|bool\|string\|c64\|c128\)\>"
syntax match micaTypeKeyword "\<\%(type\|seq\|optional\|map\|sparse\)\>\ze\%(\s*<\|\s\+[A-Za-z?]\)"
syntax match micaEmptyList "\<\%(ints\|floats\|strings\|tensors\|graphs\|types\|sparse_tensors\)\>\ze\s*\[\s*\]"
syntax match micaDeclaration "\<\%(use\|import\|model\|block\|operator\|recipe\|param\|buffer\|const\|layer\|repeat\|scope\|weights\|require\)\>\ze\s\+[A-Za-z_`"'(\[]"
syntax match micaDeclared "\%(\<\%(model\|block\|operator\|recipe\)\s\+\)\@<=\h\w*"
syntax match micaClause "\<\%(as\|for\|where\|macs\|in\)\>\ze\s\+[^] =:.,)]"
syntax match micaClause "^\s*macs\ze\s*="
syntax match micaControl "\<\%(if\|else\|return\)\>"
syntax match micaConstant "\<\%(none\|true\|false\)\>"
syntax match micaArgument "\%([(,]\s*\|^\s*\)\@<=\<\h\w*\>\ze\s*=[^=]"
syntax match micaName "\%([A-Za-z0-9_`)\]][.~]\)\@<=\h\w*"
syntax match micaWeight "\$\h\w*"
syntax match micaAnnotation "[A-Za-z0-9_`)\]]\@<!@\%(\h\w*\|`[^`]*`\)"
syntax match micaNumber "\<\d\+\%(\.\d\+\)\?\%([eE][-+]\?\d\+\)\?"
syntax match micaNumber "\<0[xX]\x\+\%(\%(\.\x\+\)\?[pP][-+]\?\d\+\)\?"
syntax region micaQuoted start="`" skip="\\." end="`" oneline contains=micaInterpolation
syntax region micaQuoted start="\$`" skip="\\." end="`" oneline
syntax region micaInterpolation start="{" end="}" contained oneline contains=TOP
syntax match micaQuotedCallee "`[^`{]*`\ze\s*("
syntax region micaString start=+b\?"+ skip=+\\.+ end=+"+ end=+$+ oneline contains=micaEscape
syntax region micaString start=+b\?'+ skip=+\\.+ end=+'+ end=+$+ oneline contains=micaEscape
syntax match micaEscape "\\." contained
syntax match micaComment "//.*$" contains=@Spell,micaTodo
syntax match micaDocumentation "\%(^\|[^/]\)\@1<=///\%(/\)\@!.*$" contains=@Spell
syntax keyword micaTodo TODO FIXME contained

highlight default link micaName Identifier
highlight default link micaArgument Identifier
highlight default link micaQuoted Identifier
highlight default link micaWeight Identifier
highlight default link micaOperator Operator
highlight default link micaCallee Function
highlight default link micaQuotedCallee Function
highlight default link micaDeclared Function
highlight default link micaType Type
highlight default link micaTypeKeyword Keyword
highlight default link micaEmptyList Keyword
highlight default link micaDeclaration Keyword
highlight default link micaClause Keyword
highlight default link micaControl Conditional
highlight default link micaConstant Constant
highlight default link micaAnnotation PreProc
highlight default link micaNumber Number
highlight default link micaString String
highlight default link micaEscape SpecialChar
highlight default link micaInterpolation Special
highlight default link micaComment Comment
highlight default link micaDocumentation SpecialComment
highlight default link micaTodo Todo

let b:current_syntax = 'mica'
