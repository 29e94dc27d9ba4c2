// SPDX-License-Identifier: GPL-2.0
/*
 * Files are read a line at a time and nothing is kept but the ranges. A line
 * that is wrong does not end the reading: an admin wants to see all such lines
 * at once, or at least enough of them to see what they have in common.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "guard.h"
#include "load.h"
#include "mem.h"
#include "out.h"
#include "textfile.h"
#include "uapi/camfence.h"

#define WRONG_SHOWN 10
#define WRONG_TEXT 40

/*
 * struct reader - one file while it is read
 * @name: for messages
 * @format: as given, NULL to find out
 * @chosen: @format is known and fits
 * @wrong: lines of all files that were wrong so far
 * @wanted: reading ends with the line that has it, NULL to read all
 * @found: @line has it
 */
struct reader {
	const char *name;
	const struct format *format;
	struct load *load;
	bool chosen;
	size_t line;
	size_t wrong;
	const struct range *wanted;
	bool found;
	struct fault *f;
};

/**
 * load_countries() - which countries' ranges are wanted
 * @l: where it is kept
 * @list: CC[,CC…], in either case
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int load_countries(struct load *l, const char *list, struct fault *f)
{
	struct countries *c = &l->countries;

	for (;;) {
		size_t len = strcspn(list, ","), i;

		for (i = 0; i < len; i++)
			if (!((list[i] | 0x20) >= 'a' &&
			      (list[i] | 0x20) <= 'z') &&
			    !(list[i] >= '0' && list[i] <= '9') &&
			    list[i] != '?')
				break;
		if (len != 2 || i != len)
			return fault_input(f, "country \"%.*s\": expected such as CN,HK,MO",
					   (int)len, list);
		if (c->n == COUNTRIES_MAX)
			return fault_input(f, "country: more than %d codes",
					   COUNTRIES_MAX);
		for (i = 0; i < 2; i++) {
			char ch = list[i];

			if (ch >= 'a' && ch <= 'z')
				ch -= 'a' - 'A';
			c->code[c->n][i] = ch;
		}
		for (i = 0; i < c->n; i++)
			if (!memcmp(c->code[i], c->code[c->n], 2))
				break;
		c->n += i == c->n;
		if (!list[len])
			return 0;
		list += len + 1;
	}
}

static void wrong_line(struct reader *r, const char *s, size_t len,
		       const char *wrong)
{
	char *text, *name;

	if (r->wrong++ >= WRONG_SHOWN)
		return;
	name = out_text(r->name);
	while (len && (s[len - 1] == '\r' || s[len - 1] == '\n'))
		len--;
	text = out_text_n(s, len > WRONG_TEXT ? WRONG_TEXT : len);
	fault_add(r->f, "%s:%zu: \"%s%s\": %s", name, r->line, text,
		  len > WRONG_TEXT ? "…" : "", wrong);
	free(text);
	free(name);
}

static int choose_format(struct reader *r, const char *s, size_t len)
{
	const struct countries *c = &r->load->countries;

	if (!r->format)
		r->format = format_detect(s, len);
	if (r->format->countries && !c->n)
		return fault_input(r->f, "%s: is a geoip list; say which countries: country CN",
				   r->name);
	if (!r->format->countries && c->n)
		return fault_input(r->f, "%s: is plain text, no geoip list; leave \"country\" out",
				   r->name);
	return 0;
}

static void look(struct reader *r)
{
	struct ranges *read = &r->load->ranges;
	struct range in;

	r->found = ranges_find(read, r->wanted, &in);
	ranges_free(read);
}

static int one_line(struct reader *r, const char *s, size_t len)
{
	const char *wrong;
	int code;

	if (len && s[len - 1] == '\n')
		len--;
	if (r->line == 1) {
		code = textfile_check(r->name, s, len, r->f);
		if (code)
			return fault_prefix(r->f, code, "%s: ", r->name);
		if (len >= 3 && !memcmp(s, "\xef\xbb\xbf", 3)) {
			s += 3;
			len -= 3;
		}
	}
	if (!format_is_data(s, len))
		return 0;
	if (memchr(s, '\0', len)) {
		wrong_line(r, s, len, "has a NUL byte, expected text");
		return 0;
	}
	if (!r->chosen) {
		code = choose_format(r, s, len);
		if (code)
			return code;
		r->chosen = true;
	}
	wrong = r->format->line(r->load, s, len);
	if (wrong)
		wrong_line(r, s, len, wrong);
	if (r->wanted)
		look(r);
	return 0;
}

static int read_file(struct reader *r, FILE *file)
{
	size_t room = 0;
	char *line = NULL;
	ssize_t len;
	int code = 0;

	r->line = 0;
	while (!code && !r->found) {
		len = getline(&line, &room, file);
		if (len < 0)
			break;
		r->line++;
		code = one_line(r, line, len);
	}
	if (!code && ferror(file))
		code = fault_input(r->f, "%s: %s", r->name, strerror(errno));
	free(line);
	return code;
}

/**
 * load_files() - read all files of a set
 * @l: what was read is added to it
 * @files: their names, "-" is standard input
 * @n: how many
 * @format: their format, NULL to find out for each
 * @date: when the oldest of them was written
 * @f: what is wrong: all lines, or the first that there are
 *
 * Return: 0 or the exit code.
 */
