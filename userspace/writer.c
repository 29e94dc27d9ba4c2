// SPDX-License-Identifier: GPL-2.0
/*
 * libyaml's emitter looks at each character several times and asks for memory
 * several times a word; a million ranges took it 0.6 s. What is written here has
 * one form, and whatever is not plain stands in double quotes.
 */
#include <string.h>
#include <strings.h>

#include "parse.h"
#include "types.h"
#include "writer.h"

#define WIDTH 100

static void put(struct writer *w, const char *s, size_t len)
{
	fwrite_unlocked(s, 1, len, w->to);
	w->column += len;
}

static void put_char(struct writer *w, char c)
{
	putc_unlocked(c, w->to);
	w->column++;
}

static void new_line(struct writer *w, unsigned int depth)
{
	if (w->column)
		putc_unlocked('\n', w->to);
	for (w->column = 0; w->column < 2 * depth;)
		put_char(w, ' ');
}

/* What comes is an item of the innermost bracket, or of a map with lines. */
static void begin_item(struct writer *w)
{
	if (!w->brackets)
		return new_line(w, w->depth);
	if (!w->first)
		put_char(w, ',');
	if (w->column > WIDTH)
		new_line(w, w->depth + 1);
	else if (!w->first)
		put_char(w, ' ');
	w->first = false;
}

static void open_bracket(struct writer *w, char bracket)
{
	put_char(w, bracket);
	w->brackets++;
	w->first = true;
}

/*
 * What no reader takes for anything but text needs no quotes. A letter and
 * letters, digits, dashes behind it, but no word of YAML's own; or an IPv4
 * address, alone, as a prefix, or as a range.
 */
static bool is_plain(const char *text)
{
	static const char *const words[] = {
		"y", "n", "yes", "no", "true", "false", "on", "off", "null",
	};
	static const char digits[] = "0123456789./-";
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *s = text;
	size_t i;

	if (*s >= '0' && *s <= '9' && strchr(s, '.') != strrchr(s, '.'))
		return !s[strspn(s, digits)];
	if (!*s || !strchr(letters, *s))
		return false;
	while (*s && strchr(letters, *s))
		s += 1 + strspn(s + 1, "0123456789-_");
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcasecmp(text, words[i]))
			return false;
	return !*s;
}

/*
 * A character of two or three bytes as a number where YAML takes it for the end
 * of a line, for the mark at a file's beginning, or for none: U+0080 to U+009F,
 * U+2028, U+2029, U+FEFF, U+FFFE, U+FFFF.
 */
static unsigned int special(const char *s, size_t n)
{
	const u8 *c = (const u8 *)s;
	unsigned int code;

	if (n == 2)
		code = (c[0] & 0x1f) << 6 | (c[1] & 0x3f);
	else if (n == 3)
		code = (c[0] & 0xf) << 12 | (c[1] & 0x3f) << 6 | (c[2] & 0x3f);
	else
		return 0;
	if (code < 0xa0 || code == 0x2028 || code == 0x2029 ||
	    code == 0xfeff || code >= 0xfffe)
		return code;
	return 0;
}

/* Valid UTF-8 without control characters: what parse_text() takes. */
static void put_quoted(struct writer *w, const char *text)
{
	size_t len = strlen(text), n;
	unsigned int code;
	char number[8];

	put_char(w, '"');
	for (; len; text += n, len -= n) {
		n = utf8_length(text, len);
		n = n ? n : 1;
		code = special(text, n);
		if (code) {
			snprintf(number, sizeof(number), "\\u%04x", code);
			put(w, number, strlen(number));
			continue;
		}
		if (*text == '"' || *text == '\\')
			put_char(w, '\\');
		put(w, text, n);
	}
	put_char(w, '"');
}

static void put_text(struct writer *w, const char *text)
{
	if (is_plain(text))
		put(w, text, strlen(text));
	else
		put_quoted(w, text);
}

/**
 * write_key() - a key, of which a value follows, or lines if @w->depth is raised
 * @w: the writer
 * @key: valid UTF-8 without control characters, as all texts are
 */
void write_key(struct writer *w, const char *key)
{
	begin_item(w);
	put_text(w, key);
	put_char(w, ':');
}

/**
 * write_text() - a key's value
 * @w: the writer
 * @text: the value
 */
void write_text(struct writer *w, const char *text)
{
	put_char(w, ' ');
	put_text(w, text);
}

/**
 * write_word() - a key's value that is no text
 * @w: the writer
 * @word: such as true, 443
 */
void write_word(struct writer *w, const char *word)
{
	put_char(w, ' ');
	put(w, word, strlen(word));
}

/**
 * write_open() - a map or list as a key's value
 * @w: the writer
 * @bracket: { or [
 */
void write_open(struct writer *w, char bracket)
{
	put_char(w, ' ');
	open_bracket(w, bracket);
}

/**
 * write_close() - the end of the innermost map or list in brackets
 * @w: the writer
 * @bracket: } or ]
 */
void write_close(struct writer *w, char bracket)
{
	put_char(w, bracket);
	w->brackets--;
	w->first = false;
}

/**
 * write_item_text() - an item of a list
 * @w: the writer
 * @text: the item
 */
void write_item_text(struct writer *w, const char *text)
{
	begin_item(w);
	put_text(w, text);
}

/**
 * write_item_word() - an item that is no text
 * @w: the writer
 * @word: such as 443
 */
void write_item_word(struct writer *w, const char *word)
{
	begin_item(w);
	put(w, word, strlen(word));
}

/**
 * write_item_open() - a map or list as an item
 * @w: the writer
 * @bracket: { or [
 */
void write_item_open(struct writer *w, char bracket)
{
	begin_item(w);
	open_bracket(w, bracket);
}

/**
 * write_end() - the end of the last line
 * @w: the writer
 */
void write_end(struct writer *w)
{
	new_line(w, 0);
}
