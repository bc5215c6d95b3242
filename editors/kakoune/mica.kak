# Mica in Kakoune: colours and indentation. The lists of words are written by scripts/generate-grammars.

hook global BufCreate .*[.]mica %{
    set-option buffer filetype mica
}

hook global WinSetOption filetype=mica %{
    require-module mica
    set-option window comment_line '//'
    hook window InsertChar \n -group mica-indent mica-indent-on-new-line
    hook window InsertChar [\x7d)\]] -group mica-indent mica-indent-on-closing
    hook -once -always window WinSetOption filetype=.* %{ remove-hooks window mica-.+ }
}

hook -group mica-highlight global WinSetOption filetype=mica %{
    add-highlighter window/mica ref mica
    hook -once -always window WinSetOption filetype=.* %{ remove-highlighter window/mica }
}

provide-module mica %§

add-highlighter shared/mica regions
add-highlighter shared/mica/code default-region group
add-highlighter shared/mica/documentation region (?<!/)///(?!/) $ fill documentation
add-highlighter shared/mica/comment region // $ fill comment
add-highlighter shared/mica/double region 'b?"' (?<!\\)(?:\\\\)*"|$ fill string
add-highlighter shared/mica/single region "b?'" (?<!\\)(?:\\\\)*'|$ fill string

# Of two that fit the later one counts.
add-highlighter shared/mica/code/ regex '\b[A-Za-z_]\w*\b' 0:variable
add-highlighter shared/mica/code/ regex '`[^`\n]*`' 0:variable
add-highlighter shared/mica/code/ regex '\|>|\.\.<|->|\*\*|[=!<>]=|&&|\|\||[-+*/%<>=!@~]' 0:operator
add-highlighter shared/mica/code/ regex '(?<![.~])(\b[A-Za-z_]\w*|`[^`\n]*`)\h*\(' 1:function
add-highlighter shared/mica/code/ regex '\|>\h*([A-Za-z_]\w*)\b(?![.~:\[])' 1:function
add-highlighter shared/mica/code/ regex '[\w`\]]:\h([A-Za-z_]\w*)\b\h?(?=[|+*/%}\n-])' 1:function
add-highlighter shared/mica/code/ regex '(?:[:>]\h|\h\[)([A-Z]\w*)(?=\[)' 1:type
add-highlighter shared/mica/code/ regex '[:>]\h\[*(int|float|dtype|callee|any)\b(?![.(:])' 1:type
add-highlighter shared/mica/code/ regex '(?<![.~$])\b(f64|f32|f16|bf16|f8e4m3fn|f8e4m3fnuz|f8e5m2|f8e5m2fnuz|f8e8m0|f6e2m3|f6e3m2|f4e2m1|i64|i32|i16|i8|i4|i2|u64|u32|u16|u8|u4|u2|bool|string|c64|c128)\b' 1:type
add-highlighter shared/mica/code/ regex '(?<![.~$])\b(use|import|model|block|operator|recipe|param|buffer|const|layer|repeat|scope|weights|require)\b\h+[A-Za-z_`''(\[]' 1:keyword
add-highlighter shared/mica/code/ regex '\b(?:model|block|recipe)\h+([A-Za-z_]\w*)' 1:function
add-highlighter shared/mica/code/ regex '(?<![.~$])\b(as|for|where|macs|in)\b\h+[^\] =:.,)\n]|\b(macs)\b\h*=' 1:keyword 2:keyword
add-highlighter shared/mica/code/ regex '(?<![.~$])\b(type|seq|optional|map|sparse)\b(?:\h*<|\h+[A-Za-z?])' 1:keyword
add-highlighter shared/mica/code/ regex '\b(ints|floats|strings|tensors|graphs|types|sparse_tensors)\b\h*\[\h*\]' 1:keyword
add-highlighter shared/mica/code/ regex '(?<![.~$])\b(if|else|return)\b' 1:keyword
add-highlighter shared/mica/code/ regex '(?<![.~$])\b(none|true|false)\b' 1:value
add-highlighter shared/mica/code/ regex '(?:[(,]\h*|^\h+)([A-Za-z_]\w*)\h*=(?!=)' 1:attribute
add-highlighter shared/mica/code/ regex '(?<![\w`)\]])@(?:[A-Za-z_]\w*|`[^`\n]*`)' 0:meta
add-highlighter shared/mica/code/ regex '\b(?:0[xX][0-9A-Fa-f]+(?:(?:\.[0-9A-Fa-f]+)?[pP][-+]?[0-9]+)?|[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)' 0:value

define-command -hidden mica-indent-on-new-line %{
    evaluate-commands -draft -itersel %{
        # As far in as the line before, and further behind an opening bracket.
        try %{ execute-keys -draft <semicolon> K <a-&> }
        try %{ execute-keys -draft k x <a-k> [\x7b(\[]\h*(?://[^\n]*)?$ <ret> j <a-gt> }
        try %{ execute-keys -draft k x s ^\h+$ <ret> d }
    }
}

define-command -hidden mica-indent-on-closing %{
    # A bracket that begins a line stands as far in as the line that opened it.
    try %{ execute-keys -draft -itersel <a-h> <a-k> ^\h*[\x7d)\]]$ <ret> h m <a-S> 1 <a-&> }
}

§