int load_files(struct load *l, char *const *files, size_t n,
	       const struct format *format, u64 *date, struct fault *f)
{
	struct reader r = { .load = l, .f = f };
	int code = 0;
	size_t i;

	*date = UINT64_MAX;
	for (i = 0; i < n && !code; i++) {
		u64 mtime;
		FILE *file = textfile_open(files[i], &mtime, f);

		if (!file)
			return fault_prefix(f, CODE_INPUT, "%s: ", files[i]);
		if (mtime < *date)
			*date = mtime;
		r.name = file == stdin ? "stdin" : files[i];
		r.format = format;
		r.chosen = false;
		code = read_file(&r, file);
		if (file != stdin)
			fclose(file);
	}
	if (code)
		return code;
	if (r.wrong) {
		f->placed = true;
		if (r.wrong > WRONG_SHOWN)
			fault_add(f, "… and %zu more such lines",
				  r.wrong - WRONG_SHOWN);
		return CODE_INPUT;
	}
	return 0;
}

static bool is_file(const char *name)
{
	struct stat st;

	return !stat(name, &st) && S_ISREG(st.st_mode);
}

/**
 * load_place() - which line of which file has an address
 * @l: the countries; nothing is added
 * @files: their names; what is no regular file, or cannot be read, has none
 * @n: how many
 * @wanted: the address
 *
 * Return: FILE:LINE, to be freed, or NULL.
 */
char *load_place(struct load *l, char *const *files, size_t n,
		 const struct range *wanted)
{
	struct fault ignored = {};
	struct reader r = { .load = l, .wanted = wanted, .f = &ignored };
	char *place = NULL;
	size_t i;

	for (i = 0; i < n && !place; i++) {
		FILE *file = is_file(files[i]) ? fopen(files[i], "re") : NULL;

		if (!file)
			continue;
		r.name = files[i];
		r.format = NULL;
		r.chosen = false;
		read_file(&r, file);
		if (r.found)
			place = mem_printf("%s:%zu", files[i], r.line);
		fclose(file);
	}
	fault_clear(&ignored);
	return place;
}

/**
 * load_finish() - merge what was read, and see that it is worth something
 * @l: what was read
 * @force: guards that are to be passed
 * @stats: what became of it
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int load_finish(struct load *l, unsigned int force, struct load_stats *stats,
		struct fault *f)
{
	const struct countries *c = &l->countries;
	size_t i;

	for (i = 0; i < c->n; i++)
		if (!c->found[i])
			return fault_input(f, "country %.2s: no range of it in any of the files",
					   c->code[i]);
	if (!l->entries && !guard_forced(force, GUARD_EMPTY)) {
		fault_input(f, "no address in any file; an empty set would protect nothing");
		return guard_refuse(GUARD_EMPTY, f);
	}

	stats->duplicate = ranges_merge(&l->ranges);
	stats->merged = l->entries - stats->duplicate -
			l->ranges.n4 - l->ranges.n6;
	return 0;
}

/**
 * load_source() - what a set is told to come from
 * @files: the files' names
 * @n: how many
 * @c: the countries
 *
 * Return: as much of it as fits into a set, to be freed.
 */
char *load_source(char *const *files, size_t n, const struct countries *c)
{
	char *text = mem_strdup(""), *longer;
	size_t len, i;

	for (i = 0; i < n; i++) {
		longer = mem_printf("%s%s%s", text, i ? " " : "",
				    strcmp(files[i], "-") ? files[i] : "stdin");
		free(text);
		text = longer;
	}
	for (i = 0; i < c->n; i++) {
		longer = mem_printf("%s%c%.2s", text, i ? ',' : ' ',
				    c->code[i]);
		free(text);
		text = longer;
	}
	len = strlen(text);
	if (len >= CAMFENCE_TEXT_LEN) {
		/* The end tells more: it has the countries. */
		len -= CAMFENCE_TEXT_LEN - 1 - strlen("…");
		while ((text[len] & 0xc0) == 0x80)
			len++;
		longer = mem_printf("…%s", text + len);
		free(text);
		text = longer;
	}
	return text;
}

/**
 * load_free() - free what was read
 * @l: what was read
 */
void load_free(struct load *l)
{
	ranges_free(&l->ranges);
}
