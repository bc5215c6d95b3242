" Indentation of Mica: what is in brackets stands four further in; a line that goes on with an expression is left alone.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=MicaIndent(v:lnum) indentkeys=0},0),0],!^F,o,O
let b:undo_indent = 'setlocal indentexpr< indentkeys<'

if exists('*MicaIndent')
  finish
endif

function MicaIndent(line) abort
  let before = prevnonblank(a:line - 1)
  if before == 0
    return 0
  endif
  let deeper = getline(before) =~# '[{(\[]\s*\%(//.*\)\?$'
  let lesser = getline(a:line) =~# '^\s*[})\]]'
  return max([0, indent(before) + (deeper - lesser) * shiftwidth()])
endfunction
