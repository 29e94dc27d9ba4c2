// SPDX-License-Identifier: GPL-2.0
/*
 * A batch is a file of commands as they are typed, without the tool's name. All
 * words are understood before the kernel is asked anything, so that all that is
 * wrong with them is told at once. Then each command changes what the ones
 * before it left (plan.c), and what has become of it is committed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "change.h"
#include "mem.h"
#include "out.h"
#include "place.h"
#include "textfile.h"

/*
 * struct line - one command
 * @words: its own
 * @arg: what they became, NULL where they became nothing
 */
struct line {
	struct place at;
	struct args words;
	const struct change *change;
	void *arg;
};

/*
 * struct batch - commands
 * @force: guards that are to be passed, by whichever of them
 */
struct batch {
	const struct options *o;
	const char *file;
	struct line *line;
	size_t n, cap;
	unsigned int force;
	struct wrongs wrongs;
};

/*
 * struct splitter - a line while it is cut into words
 * @word: the one that is being read, NULL between two
 */
struct splitter {
	struct args *a;
	size_t cap_words;
	char *word;
	size_t len, cap;
};

static void add_char(struct splitter *s, char c)
{
	s->word = mem_grow(s->word, &s->cap, s->len + 2, 1);
	s->word[s->len++] = c;
	s->word[s->len] = '\0';
}

/* Quotes begin a word, too: it may be empty. */
static void begin_word(struct splitter *s)
{
	if (s->word)
		return;
	add_char(s, '\0');
	s->len = 0;
}

static void end_word(struct splitter *s)
{
	if (!s->word)
		return;
	s->a->word = mem_grow(s->a->word, &s->cap_words, s->a->n + 1,
			      sizeof(*s->a->word));
	s->a->word[s->a->n++] = s->word;
	s->word = NULL;
	s->len = 0;
	s->cap = 0;
}

static bool is_comment(const struct splitter *s, char quote, char c)
{
	return c == '#' && !quote && !s->word;
}

/* Inside "", a backslash is one but before these. */
static bool is_escaped(char quote, char c)
{
	return c && (quote ? quote == '"' && strchr("\"\\$`", c) : true);
}

/**
 * batch_split() - cut a line into words as a shell does, without its expansions
 * @line: the line
 * @a: the words, which are to be freed
 * @wrong: what is wrong, or NULL
 *
 * Return: 0 or the exit code.
 */
int batch_split(const char *line, struct args *a, const char **wrong)
{
	struct splitter s = { .a = a };
	char quote = 0;

	*wrong = NULL;
	for (; *line && !is_comment(&s, quote, *line); line++) {
		if (*line == '\\' && is_escaped(quote, line[1])) {
			add_char(&s, *++line);
		} else if (*line == quote) {
			quote = 0;
		} else if (!quote && (*line == '\'' || *line == '"')) {
			begin_word(&s);
			quote = *line;
		} else if (!quote && strchr(" \t\r\n", *line)) {
			end_word(&s);
		} else {
			add_char(&s, *line);
		}
	}
	end_word(&s);
	if (quote)
		*wrong = "a quote begins that does not end";
	return quote ? CODE_INPUT : 0;
}

static void wrong_at(struct batch *b, const struct place *at, const char *text)
{
	wrongs_add(&b->wrongs, at, "%s", text);
}

static void take_line(struct batch *b, const struct place *at, const char *text)
{
	struct line line = { .at = *at };
	const char *wrong;
	size_t i;

	if (batch_split(text, &line.words, &wrong))
		wrong_at(b, at, wrong);
	for (i = 0; i < line.words.n && !strcmp(b->o->batch, "-"); i++)
		if (!strcmp(line.words.word[i], "-"))
			wrong_at(b, at, "\"-\": standard input has the batch already");
	if (!line.words.n) {
		free(line.words.word);
		return;
	}
	b->line = mem_grow(b->line, &b->cap, b->n + 1, sizeof(*b->line));
	b->line[b->n++] = line;
}

/* A backslash at its end: the next one belongs to it. */
static bool goes_on(char *text, size_t len)
{
	size_t n = 0;

	while (n < len && text[len - 1 - n] == '\\')
		n++;
	if (n % 2)
		text[len - 1] = ' ';
	return n % 2;
}

