" Mica's language server for ALE. g:ale_mica_executable is the program; g:ale_mica_options what follows `lsp`.
call ale#Set('mica_executable', 'mica')
call ale#Set('mica_options', '')

function! ale_linters#mica#mica#Root(buffer) abort
  let l:project = ale#path#FindNearestFile(a:buffer, 'mica.json')
  return fnamemodify(empty(l:project) ? bufname(a:buffer) : l:project, ':p:h')
endfunction

call ale#linter#Define('mica', {
\ 'name': 'mica',
\ 'lsp': 'stdio',
\ 'executable': {b -> ale#Var(b, 'mica_executable')},
\ 'command': {b -> '%e lsp' . ale#Pad(ale#Var(b, 'mica_options'))},
\ 'language': 'mica',
\ 'project_root': function('ale_linters#mica#mica#Root'),
\})
