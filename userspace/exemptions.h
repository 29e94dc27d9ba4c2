/* SPDX-License-Identifier: GPL-2.0 */
/* Exemptions as they are written: word by word, then as a whole. */
#ifndef CAMFENCE_EXEMPTIONS_H
#define CAMFENCE_EXEMPTIONS_H

#include "fault.h"
#include "ruleset.h"

enum exemption_word {
	EXEMPTION_CAMERA,
	EXEMPTION_POLICY,
	EXEMPTION_REMOTE,
	EXEMPTION_DIR,
	EXEMPTION_PROTO,
	EXEMPTION_PORT,
	EXEMPTION_LOCAL_PORT,
	EXEMPTION_ICMP_TYPE,
	EXEMPTION_NOT_BEFORE,
	EXEMPTION_UNTIL,
	EXEMPTION_REASON,
	EXEMPTION_BY,
	EXEMPTION_COMMENT,
	EXEMPTION_WORDS
};

extern const char *const exemption_words[EXEMPTION_WORDS];

/*
 * struct written - an exemption as it is being written
 * @e: the exemption
 * @given: bit for each word that was given
 * @icmp_types: as written, for their names are the protocol's
 */
struct written {
	struct exemption *e;
	unsigned int given;
	struct names icmp_types;
};

char **exemption_text(struct exemption *e, enum exemption_word which);
int exemption_take(struct written *w, enum exemption_word which,
		   const char *value, u64 now, struct fault *f);
int exemption_take_set(struct written *w, const char *name, struct fault *f);
const char *exemption_missing(const struct written *w, unsigned int from,
			      unsigned int *which);
int exemption_finish(struct written *w, struct fault *f);

#endif
