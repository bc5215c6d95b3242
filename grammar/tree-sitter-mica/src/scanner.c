// Tells a newline that ends a statement from one that is only a gap. What follows decides, for an operator goes on with
// the line before; and the bracket around it, for newlines count in bodies and at the top of a file and nowhere else. So
// the brackets are taken here, and those that are open remembered. Where a newline counts and the rules have no place for
// it, it is taken all the same: tree-sitter goes on from there, as Mica does.

#include <stdlib.h>
#include <string.h>

#include "tree_sitter/parser.h"

// In the order of `externals` in grammar.js.
enum Token {
  NEWLINE,
  COMMENT,
  OPEN_PARENTHESIS,
  CLOSE_PARENTHESIS,
  OPEN_BRACKET,
  CLOSE_BRACKET,
  CLOSE_BRACE,
  BODY_BRACE,
  GRAPH_BRACE,
  BRACE,
  NAME_BRACE,
  // In no rule, so that only a recovery has a place for it, as for all tokens.
  RECOVERY,
};

// More than Mica lets nest.
#define MOST_OPEN 1000

// A brace in which newlines count; in a bracket of any other kind they are gaps.
#define LINES '\n'

// The brace of an interpolation, whose name ends on the line on which it begins.
#define NAME '`'

typedef struct {
  unsigned count;
  // `(`, `[`, `{`, LINES or NAME.
  char open[MOST_OPEN];
} Scanner;

static bool newlines_count(const Scanner *scanner) {
  return scanner->count == 0 || scanner->open[scanner->count - 1] == LINES;
}

static bool is_brace(char bracket) { return bracket == '{' || bracket == LINES || bracket == NAME; }

static bool is_word(int32_t character) {
  return character == '_' || (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z');
}

static bool is_blank(int32_t character) {
  return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

static void skip_line(TSLexer *lexer) {
  while (!lexer->eof(lexer) && lexer->lookahead != '\n') lexer->advance(lexer, false);
}

// Looks past blanks and comments.
static void skip_gap(TSLexer *lexer) {
  for (;;) {
    if (is_blank(lexer->lookahead)) {
      lexer->advance(lexer, false);
    } else if (lexer->lookahead == '/') {
      lexer->advance(lexer, false);
      if (lexer->lookahead != '/') return;
      skip_line(lexer);
    } else {
      return;
    }
  }
}

static bool take(TSLexer *lexer, enum Token token) {
  lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  lexer->result_symbol = token;
  return true;
}

static bool open(Scanner *scanner, TSLexer *lexer, enum Token token, char bracket) {
  if (scanner->count < MOST_OPEN) scanner->open[scanner->count++] = bracket;
  return take(lexer, token);
}

// Takes a bracket that closes, and with a brace what is still open in it.
static bool close(Scanner *scanner, TSLexer *lexer, enum Token token, char bracket) {
  for (unsigned count = scanner->count; count > 0; count--) {
    char last = scanner->open[count - 1];
    if (last == bracket || (bracket == '{' && is_brace(last))) {
      scanner->count = count - 1;
      break;
    }
    if (is_brace(last)) break;
  }
  return take(lexer, token);
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
  if (!is_word(lexer->lookahead) || (lexer->lookahead >= '0' && lexer->lookahead <= '9')) return false;
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

// Whether what follows a newline, no bracket, goes on with the line before it.
static bool continues(TSLexer *lexer) {
  switch (lexer->lookahead) {
    case '<': case '>': case '+': case '-': case '/': case '%':
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
      skip_gap(lexer);
      if (!take_name(lexer)) return true;
      skip_gap(lexer);
      if (lexer->lookahead == ',') return false;
      if (lexer->lookahead != '=') return true;
      lexer->advance(lexer, false);
      return lexer->lookahead == '=';
    default:
      return false;
  }
}

static bool open_brace(Scanner *scanner, TSLexer *lexer, const bool *valid_symbols, bool newline) {
  if (valid_symbols[RECOVERY]) return open(scanner, lexer, BODY_BRACE, LINES);
  if (valid_symbols[BODY_BRACE] && valid_symbols[BRACE]) {
    // Behind the equals sign of an argument: of a map if a string follows, or nothing.
    take(lexer, BRACE);
    skip_gap(lexer);
    bool is_map = lexer->lookahead == '"' || lexer->lookahead == '\'' || lexer->lookahead == '}';
    if (!is_map) lexer->result_symbol = BODY_BRACE;
    if (scanner->count < MOST_OPEN) scanner->open[scanner->count++] = is_map ? '{' : LINES;
    return true;
  }
  if (valid_symbols[BODY_BRACE]) return open(scanner, lexer, BODY_BRACE, LINES);
  if (valid_symbols[BRACE]) return open(scanner, lexer, BRACE, '{');
  return valid_symbols[GRAPH_BRACE] && !newline && open(scanner, lexer, GRAPH_BRACE, LINES);
}

bool tree_sitter_mica_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
  Scanner *scanner = payload;
  if (valid_symbols[NAME_BRACE] && !valid_symbols[RECOVERY]) {
    // In a quoted name, where everything else is its text.
    return lexer->lookahead == '{' && open(scanner, lexer, NAME_BRACE, NAME);
  }
  bool newline = false;
  while (is_blank(lexer->lookahead)) {
    newline = newline || lexer->lookahead == '\n';
    lexer->advance(lexer, true);
  }
  if (lexer->eof(lexer)) return false;
  const char *name = newline ? memchr(scanner->open, NAME, scanner->count) : NULL;
  if (name) {
    // The name was never closed.
    scanner->count = (unsigned)(name - scanner->open);
    lexer->mark_end(lexer);
    lexer->result_symbol = NEWLINE;
    return true;
  }
  bool may_end = newline && (valid_symbols[NEWLINE] || newlines_count(scanner));
  switch (lexer->lookahead) {
    case '/':
      lexer->advance(lexer, false);
      if (lexer->lookahead != '/') return false;
      skip_line(lexer);
      lexer->mark_end(lexer);
      lexer->result_symbol = COMMENT;
      return true;
    case '{':
      return open_brace(scanner, lexer, valid_symbols, newline);
    case '}':
      return valid_symbols[CLOSE_BRACE] && close(scanner, lexer, CLOSE_BRACE, '{');
    case ')':
      return valid_symbols[CLOSE_PARENTHESIS] && close(scanner, lexer, CLOSE_PARENTHESIS, '(');
    case ']':
      return valid_symbols[CLOSE_BRACKET] && close(scanner, lexer, CLOSE_BRACKET, '[');
    default:
      break;
  }
  if (may_end) {
    // The token is empty, and stands behind the newline.
    lexer->mark_end(lexer);
    lexer->result_symbol = NEWLINE;
    return !continues(lexer);
  }
  if (lexer->lookahead == '(') {
    return valid_symbols[OPEN_PARENTHESIS] && open(scanner, lexer, OPEN_PARENTHESIS, '(');
  }
  return lexer->lookahead == '[' && valid_symbols[OPEN_BRACKET] && open(scanner, lexer, OPEN_BRACKET, '[');
}

void *tree_sitter_mica_external_scanner_create(void) { return calloc(1, sizeof(Scanner)); }

void tree_sitter_mica_external_scanner_destroy(void *payload) { free(payload); }

unsigned tree_sitter_mica_external_scanner_serialize(void *payload, char *buffer) {
  const Scanner *scanner = payload;
  memcpy(buffer, scanner->open, scanner->count);
  return scanner->count;
}

void tree_sitter_mica_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Scanner *scanner = payload;
  scanner->count = length;
  if (length > 0) memcpy(scanner->open, buffer, length);
}
