// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "formats/formats.h"
#include "parse.h"

static const struct format *const formats[] = {
	&format_plain, &format_geoip,
};

/**
 * format_find() - a format by name
 * @name: its name
 *
 * Return: the format, or NULL.
 */
const struct format *format_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	return NULL;
}

/**
 * format_is_data() - does a line say anything?
 * @s: the line
 * @len: its length
 *
 * Return: false for blank lines and comments, which all formats have alike.
 */
bool format_is_data(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '#' || s[i] == ';')
			return false;
		if (s[i] != ' ' && s[i] != '\t' && s[i] != '\r')
			return true;
	}
	return false;
}

/**
 * format_detect() - a file's format from its first line that says anything
 * @s: the line
 * @len: its length
 *
 * Return: the format, never NULL.
 */
const struct format *format_detect(const char *s, size_t len)
{
	size_t i;

	/* A comma in a trailing comment is none. */
	for (i = 0; i < len && s[i] != '#' && s[i] != ';'; i++)
		if (s[i] == ',')
			return &format_geoip;
	return &format_plain;
}

/**
 * load_range() - add one range to what was read
 * @l: what was read
 * @r: the range
 * @host_bits: its prefix had bits set behind its length
 *
 * Return: NULL, or why it cannot be in a set.
 */
const char *load_range(struct load *l, const struct range *r, bool host_bits)
{
	if (range_is_written4(r))
		return parse_written4;
	ranges_push(&l->ranges, r);
	l->entries++;
	l->host_bits += host_bits;
	return NULL;
}
