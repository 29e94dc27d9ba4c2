/* SPDX-License-Identifier: GPL-2.0 */
/* A configuration is put into force, in one transaction. */
#ifndef CAMFENCE_APPLY_H
#define CAMFENCE_APPLY_H

#include "args.h"
#include "config.h"
#include "history.h"
#include "tool.h"

/*
 * struct apply_words - what stands behind "apply", "rollback", "diff"
 * @word: the only word that is no option, or NULL
 * @message: why it is done, or NULL
 * @confirm: seconds within which it is to be confirmed, 0: it stands at once
 * @live: which running flows end is asked, too
 * @force: guards that are to be passed
 */
struct apply_words {
	const char *word;
	char *message;
	u32 confirm;
	bool live;
	unsigned int force;
};

int apply_parse(struct args *a, struct apply_words *w, bool changes,
		struct fault *f);
int apply_load_module(struct fault *f);
int apply_config(const struct options *o, const struct config *c,
		 struct history *h, const struct apply_words *w,
		 struct fault *f);

#endif
