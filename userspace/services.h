/* SPDX-License-Identifier: GPL-2.0 */
/* Services: shorthand for exemptions of a policy. The kernel knows none. */
#ifndef CAMFENCE_SERVICES_H
#define CAMFENCE_SERVICES_H

#include "fault.h"
#include "ruleset.h"

#define SERVICE_PREFIX "service:"

/*
 * struct service - one service of one policy, as exemptions
 */
struct service {
	struct exemption *part;
	size_t n, cap;
};

int parse_one_service(const char *text, struct names *services,
		      struct names *sets, struct fault *f);
int parse_services(const char *list, struct names *services, struct names *sets,
		   struct fault *f);
int service_expand(struct service *s, const char *policy, const char *text,
		   struct fault *f);
void service_free(struct service *s);
bool is_service_name(const char *name);
void services_find(struct ruleset *rs);

#endif
