;;; mica-mode.el --- Major mode for Mica, model graphs as text  -*- lexical-binding: t -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Colours, indentation and an index of declarations; `mica lsp' is registered with eglot and with lsp-mode, of which
;; M-x eglot or M-x lsp starts it.  The lists of words are written by scripts/generate-grammars.

;;; Code:

(defgroup mica nil
  "Model graphs as text."
  :group 'languages)

(defcustom mica-command '("mica" "lsp")
  "The language server's program and its arguments."
  :type '(repeat string))

(defcustom mica-indent-offset 4
  "How far in what brackets hold stands."
  :type 'integer
  :safe #'integerp)

(defface mica-number-face '((t :inherit font-lock-constant-face))
  "Numbers.")

(defconst mica--element-types '("f64" "f32" "f16" "bf16" "f8e4m3fn" "f8e4m3fnuz" "f8e5m2" "f8e5m2fnuz" "f8e8m0" "f6e2m3" "f6e3m2" "f4e2m1" "i64"
    "i32" "i16" "i8" "i4" "i2" "u64" "u32" "u16" "u8" "u4" "u2" "bool" "string" "c64" "c128"))
(defconst mica--control '("if" "else" "return"))
(defconst mica--constants '("none" "true" "false"))
(defconst mica--beginnings '("use" "import" "model" "block" "operator" "recipe" "param" "buffer" "const" "layer" "repeat" "scope" "weights"
    "require"))
(defconst mica--clauses '("as" "for" "where" "macs" "in"))
(defconst mica--types '("type" "seq" "optional" "map" "sparse"))
(defconst mica--lists '("ints" "floats" "strings" "tensors" "graphs" "types" "sparse_tensors"))

(defconst mica--continuation "|[>|]\\|&&\\|->\\|where\\_>\\|macs\\_>\\|[-+*/%<>]\\|[=!]="
  "What a line begins with that goes on with the expression of the line before it.")
(defconst mica--name "\\_<[A-Za-z_][A-Za-z0-9_]*\\_>")
(defconst mica--quoted "`[^`{\n]*`")

(defun mica--words (words behind)
  "A regular expression for WORDS that BEHIND, another one, follows."
  (concat "\\_<" (regexp-opt words t) "\\_>" behind))

(defun mica--match (expression)
  "A search for EXPRESSION whose first group is no member of something.
It goes on behind that group: what follows may belong to the next match."
  (lambda (limit)
    (let (found)
      (while (and (not found) (re-search-forward expression limit t))
        (save-match-data
          (save-excursion
            (goto-char (match-beginning 1))
            (setq found (not (looking-back "[]A-Za-z0-9_`)][.~]" (max (point-min) (- (point) 2)))))))
        (goto-char (match-end 1)))
      found)))

(defconst mica-font-lock-keywords
  `((,(mica--match "\\(?:[^]A-Za-z0-9_`)]\\|^\\)\\(@\\(?:[A-Za-z_][A-Za-z0-9_]*\\|`[^`\n]*`\\)\\)")
     1 font-lock-preprocessor-face)
    (,(mica--match (concat "\\(?:[(,]\\s-*\\|^\\s-+\\)\\(" mica--name "\\)\\s-*=[^=]")) 1 font-lock-variable-name-face)
    (,(mica--match (mica--words mica--beginnings "[ \t]+[A-Za-z_`\"'([]")) 1 font-lock-keyword-face)
    (,(mica--match "\\_<\\(?:model\\|block\\|recipe\\)[ \t]+\\([A-Za-z_][A-Za-z0-9_]*\\|`[^`\n]*`\\)")
     1 font-lock-function-name-face)
    (,(mica--match (mica--words mica--clauses "[ \t]+[^] =:.,)\n]")) 1 font-lock-keyword-face)
    (,(mica--match "\\_<\\(macs\\)\\s-*=[^=]") 1 font-lock-keyword-face t)
    (,(mica--match (mica--words mica--types "\\(?:\\s-*<\\|[ \t]+[A-Za-z?]\\)")) 1 font-lock-keyword-face)
    (,(mica--match (mica--words mica--lists "\\s-*\\[\\s-*\\]")) 1 font-lock-keyword-face)
    (,(mica--match (mica--words mica--control "")) 1 font-lock-keyword-face)
    (,(mica--match (mica--words mica--constants "")) 1 font-lock-constant-face)
    (,(mica--match (mica--words mica--element-types "")) 1 font-lock-type-face)
    (,(mica--match "[:>]\\s-\\[*\\_<\\(int\\|float\\|dtype\\|callee\\|any\\)\\_>[^.(:]") 1 font-lock-type-face)
    (,(mica--match "\\(?:[:>]\\s-\\|\\s-\\[\\)\\_<\\([A-Z][A-Za-z0-9_]*\\)\\[") 1 font-lock-type-face)
    (,(mica--match (concat "\\(" mica--name "\\|" mica--quoted "\\)\\s-*(")) 1 font-lock-function-name-face)
    (,(mica--match (concat "|>\\s-*\\(" mica--name "\\|" mica--quoted "\\)\\(?:\\s-*$\\|\\s-+[^]:.~[ ]\\|[,)}]\\)"))
     1 font-lock-function-name-face)
    (,(mica--match (concat "[]A-Za-z0-9_`]:\\s-\\(" mica--name "\\)\\s-*\\(?:$\\||>\\|[-+*/%}]\\s-\\)"))
     1 font-lock-function-name-face)
    ("\\_<0[xX][0-9A-Fa-f]+\\(?:\\(?:\\.[0-9A-Fa-f]+\\)?[pP][-+]?[0-9]+\\)?\\_>" 0 'mica-number-face)
    ("\\_<[0-9]+\\(?:\\.[0-9]+\\)?\\(?:[eE][-+]?[0-9]+\\)?\\_>" 0 'mica-number-face)
    ("\\$\\(?:[A-Za-z_][A-Za-z0-9_]*\\|`[^`\n]*`\\)" 0 font-lock-variable-name-face)
    ("\\_<_\\_>" 0 'default)
    (,mica--name 0 font-lock-variable-name-face)
    (,mica--quoted 0 font-lock-variable-name-face))
  "What words look like; of two that fit the first one counts.")

(defvar mica-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?' "\"" table)
    (modify-syntax-entry ?` "." table)
    (modify-syntax-entry ?$ "." table)
    (dolist (sign '(?+ ?- ?* ?% ?< ?> ?= ?! ?& ?| ?@ ?~ ?. ?? ?:)) (modify-syntax-entry sign "." table))
    table)
  "Comments run to the end of the line; strings have either quote.")

(defun mica-indent-line ()
  "Indent a line by the brackets around it.
What goes on with an expression stays where it is."
  (interactive)
  (let* ((state (save-excursion (syntax-ppss (line-beginning-position))))
         (current (current-indentation))
         (opening (nth 1 state))
         (wanted
          (save-excursion
            (back-to-indentation)
            (cond
             ((nth 3 state) current)
             ((null opening) (if (looking-at mica--continuation) current 0))
             (t
              (let ((closes (looking-at "[])}]"))
                    (continues (looking-at mica--continuation)))
                (goto-char opening)
                ;; The brace of a body may stand on a line that goes on with the signature.
                (back-to-indentation)
                (while (looking-at "->\\|where\\_>\\|macs\\_>")
                  (forward-line -1)
                  (back-to-indentation))
                (+ (current-indentation)
                   (cond (closes 0)
                         (continues (max mica-indent-offset (- current (current-indentation))))
                         (t mica-indent-offset)))))))))
    (if (<= (current-column) current)
        (indent-line-to wanted)
      (save-excursion (indent-line-to wanted)))))

;;;###autoload
(define-derived-mode mica-mode prog-mode "Mica"
  "Major mode for Mica."
  (setq-local comment-start "// ")
  (setq-local comment-start-skip "///*\\s-*")
  (setq-local comment-end "")
  (setq-local indent-tabs-mode nil)
  (setq-local tab-width 4)
  (setq-local indent-line-function #'mica-indent-line)
  (setq-local electric-indent-chars (append "})]" electric-indent-chars))
  (setq-local font-lock-defaults '(mica-font-lock-keywords))
  (setq-local imenu-generic-expression
              '((nil "^\\(?:@.*\\s-\\)?\\(?:model\\|block\\|operator\\|recipe\\)[ \t]+\\([^( \t\n]+\\)" 1))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.mica\\'" . mica-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs `(mica-mode . ,(lambda (&rest _) mica-command))))

(defvar lsp-language-id-configuration)
(declare-function lsp-register-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(with-eval-after-load 'lsp-mode
  (add-to-list 'lsp-language-id-configuration '(mica-mode . "mica"))
  ;; Not `make-lsp-client' as a macro would expand it: lsp-mode need not be there when this file is compiled.
  (lsp-register-client
   (apply #'make-lsp-client
          (list :new-connection (lsp-stdio-connection (lambda () mica-command))
                :major-modes '(mica-mode)
                :language-id "mica"
                :server-id 'mica))))

(provide 'mica-mode)
;;; mica-mode.el ends here
