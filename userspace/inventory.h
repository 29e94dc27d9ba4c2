/* SPDX-License-Identifier: GPL-2.0 */
/* CSV files with a line of headers, as inventories are exported. */
#ifndef CAMFENCE_INVENTORY_H
#define CAMFENCE_INVENTORY_H

#include "place.h"
#include "ruleset.h"

/*
 * struct inventory - one file while it is read
 * @file: its name, borrowed
 * @headers: of its columns
 * @row: takes a row: a field for each header; line is where it begins
 * @begin: is told when @headers are there; false: read no further
 * @arg: for both
 * @wrongs: where all is said that is wrong with it, borrowed
 */
struct inventory {
	const char *file;
	struct names headers;
	bool (*begin)(struct inventory *inv);
	void (*row)(struct inventory *inv, unsigned int line,
		    const struct names *fields);
	void *arg;
	struct wrongs *wrongs;
};

void inventory_read(struct inventory *inv);

#endif
