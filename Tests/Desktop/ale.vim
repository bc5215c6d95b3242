" A session in Vim with ALE: what a user sees of a mistake, a hover and the fixes; writes a JSON object to $MICA_OUTPUT.
" $MICA_FOLDER has the project's settings for Vim, $MICA_FILE is the file to edit.
set nocompatible hidden nomore
execute 'set runtimepath^=' .. fnameescape($MICA_FOLDER)
let s:said = {}

function s:Wait(what, condition) abort
  let start = reltime()
  while !eval(a:condition)
    if reltimefloat(reltime(start)) > 30
      throw 'waited in vain for ' .. a:what
    endif
    sleep 20m
  endwhile
endfunction

function s:Preview() abort
  for window in range(1, winnr('$'))
    if getbufvar(winbufnr(window), '&filetype') =~# 'ale-preview'
      return join(getbufline(winbufnr(window), 1, '$'), "\n")
    endif
  endfor
  return ''
endfunction

try
  for folder in ['/usr/share/vim-ale', '/usr/share/vim/vimfiles/pack/dist-bundle/opt/ale']
    if isdirectory(folder)
      execute 'set runtimepath^=' .. folder
    endif
  endfor
  let g:ale_linters = {'mica': ['mica']}
  let g:ale_linters_explicit = 1
  let g:ale_completion_enabled = 0
  let g:ale_hover_to_preview = 1
  let g:ale_mica_executable = $MICA_BINARY
  let g:ale_mica_options = '--trace ' .. shellescape($MICA_TRACE)
  runtime plugin/ale.vim
  filetype plugin indent on
  syntax on
  execute 'edit' fnameescape($MICA_FILE)
  let s:buffer = bufnr('')
  let s:said.filetype = &filetype
  let s:said.comment = &commentstring
  call ale#Queue(0)
  call s:Wait('the mistake', '!empty(ale#engine#GetLoclist(' .. s:buffer .. '))')
  let s:said.mistakes = map(copy(ale#engine#GetLoclist(s:buffer)), {_, each -> [each.lnum, each.col, each.type, each.text]})

  call search('hidden: \zsLinear')
  ALEHover
  call s:Wait('the hover', '!empty(' .. expand('<SID>') .. 'Preview())')
  let s:said.hover = s:Preview()
  pclose

  " The menu of fixes, from which the one that says what was meant is taken.
  let s:found = []
  call cursor(s:said.mistakes[0][0], s:said.mistakes[0][1])
  call ale#codefix#Execute(0, {data, actions -> extend(s:found, [data, actions])})
  call s:Wait('the fixes', '!empty(s:found)')
  let s:said.fixes = map(copy(s:found[1]), {_, each -> each[1].title})
  call ale#codefix#ApplyLSPCodeAction(s:found[0], s:found[1][match(s:said.fixes, 'Relu')][1])
  call s:Wait('the edit', 'getline(4) !~# "Reluu"')
  call ale#Queue(0)
  call s:Wait('the mend', 'empty(ale#engine#GetLoclist(' .. s:buffer .. '))')
  let s:said.mended = getline(4)
  call ale#lsp#StopAll()
catch
  let s:said.failure = v:exception .. ' at ' .. v:throwpoint
endtry
call writefile([json_encode(s:said)], $MICA_OUTPUT)
qall!
