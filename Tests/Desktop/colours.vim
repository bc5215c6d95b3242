" Writes the syntax group of each character of the files named in $MICA_FILES, line by line, to $MICA_OUTPUT as JSON.
set nocompatible hidden nomore
execute 'set runtimepath^=' .. fnameescape($MICA_FOLDER)
filetype plugin indent on
syntax on
let s:said = {}
for s:file in split($MICA_FILES, "\n")
  execute 'edit' fnameescape(s:file)
  let s:lines = []
  for s:line in range(1, line('$'))
    let s:groups = []
    let s:column = 1
    for s:character in split(getline(s:line), '\zs')
      call add(s:groups, synIDattr(synID(s:line, s:column, 1), 'name'))
      let s:column += len(s:character)
    endfor
    call add(s:lines, s:groups)
  endfor
  let s:said[s:file] = s:lines
  bwipeout
endfor
call writefile([json_encode(s:said)], $MICA_OUTPUT)
qall!
