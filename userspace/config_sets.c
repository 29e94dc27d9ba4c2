// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "load.h"
#include "mem.h"
#include "parse.h"
#include "reading.h"
#include "times.h"

enum word {
	SOURCE, FORMAT, COUNTRY, MAX_AGE, RANGES, FROM, DATE, CHECKSUM, FORCE,
	WORDS
};

static const char *const keys[WORDS] = {
	[SOURCE] = "source", [FORMAT] = "format", [COUNTRY] = "country",
	[MAX_AGE] = "max-age", [RANGES] = "ranges", [FROM] = "from",
	[DATE] = "date", [CHECKSUM] = "checksum", [FORCE] = "force",
};

/*
 * struct set_reading - a set while it is read
 * @files: its source
 * @source: where that stands
 * @format: of all files, NULL to find out
 * @from: where the ranges that stand here have come from, or NULL
 * @checksum: of that, or NULL
 * @date: likewise, 0 for none
 */
struct set_reading {
	struct reading *r;
	struct names files;
	struct node source;
	const struct format *format;
	struct load load;
	u64 max_age;
	char *from, *checksum;
	u64 date;
};

static void read_source(struct node n, void *arg)
{
	static const char *const tor[] = {
		"/usr/share/tor/geoip", "/usr/share/tor/geoip6"
	};
	const char *text = node_text(n);
	struct set_reading *s = arg;
	char *path;
	size_t i;

	if (!text)
		return;
	if (!strcmp(text, "tor-geoipdb")) {
		for (i = 0; i < ARRAY_SIZE(tor); i++)
			names_add(&s->files, tor[i], strlen(tor[i]));
		return;
	}
	path = reading_path(n, text);
	names_add(&s->files, path, strlen(path));
	free(path);
}

static void read_format(struct node n, struct set_reading *s)
{
	static const char *const words[] = { "auto", "plain", "geoip" };
	size_t which;

	if (node_choice(n, words, ARRAY_SIZE(words), &which) && which)
		s->format = format_find(words[which]);
}

static void read_country(struct node n, void *arg)
{
	const char *text = node_text(n);
	struct set_reading *s = arg;
	struct fault f = {};

	if (text && load_countries(&s->load, text, &f))
		node_take(n, &f);
}

static void read_max_age(struct node n, struct set_reading *s)
{
	const char *text = node_text(n);
	struct fault f = {};

	if (!text || !parse_span(text, &s->max_age, &f))
		return;
	fault_prefix(&f, CODE_INPUT, "max-age ");
	node_take(n, &f);
}

static void read_date(struct node n, struct set_reading *s)
{
	const char *text = node_text(n);
	struct fault f = {};

	if (text && parse_time(text, false, 0, &s->date, &f))
		node_take(n, &f);
}

static void read_range(struct node n, void *arg)
{
	const char *text = node_text(n), *wrong;
	struct set_reading *s = arg;
	struct range range;
	bool host_bits;

	if (!text)
		return;
	wrong = parse_range(text, strlen(text), &range, &host_bits);
	if (!wrong)
		wrong = load_range(&s->load, &range, host_bits);
	if (wrong)
		node_wrong(n, "\"%s\": %s", text, wrong);
}

static void read_key(size_t which, struct node n, void *arg)
{
	struct set_reading *s = arg;

	switch (which) {
	case SOURCE:
		s->source = n;
		return node_some(n, read_source, s);
	case FORMAT:
		return read_format(n, s);
	case COUNTRY:
		return node_some(n, read_country, s);
	case MAX_AGE:
		return read_max_age(n, s);
	case RANGES:
		return node_each(n, read_range, s);
	case FROM:
		s->from = node_copy(n, parse_text);
		return;
	case DATE:
		return read_date(n, s);
	case CHECKSUM:
		s->checksum = node_copy(n, parse_text);
		return;
	case FORCE:
		return read_force(s->r, KIND_SET, n);
	}
}

static bool check_keys(struct node key, const char *name, unsigned int given)
{
	static const unsigned int of_files = 1 << SOURCE | 1 << FORMAT |
					     1 << COUNTRY;
	static const unsigned int of_ranges = 1 << FROM | 1 << DATE |
					      1 << CHECKSUM;

	if (given & 1 << RANGES && given & of_files) {
		node_wrong(key, "set \"%s\": ranges are here; source, format, country want files",
			   name);
		return false;
	}
	if (given & 1 << SOURCE && given & of_ranges) {
		node_wrong(key, "set \"%s\": from, date, checksum are for ranges that stand here",
			   name);
		return false;
	}
	if (given & (1 << RANGES | 1 << SOURCE))
		return true;
	node_wrong(key, "set \"%s\": expected source (tor-geoipdb or files) or ranges",
		   name);
	return false;
}

/* What is wrong with lists stands below the place that names them. */
static void load_lists(struct set_reading *s, struct set *set)
{
	struct fault f = {};

	if (!load_files(&s->load, s->files.v, s->files.n, s->format,
			&set->date, &f))
		return;
	if (f.placed)
		fault_prefix(&f, CODE_INPUT, "set \"%s\": what is wrong in its list:\n",
			     set->name);
	else
		fault_prefix(&f, CODE_INPUT, "set \"%s\": ", set->name);
	node_take(s->source, &f);
}

static void keep_ranges(struct reading *r, struct set_reading *s,
			const struct place *at)
{
	struct config *c = r->config;
	size_t i = c->want.n[KIND_SET] - 1;

	c->ranges = mem_grow(c->ranges, &r->cap_ranges, i + 1,
			     sizeof(*c->ranges));
	c->ranges[i] = s->load.ranges;
	s->load.ranges = (struct ranges){};
	reading_weigh(r, KIND_SET, c->ranges[i].n4 + c->ranges[i].n6, at);
}

static void read_set(const char *name, struct node key, struct node value,
		     void *arg)
{
	struct reading *r = arg;
	struct place at = node_place(key);
	struct set *set = reading_add(r, KIND_SET, name, &at);
	size_t before = reading_wrongs(r);
	struct set_reading s = { .r = r };
	struct load_stats stats;
	struct fault f = {};

	if (!set)
		return;
	if (check_keys(key, name, node_keys(value, keys, WORDS, read_key, &s)) &&
	    s.files.n && reading_wrongs(r) == before)
		load_lists(&s, set);
	/* Whether it may be empty is seen when all has been read. */
	if (reading_wrongs(r) == before &&
	    load_finish(&s.load, 1 << GUARD_EMPTY, &stats, &f)) {
		fault_prefix(&f, CODE_INPUT, "set \"%s\": ", name);
		node_take(key, &f);
	}
	set->n4 = s.load.ranges.n4;
	set->n6 = s.load.ranges.n6;
	set->source = s.files.n ? load_source(s.files.v, s.files.n,
					      &s.load.countries) : s.from;
	set->checksum = s.checksum;
	if (s.date)
		set->date = s.date;
	set->max_age = s.max_age;
	keep_ranges(r, &s, &at);
	names_free(&s.files);
}

/**
 * read_sets() - the section "sets"
 * @r: the reading
 * @n: what is in it
 */
void read_sets(struct reading *r, struct node n)
{
	node_names(n, read_set, r);
}
