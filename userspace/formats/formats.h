/* SPDX-License-Identifier: GPL-2.0 */
/* List formats: how a line becomes a range. One file each. */
#ifndef CAMFENCE_FORMATS_H
#define CAMFENCE_FORMATS_H

#include "ranges.h"
#include "types.h"

#define COUNTRIES_MAX 256

/*
 * struct countries - which countries' ranges are wanted
 * @code: two characters each, upper case
 * @found: how many ranges of each there were
 * @n: how many countries
 */
struct countries {
	char code[COUNTRIES_MAX][2];
	size_t found[COUNTRIES_MAX];
	size_t n;
};

/*
 * struct load - a set while its files are read
 * @ranges: what was read, not merged
 * @countries: what is wanted, none for formats without
 * @entries: ranges read
 * @host_bits: of them, prefixes with bits set behind their length
 */
struct load {
	struct ranges ranges;
	struct countries countries;
	size_t entries;
	size_t host_bits;
};

/*
 * struct format - one format
 * @name: as in "format NAME"
 * @countries: its lines belong to countries
 * @line: takes one line without its end, returns NULL or what is wrong
 */
struct format {
	const char *name;
	bool countries;
	const char *(*line)(struct load *l, const char *s, size_t len);
};

extern const struct format format_plain;
extern const struct format format_geoip;

const struct format *format_find(const char *name);
const struct format *format_detect(const char *s, size_t len);
bool format_is_data(const char *s, size_t len);

const char *load_range(struct load *l, const struct range *r, bool host_bits);

#endif