static void read_lines(struct batch *b, FILE *file)
{
	struct place at = { .file = b->file };
	size_t room = 0, cap = 0, n = 0;
	unsigned int number = 0;
	char *line = NULL, *text = NULL;
	ssize_t len;

	while ((len = getline(&line, &room, file)) >= 0) {
		number++;
		if (!n)
			at.line = number;
		if (memchr(line, '\0', len))
			wrong_at(b, &at, "has a NUL byte, expected text");
		line[strcspn(line, "\r\n")] = '\0';
		len = strlen(line);
		text = mem_grow(text, &cap, n + len + 1, 1);
		memcpy(text + n, line, len + 1);
		n += len;
		if (goes_on(text, n))
			continue;
		take_line(b, &at, text);
		n = 0;
	}
	if (n)
		take_line(b, &at, text);
	if (ferror(file)) {
		at.line = 0;
		wrong_at(b, &at, strerror(errno));
	}
	free(line);
	free(text);
}

static int read_batch(struct batch *b, struct fault *f)
{
	u64 ignored;
	FILE *file = textfile_open(b->o->batch, &ignored, f);

	if (!file)
		return fault_prefix(f, CODE_INPUT, "%s: ", b->file);
	read_lines(b, file);
	if (file != stdin)
		fclose(file);
	return 0;
}

static int no_change(const struct object *object, const struct command *command,
		     struct fault *f)
{
	const char *name = object ? object->name : "help";

	if (object && command && strcmp(command->name, name))
		fault_input(f, "\"%s %s\" is no change", name, command->name);
	else
		fault_input(f, "\"%s\" is no change", name);
	fault_add(f, "a batch changes the ruleset, all of it at once, and does nothing else");
	return CODE_INPUT;
}

static int parse_line(struct batch *b, struct line *line, find_command find,
		      struct fault *f)
{
	const struct command *command;
	const struct object *object;
	int code = find(&line->words, &object, &command, f);

	if (code)
		return code;
	if (!command || !command->change)
		return no_change(object, command, f);
	line->change = command->change;
	line->arg = mem_zalloc(line->change->size);
	code = line->change->parse(b->o, &line->words, line->arg, f);
	b->force |= line->words.force;
	return code;
}

static int parse_lines(struct batch *b, find_command find, struct fault *f)
{
	struct fault one = {};
	size_t i;

	for (i = 0; i < b->n && !wrongs_full(&b->wrongs); i++)
		if (parse_line(b, &b->line[i], find, &one))
			wrongs_take(&b->wrongs, &b->line[i].at, &one);
	if (!b->n && !b->wrongs.n)
		return fault_input(f, "%s: no command is in it", b->file);
	return wrongs_end(&b->wrongs, f);
}

static int edit_batch(struct plan *p, void *arg, struct fault *f)
{
	struct batch *b = arg;
	int code = 0;
	size_t i;

	for (i = 0; i < b->n && !code; i++) {
		const struct line *line = &b->line[i];

		p->line = i + 1;
		code = line->change->edit(p, line->arg, f);
	}
	return code;
}

static int run_lines(struct batch *b, struct plan *p, struct fault *f)
{
	struct options forced = *b->o;
	struct fault whole = {};
	int code;

	forced.force |= b->force;
	code = change_plan(p, &forced, edit_batch, b, f);
	if (!code || !p->line)
		return code;
	wrongs_take(&b->wrongs, &b->line[p->line - 1].at, f);
	wrongs_end(&b->wrongs, &whole);
	*f = whole;
	return code;
}

static void say_done(const struct batch *b, const struct plan *p)
{
	json_t *root;

	if (!b->o->json) {
		plan_done(p, b->o);
		printf("%zu commands, generation %llu\n", b->n,
		       (unsigned long long)p->generation);
		return;
	}
	root = json_head();
	json_object_set_new(root, "generation", json_integer(p->generation));
	json_object_set_new(root, "commands", json_integer(b->n));
	out_json(b->o, root);
}

static void free_lines(struct batch *b)
{
	while (b->n) {
		struct line *line = &b->line[--b->n];

		if (line->arg)
			line->change->free(line->arg);
		free(line->arg);
		while (line->words.n)
			free(line->words.word[--line->words.n]);
		free(line->words.word);
	}
	free(b->line);
}

/**
 * batch_run() - make all changes of a file, or none
 * @o: where, and the file
 * @find: finds commands
 * @f: what is wrong, by file and line
 *
 * Return: 0 or the exit code.
 */
int batch_run(const struct options *o, find_command find, struct fault *f)
{
	struct batch b = {
		.o = o, .file = strcmp(o->batch, "-") ? o->batch : "stdin",
	};
	struct plan p = {};
	int code;

	code = read_batch(&b, f);
	if (!code)
		code = parse_lines(&b, find, f);
	if (!code)
		code = run_lines(&b, &p, f);
	if (!code)
		say_done(&b, &p);
	plan_free(&p);
	free_lines(&b);
	return code;
}
