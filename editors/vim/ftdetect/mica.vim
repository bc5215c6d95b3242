autocmd BufNewFile,BufRead *.mica setfiletype mica
