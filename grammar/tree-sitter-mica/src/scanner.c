// Tells a newline that ends a statement from one that is only a gap. tree-sitter asks where the rules have a place for
// `_newline`; what follows decides: an operator or a closing bracket goes on with the line before.

#include "tree_sitter/parser.h"

enum Token { NEWLINE };

static bool is_word(int32_t character) {
  return character == '_' || (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z');
}

static bool is_blank(int32_t character) {
  return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

static void skip_blanks(TSLexer *lexer) {
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, false);
}

// Takes a name, quoted or not; false where there is none.
static bool take_name(TSLexer *lexer) {
  if (lexer->lookahead == '`') {
    do {
      if (lexer->lookahead == '\\') lexer->advance(lexer, false);
      if (lexer->eof(lexer) || lexer->lookahead == '\n') return false;
      lexer->advance(lexer, false);
    } while (lexer->lookahead != '`');
    lexer->advance(lexer, false);
    return true;
  }
  if (!is_word(lexer->lookahead)) return false;
  while (is_word(lexer->lookahead)) lexer->advance(lexer, false);
  return true;
}

// Whether the text goes on with `word` and no letter behind it.
static bool take_word(TSLexer *lexer, const char *word) {
  for (; *word; word++) {
    if (lexer->lookahead != *word) return false;
    lexer->advance(lexer, false);
  }
  return !is_word(lexer->lookahead);
}

// Whether what follows a newline goes on with the line before it.
static bool continues(TSLexer *lexer) {
  switch (lexer->lookahead) {
    case '<': case '>': case '+': case '-': case '/': case '%': case '{': case '}': case ')': case ']':
      return true;
    case '|':
      lexer->advance(lexer, false);
      return lexer->lookahead == '>' || lexer->lookahead == '|';
    case '&':
      lexer->advance(lexer, false);
      return lexer->lookahead == '&';
    case '=': case '!':
      lexer->advance(lexer, false);
      return lexer->lookahead == '=';
    case 'e':
      return take_word(lexer, "else");
    case '*':
      // `*parts = …` is a statement, other stars multiply.
      lexer->advance(lexer, false);
      skip_blanks(lexer);
      if (!take_name(lexer)) return true;
      skip_blanks(lexer);
      if (lexer->lookahead == ',') return false;
      if (lexer->lookahead != '=') return true;
      lexer->advance(lexer, false);
      return lexer->lookahead == '=';
    default:
      return false;
  }
}

bool tree_sitter_mica_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
  (void)payload;
  if (!valid_symbols[NEWLINE]) return false;
  // The token is empty and stands before what is looked at, so that comments in the gap stay comments.
  lexer->mark_end(lexer);
  bool newline = false;
  for (;;) {
    if (is_blank(lexer->lookahead)) {
      newline = newline || lexer->lookahead == '\n';
      lexer->advance(lexer, false);
    } else if (newline && lexer->lookahead == '/') {
      // A comment, or a sign of division that goes on with the line before.
      lexer->advance(lexer, false);
      if (lexer->lookahead != '/') return false;
      while (!lexer->eof(lexer) && lexer->lookahead != '\n') lexer->advance(lexer, false);
    } else {
      break;
    }
  }
  if (!newline || lexer->eof(lexer)) return false;
  lexer->result_symbol = NEWLINE;
  return !continues(lexer);
}

void *tree_sitter_mica_external_scanner_create(void) { return NULL; }
void tree_sitter_mica_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_mica_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}
void tree_sitter_mica_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}
