;;; Writes the face of each character of the files in $MICA_FILES to $MICA_OUTPUT as JSON, and how they are indented.
;;;  -*- lexical-binding: t -*-

(require 'imenu)
(require 'json)
(setq font-lock-maximum-size nil)
(load (getenv "MICA_SETTINGS") nil t)

(defun mica-faces ()
  "The faces of the characters of this buffer, line by line."
  (font-lock-ensure)
  (let (lines line)
    (goto-char (point-min))
    (while (not (eobp))
      (if (eolp)
          (progn (push (vconcat (nreverse line)) lines) (setq line nil))
        (let ((face (get-text-property (point) 'face)))
          (push (format "%s" (if (consp face) (car face) face)) line)))
      (forward-char))
    (vconcat (nreverse lines))))

(let (found)
  (dolist (file (split-string (getenv "MICA_FILES") "\n"))
    (find-file file)
    (let* ((faces (mica-faces)) (before (buffer-string)) (inhibit-message t))
      (indent-region (point-min) (point-max))
      (push (cons file `((faces . ,faces) (indented . ,(if (equal before (buffer-string)) t :json-false))
                         (index . ,(vconcat (mapcar #'car (funcall imenu-create-index-function))))))
            found)
      (set-buffer-modified-p nil)
      (kill-buffer)))
  (with-temp-file (getenv "MICA_OUTPUT") (insert (json-encode found))))
